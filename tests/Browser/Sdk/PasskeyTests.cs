using System.Text.Json;
using Microsoft.Playwright;
using OpenPassage.Flex;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>Making and using passkeys with the browser SDK.</summary>
public sealed class PasskeyTests(SdkSite site) : IClassFixture<SdkSite>
{
    private readonly PassageFlex backend = site.Backend;
    private readonly string person = $"person-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("/", "")]
    [InlineData("/unbundled", "")]
    [InlineData("/", "for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON', 'getClientCapabilities']) "
        + "delete PublicKeyCredential[name];")]
    public async Task A_passkey_is_registered_and_signs_in_with_and_without_a_transaction(string path, string before)
    {
        var page = await site.OpenAsync(path, before: before);
        await VirtualAuthenticator.AddAsync(page);

        await page.EnrolAsync(backend, person);

        var named = await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(named.Value!));
        var discovered = await page.AuthenticateAsync();
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(discovered.Value!));
        var conditional = await page.RunAsync("passkey.authenticate({ isConditionalMediation: true })");
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(conditional.Value!));
    }

    /// <summary>Password managers that take the browser's place answer with objects that have little more than bytes.</summary>
    [Fact]
    public async Task What_a_password_manager_puts_in_the_place_of_a_credential_is_understood()
    {
        var page = await site.OpenAsync(before:
            """
            for (const name of ['create', 'get']) {
              const original = navigator.credentials[name].bind(navigator.credentials);
              navigator.credentials[name] = async (options) => {
                const { id, rawId, type, response: { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } } = await original(options);
                return { id, rawId, type, response: { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } };
              };
            }
            """);
        await VirtualAuthenticator.AddAsync(page);

        await page.EnrolAsync(backend, person);

        Assert.Equal(person, await backend.Auth.VerifyNonceAsync((await page.AuthenticateAsync()).Value!));
    }

    [Fact]
    public async Task The_readmes_first_page_works_as_it_stands()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);

        await page.GotoAsync(site.Origin + "/readme");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {person}");
        await page.AddInitScriptAsync(
            "PublicKeyCredential.isConditionalMediationAvailable = async () => false; delete PublicKeyCredential.getClientCapabilities;");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {person}");
    }

    [Fact]
    public async Task A_pinned_version_loads_with_its_integrity_and_with_no_other()
    {
        using var http = new HttpClient { BaseAddress = site.Server.Address };
        var integrity = JsonDocument.Parse(await http.GetStringAsync("openpassage.json")).RootElement.GetProperty("integrity").GetString()!;

        var page = await site.OpenAsync($"/pinned?integrity={Uri.EscapeDataString(integrity)}");
        Assert.True(await page.EvaluateAsync<bool>("() => flex.passkey.canAuthenticateWithPasskey()"));

        var wrong = Uri.EscapeDataString("sha384-" + Convert.ToBase64String(new byte[48]));
        await page.GotoAsync($"{site.Origin}/pinned?integrity={wrong}");
        await page.WaitForLoadStateAsync(LoadState.Load);
        Assert.False(await page.EvaluateAsync<bool>("() => 'flex' in window"));
    }

    [Fact]
    public async Task What_this_browser_can_do_is_told_also_where_it_cannot_be_asked()
    {
        var asked = await CapabilitiesAsync("");
        var guessed = await CapabilitiesAsync("delete PublicKeyCredential.getClientCapabilities");
        var nothing = await CapabilitiesAsync("delete window.PublicKeyCredential");

        Assert.True(asked["conditionalCreate"]);
        Assert.True(asked["relatedOrigins"]);
        Assert.False(guessed["conditionalCreate"]);
        string[] names =
        [
            "conditionalGet", "passkeyPlatformAuthenticator", "userVerifyingPlatformAuthenticator", "signalUnknownCredential",
            "canRegister", "canAuthenticate", "canUseConditional",
        ];
        foreach (var known in names)
            Assert.True(asked[known] && guessed[known], known);
        Assert.All(nothing.Values, Assert.False);

        async Task<Dictionary<string, bool>> CapabilitiesAsync(string before)
        {
            var page = await site.OpenAsync(before: before);
            await VirtualAuthenticator.AddAsync(page);
            return await page.EvaluateAsync<Dictionary<string, bool>>(
                """
                async () => ({
                  ...await flex.passkey.getClientCapabilities(),
                  canRegister: await flex.passkey.canRegisterPasskey(),
                  canAuthenticate: await flex.passkey.canAuthenticateWithPasskey(),
                  canUseConditional: await flex.passkey.canUseConditionalMediation(),
                })
                """);
        }
    }

    // ---- extensions ----

    [Fact]
    public async Task A_prf_gives_the_page_the_same_secret_each_time_and_the_server_none()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page, more: ("hasPrf", true));
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add(request.PostData ?? "");

        Assert.Equal(
            "true",
            await EvaluateAsync(
                "passkey.register(given, { extensions: { prf: {} }, onExtensionResults: keep(({ prf }) => String(prf.enabled)) })",
                await backend.Auth.CreateRegisterTransactionAsync(person, "Ada")));
        const string Get = "passkey.authenticate({ extensions: { prf: { eval: { first: new Uint8Array(32) } } }, "
            + "onExtensionResults: keep(({ prf }) => btoa(String.fromCharCode(...new Uint8Array(prf.results.first)))) })";
        var first = await EvaluateAsync(Get);
        var second = await EvaluateAsync(Get);

        Assert.Equal(32, Convert.FromBase64String(first).Length);
        Assert.Equal(first, second);
        Assert.DoesNotContain(
            sent, body => body.Contains("prf", StringComparison.Ordinal) || body.Contains(first[..20], StringComparison.Ordinal));

        Task<string> EvaluateAsync(string call, string? given = null) => page.EvaluateAsync<string>(
            "async (given) => { let kept; const keep = (read) => (results) => { kept = read(results); }; "
                + $"await (({{ passkey }}) => {call})(flex); return kept; }}",
            given);
    }

    [Fact]
    public async Task A_large_blob_is_written_and_read_by_the_page_alone()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page, more: ("hasLargeBlob", true));
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add(request.PostData ?? "");
        var register = await page.RunAsync(
            "passkey.register(given, { extensions: { largeBlob: { support: 'required' } } })",
            await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Null(register.Message);
        var transaction = await backend.Auth.CreateAuthenticateTransactionAsync(person);
        var written = await page.RunAsync(
            "passkey.authenticate({ transactionId: given, extensions: { largeBlob: { write: new TextEncoder().encode('diary') } } })",
            transaction);
        Assert.Null(written.Message);

        var read = await page.EvaluateAsync<string>(
            "async () => { let text; await flex.passkey.authenticate({ extensions: { largeBlob: { read: true } }, "
                + "onExtensionResults: ({ largeBlob }) => { text = new TextDecoder().decode(largeBlob.blob); } }); return text; }");

        Assert.Equal("diary", read);
        Assert.DoesNotContain(
            sent, body => body.Contains("largeBlob", StringComparison.Ordinal) || body.Contains("ZGlhcn", StringComparison.Ordinal));
    }

    // ---- upgrade ----

    /// <summary>Chromium's emulated authenticator makes no passkey in passing: it lets the time run out.</summary>
    [Fact]
    public async Task An_upgrade_that_is_not_done_comes_to_nothing_and_says_nothing()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.BendStartAsync(options => options["timeout"] = 300);
        var started = page.WaitForRequestAsync("**/register/transactions/webauthn/start");

        var outcome = await page.RunAsync("passkey.upgrade(given)", await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));

        Assert.Contains("\"mediation\":\"conditional\"", (await started).PostData, StringComparison.Ordinal);
        Assert.Null(outcome.Message);
        Assert.Null(outcome.Value);
        Assert.Equal(0, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task An_upgrade_makes_a_passkey_where_the_browser_does_so_in_passing()
    {
        // The browser is told to prompt, which the emulated authenticator answers at once; all else is as in passing.
        var page = await site.OpenAsync(before:
            """
            const create = navigator.credentials.create.bind(navigator.credentials);
            navigator.credentials.create = ({ mediation, ...options }) => { window.mediation = mediation; return create(options); };
            """);
        await VirtualAuthenticator.AddAsync(page);

        var outcome = await page.RunAsync("passkey.upgrade(given)", await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));

        Assert.Equal("conditional", await page.EvaluateAsync<string>("() => window.mediation"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(outcome.Value!));
    }

    [Theory]
    [InlineData("PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: false })")]
    [InlineData("delete PublicKeyCredential.getClientCapabilities")]
    [InlineData("delete window.PublicKeyCredential")]
    public async Task Where_there_is_no_upgrade_nothing_is_asked_of_anybody(string before)
    {
        var page = await site.OpenAsync(before: before);
        var requests = 0;
        page.Request += (_, _) => requests++;

        var outcome = await page.RunAsync("passkey.upgrade('never sent')");

        Assert.Equal((null, null, 0), (outcome.Message, outcome.Value, requests));
    }

    // ---- signals ----

    [Fact]
    public async Task A_passkey_that_the_server_has_lost_is_deleted_from_its_authenticator()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await backend.RevokeAllAsync(person);
        var deleted = authenticator.NextAsync("credentialDeleted");

        var refused = await page.AuthenticateAsync();

        Assert.Equal(("unknown_passkey", 401, "discoverable_login_failed"), (refused.Code, refused.StatusCode, refused.ServerCode));
        await deleted;
        Assert.Equal(0, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task A_site_that_shares_its_RP_ID_deletes_nothing()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        await backend.RevokeAllAsync(person);

        var refused = await page.RunAsync(
            $"new flex.constructor('{ServerProcess.AppId}', {{ baseUrl: given, signals: false }}).passkey.authenticate()",
            site.Server.Address.ToString());

        Assert.Equal(("refused", "discoverable_login_failed"), (refused.Code, refused.ServerCode));
        Assert.Equal(1, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task After_a_revocation_the_page_takes_the_passkey_off_its_authenticator()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        var left = await backend.RevokeAllAsync(person);
        Assert.Empty(left.AllAcceptedCredentialIds);
        var deleted = authenticator.NextAsync("credentialDeleted");

        await page.EvaluateAsync("(signals) => flex.passkey.signalAccepted(JSON.parse(signals))", JsonSerializer.Serialize(left));

        await deleted;
        Assert.Equal(0, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task After_a_sign_in_the_authenticator_learns_the_name_and_keeps_what_is_accepted()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        var updated = authenticator.NextAsync("credentialUpdated");

        Assert.Null((await page.AuthenticateAsync(await backend.Auth.CreateAuthenticateTransactionAsync(person, "Ada Lovelace"))).Message);

        Assert.Equal("Ada Lovelace", (await updated).GetProperty("credential").GetProperty("userName").GetString());
        Assert.Equal(1, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task Where_browsers_cannot_be_told_signalling_does_nothing()
    {
        var page = await site.OpenAsync(
            before: "for (const name of ['signalAllAcceptedCredentials', 'signalCurrentUserDetails', 'signalUnknownCredential']) "
                + "delete PublicKeyCredential[name];");
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.EnrolAsync(backend, person);
        var left = await backend.RevokeAllAsync(person);

        Assert.Null((await page.RunAsync("passkey.signalAccepted(JSON.parse(given))", JsonSerializer.Serialize(left))).Message);
        Assert.Equal("unknown_passkey", (await page.AuthenticateAsync()).Code);
        Assert.Equal(1, await authenticator.CountPasskeysAsync());
    }
}
