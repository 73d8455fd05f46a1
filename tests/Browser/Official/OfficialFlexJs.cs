using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Official;

/// <summary>
/// Passage's own JavaScript client, <c>@passageidentity/passage-flex-js</c> 1.0.2 as published, in a real browser against the real
/// server: what a site that is moved here keeps running unchanged.
/// </summary>
public sealed class OfficialFlexJs(OfficialSite site) : IClassFixture<OfficialSite>
{
    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_passkey_is_registered_used_by_button_and_by_autofill_and_refused_once_revoked()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Null(registered.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(registered.Nonce!));

        var user = await backend.User.GetAsync(person);
        Assert.Equal(person, user.ExternalId);
        Assert.True(user.WebAuthn);
        var device = Assert.Single(await backend.User.ListDevicesAsync(person));
        Assert.NotEmpty(device.FriendlyName);

        var byButton = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));
        Assert.Null(byButton.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(byButton.Nonce!));

        var byAutofill = await page.AutofillAsync();
        Assert.Null(byAutofill.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(byAutofill.Nonce!));
        Assert.Equal(2, Assert.Single(await backend.User.ListDevicesAsync(person)).UsageCount);

        await backend.User.RevokeDeviceAsync(person, device.Id);
        Assert.Empty(await backend.User.ListDevicesAsync(person));
        var refused = await page.AuthenticateAsync(null);
        Assert.Null(refused.Nonce);
        Assert.Equal("PassageError", refused.Name);
        Assert.Equal(401, refused.StatusCode);
        Assert.NotEmpty(refused.Message!);
        var none = await Assert.ThrowsAsync<PassageException>(() => backend.Auth.CreateAuthenticateTransactionAsync(person));
        Assert.Equal(PassageErrorCode.UserHasNoPasskeys, none.Code);
    }

    [Fact]
    public async Task A_security_key_is_added_beside_a_built_in_passkey_and_each_of_the_two_signs_in()
    {
        var page = await site.OpenAsync();
        var builtIn = await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page);
        await builtIn.RemoveAsync();

        var securityKey = await VirtualAuthenticator.AddAsync(page, "usb");
        var second = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"), "cross-platform");
        Assert.Null(second.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(second.Nonce!));
        Assert.Equal(1, await securityKey.CountPasskeysAsync());
        Assert.Equal(2, (await backend.User.ListDevicesAsync(person)).Count);

        var signedIn = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));
        Assert.Null(signedIn.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(signedIn.Nonce!));
        Assert.Equal([0, 1], (await backend.User.ListDevicesAsync(person)).Select(device => device.UsageCount).Order());
    }

    [Theory]
    [InlineData("any")]
    [InlineData("platform")]
    public async Task The_attachment_that_the_page_asks_for_is_honoured(string attachment)
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"), attachment);

        Assert.Null(registered.Message);
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(registered.Nonce!));
    }

    [Fact]
    public async Task An_authenticator_that_has_a_passkey_of_the_account_makes_no_second_one()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page);

        var again = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));

        // The client's own words and number for a ceremony that failed in the browser.
        Assert.Equal((707, "Error creating creadential"), (again.StatusCode, again.Message));
        Assert.Equal(1, await authenticator.CountPasskeysAsync());
        Assert.Single(await backend.User.ListDevicesAsync(person));
    }

    [Fact]
    public async Task A_person_whom_the_device_does_not_recognise_gets_no_nonce()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page);
        await authenticator.SetUserVerifiedAsync(false);

        var refused = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));

        Assert.Equal(702, refused.StatusCode);
        Assert.Null(refused.Nonce);
    }

    [Fact]
    public async Task A_transaction_registers_once_and_the_page_reads_why_not_twice()
    {
        var page = await site.OpenAsync();
        var first = await VirtualAuthenticator.AddAsync(page);
        var transaction = await backend.Auth.CreateRegisterTransactionAsync(person, "Ada");
        Assert.Null((await page.RegisterAsync(transaction)).Message);
        await first.RemoveAsync();
        await VirtualAuthenticator.AddAsync(page);

        var again = await page.RegisterAsync(transaction);

        Assert.Equal(("PassageError", 404), (again.Name, again.StatusCode));
        Assert.EndsWith(".", again.Message, StringComparison.Ordinal);
        Assert.Single(await backend.User.ListDevicesAsync(person));
    }

    [Fact]
    public async Task A_register_transaction_signs_nobody_in()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await RegisterAsync(page);

        var refused = await page.AuthenticateAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));

        Assert.Equal(("PassageError", 404), (refused.Name, refused.StatusCode));
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_does_not_exist_has_no_origins_so_the_browser_shows_its_pages_nothing()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        var refused = await page.AuthenticateAsync(null, app: "nobody");

        Assert.Equal("FetchError", refused.Name);
        Assert.Null(refused.Nonce);
    }

    [Fact]
    public async Task A_page_of_another_origin_is_shut_out_by_the_browser_itself()
    {
        var page = await site.OpenElsewhereAsync();
        await VirtualAuthenticator.AddAsync(page);

        var refused = await page.AuthenticateAsync(null);

        Assert.Equal("FetchError", refused.Name);
        Assert.Null(refused.Nonce);
    }

    [Fact]
    public async Task The_client_finds_that_this_browser_can_use_passkeys()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        Assert.True(await page.EvaluateAsync<bool>("() => flexOf('any').passkey.canRegisterPasskey()"));
        Assert.True(await page.EvaluateAsync<bool>("() => flexOf('any').passkey.canAuthenticateWithPasskey()"));
    }

    private async Task RegisterAsync(IPage page)
    {
        var outcome = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(outcome.Nonce!));
    }
}
