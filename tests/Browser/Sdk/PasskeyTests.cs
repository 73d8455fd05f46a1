using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>Making and using passkeys with the browser SDK.</summary>
public sealed class PasskeyTests(SdkSite site) : IClassFixture<SdkSite>
{
    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("/", "")]
    [InlineData("/unbundled", "")]
    [InlineData("/", "for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON', 'getClientCapabilities']) delete PublicKeyCredential[name];")]
    public async Task A_passkey_is_registered_and_signs_in_with_and_without_a_transaction(string path, string before)
    {
        var page = await site.OpenAsync(path, before: before);
        await VirtualAuthenticator.AddAsync(page);

        var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Null(registered.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(registered.Value!));

        var named = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(named.Value!));

        var discovered = await page.AuthenticateAsync();
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(discovered.Value!));
    }
}
