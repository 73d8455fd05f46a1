using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.RelatedOrigins;

/// <summary>
/// One passkey on two domains (WebAuthn §5.11): Chromium itself fetches <c>https://first.test/.well-known/webauthn</c> from the
/// server and decides who may use the RP ID.
/// </summary>
public sealed class RelatedOriginsJourney(RelatedOriginsSite site) : IClassFixture<RelatedOriginsSite>
{
    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_passkey_made_on_one_domain_signs_in_on_another_that_is_listed()
    {
        var page = await RegisteredAsync();

        await page.GotoAsync(RelatedOriginsSite.OriginOf(RelatedOriginsSite.Listed));

        Assert.Equal("signed", await page.EvaluateAsync<string>("(rpId) => ask(rpId)", RelatedOriginsSite.RpId));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await page.EvaluateAsync<string>("() => authenticate()")));
    }

    [Fact]
    public async Task A_domain_that_is_listed_makes_passkeys_for_the_RP_ID_too()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync(RelatedOriginsSite.OriginOf(RelatedOriginsSite.Listed));
        await RegisterAsync(page);

        await page.GotoAsync(RelatedOriginsSite.OriginOf("www." + RelatedOriginsSite.RpId));

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(await page.EvaluateAsync<string>("() => authenticate()")));
    }

    [Fact]
    public async Task A_domain_that_is_not_listed_is_refused_by_the_browser_and_by_the_server()
    {
        var page = await RegisteredAsync();

        await page.GotoAsync(RelatedOriginsSite.OriginOf(RelatedOriginsSite.Unlisted));

        Assert.Equal("SecurityError", await page.EvaluateAsync<string>("(rpId) => ask(rpId)", RelatedOriginsSite.RpId));
        var shutOut = await Assert.ThrowsAsync<PlaywrightException>(() => page.EvaluateAsync<string>("() => authenticate()"));
        Assert.Contains("Failed to fetch", shutOut.Message, StringComparison.Ordinal);
    }

    private async Task<IPage> RegisteredAsync()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page);
        return page;
    }

    private async Task RegisterAsync(IPage page)
    {
        var nonce = await page.EvaluateAsync<string>(
            "(transaction) => register(transaction)", await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(nonce));
    }
}
