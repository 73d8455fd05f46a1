using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Official;

/// <summary>
/// Every algorithm that Chromium's own authenticator has: the passkey is made and used by the browser, its signature is BoringSSL's,
/// and Passage's client carries it to the server. The page keeps one of the algorithms that the server offered and strikes the others.
/// </summary>
public sealed class OfficialAlgorithms(OfficialSite site) : IClassFixture<OfficialSite>
{
    /// <summary>The wrapper around <c>create()</c>: what was offered, what is asked for, what was made.</summary>
    private const string AskForOnly =
        """
        (algorithm) => {
          const create = navigator.credentials.create.bind(navigator.credentials);
          navigator.credentials.create = async (options) => {
            window.offered = options.publicKey.pubKeyCredParams.map(({ alg }) => alg);
            options.publicKey.pubKeyCredParams = options.publicKey.pubKeyCredParams.filter(({ alg }) => alg === algorithm);
            const credential = await create(options);
            window.made = credential.response.getPublicKeyAlgorithm();
            return credential;
          };
        }
        """;

    /// <summary>By name, as test reports show them, and by number in the IANA COSE registry.</summary>
    public static TheoryData<string, int> Algorithms { get; } = new()
    {
        { "ES256", -7 },
        { "Ed25519", -8 },
        { "RS256", -257 },
        { "ML-DSA-44", -48 },
        { "ML-DSA-65", -49 },
        { "ML-DSA-87", -50 },
    };

    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_passkey_that_Chromium_makes_signs_in_again_and_again(string name, int algorithm)
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page, name, algorithm);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var signedIn = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));
            Assert.Null(signedIn.Message);
            Assert.Equal(person, await backend.Auth.VerifyNonceAsync(signedIn.Nonce!));
        }
        Assert.Equal(2, Assert.Single(await backend.User.ListDevicesAsync(person)).UsageCount);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_passkey_whose_signature_is_spoiled_signs_nobody_in(string name, int algorithm)
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page, name, algorithm);
        await authenticator.SpoilSignaturesAsync();

        var refused = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));

        Assert.Equal(("PassageError", 401), (refused.Name, refused.StatusCode));
        Assert.Null(refused.Nonce);
        Assert.Equal(0, Assert.Single(await backend.User.ListDevicesAsync(person)).UsageCount);
    }

    private async Task RegisterAsync(IPage page, string name, int algorithm)
    {
        await page.EvaluateAsync(AskForOnly, algorithm);
        var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, $"Ada with {name}"));

        Assert.Contains(algorithm, await page.EvaluateAsync<int[]>("() => offered"));
        Assert.Null(registered.Message);
        Assert.Equal(algorithm, await page.EvaluateAsync<int>("() => made"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(registered.Nonce!));
    }
}
