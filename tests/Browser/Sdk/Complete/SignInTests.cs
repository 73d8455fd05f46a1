using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>Signing up and signing in where passkeys are the login.</summary>
[Collection<CompleteSdk>]
public sealed class SignInTests(CompleteSite site)
{
    private readonly string email = $"Ada.{Guid.NewGuid():N}@Example.com";

    [Theory]
    [InlineData("/", "")]
    [InlineData("/unbundled", "")]
    [InlineData("/", "for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON', 'getClientCapabilities']) "
        + "delete PublicKeyCredential[name];")]
    public async Task Somebody_signs_up_and_then_in_with_a_name_without_one_and_by_suggestion(string path, string before)
    {
        var page = await site.OpenAsync(path, before);
        await VirtualAuthenticator.AddAsync(page);

        var signedUp = await page.JsonAsync("passkey.register(given, { userMetadata: { nick_name: 'Countess' } })", email);
        var user = await page.JsonAsync("currentUser.userInfo()");

        Assert.Equal(await page.StoredAsync("psg_auth_token"), (string)signedUp["authToken"]!);
        Assert.Equal("/", (string)signedUp["redirectUrl"]!);
        Assert.Equal(email.ToLowerInvariant(), (string)user["email"]!);
        Assert.Equal("Countess", (string)user["userMetadata"]!["nick_name"]!);
        Assert.Equal(1, (int)user["loginCount"]!);
        string[] calls = ["passkey.login(given)", "passkey.login()", "passkey.login(undefined, { isConditionalMediation: true })"];
        foreach (var call in calls)
        {
            await page.DoAsync("session.signOut()");
            Assert.Equal("not_signed_in", (await page.TryAsync("session.getAuthToken()")).Code);
            await page.DoAsync(call, email);
            Assert.Equal((string)user["id"]!, (string)(await page.JsonAsync("currentUser.userInfo()"))["id"]!);
        }

        Assert.Equal(
            ["signedin", "signedout", "signedin", "signedout", "signedin", "signedout", "signedin"],
            await page.EvaluateAsync<string[]>("events"));
    }

    [Fact]
    public async Task Autofill_signs_in_who_picks_a_passkey()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        await page.DoAsync("session.signOut()");

        var token = await page.DoAsync(
            "new Promise((resolve, reject) => passkey.autofill({ onSignIn: ({ authToken }) => resolve(authToken), onError: reject }))");

        Assert.Equal(await page.StoredAsync("psg_auth_token"), token);
    }

    [Theory]
    [InlineData("identifier: given")]
    [InlineData("identifier: () => given")]
    [InlineData("identifier: undefined")]
    public async Task One_call_signs_in_the_account_that_is_named_or_any(string identifier)
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        await page.DoAsync("session.signOut()");

        var token = await page.DoAsync(
            "import(given.at).then(({ signIn }) => { given = given.email; return new Promise((resolve, reject) => "
                + $"signIn(passkey, {{ {identifier}, onSignIn: ({{ authToken }}) => resolve(authToken), fallback: reject }})); }})",
            new { at = new Uri(site.Server.Address, "openpassage-signin.js").ToString(), email });

        Assert.Equal(await page.StoredAsync("psg_auth_token"), token);
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
                const { rawId, response: { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } } = await original(options);
                return { rawId, response: { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } };
              };
            }
            """);
        await page.SignUpAsync(email);

        await page.DoAsync("passkey.login(given)", email);

        Assert.True(await page.EvaluateAsync<bool>("passage.session.authGuard()"));
    }

    [Fact]
    public async Task Tokens_are_kept_where_Passages_pages_and_backends_look_for_them()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        var user = await page.JsonAsync("currentUser.userInfo()");

        var token = await page.StoredAsync("psg_auth_token");
        var cookie = Assert.Single(await page.Context.CookiesAsync());
        Assert.Equal(("psg_auth_token", token, "/", SameSiteAttribute.Lax), (cookie.Name, cookie.Value, cookie.Path, cookie.SameSite));
        Assert.NotEmpty((await page.StoredAsync("psg_refresh_token"))!);
        Assert.Equal(
            $$"""{"{{user["id"]}}":"{{user["webauthnDevices"]![0]!["credId"]}}"}""", await page.StoredAsync("psg_cred_obj"));
        Assert.Equal("true", await page.DoAsync("passkey.hasLocalPasskey(given)", (string)user["id"]!));

        await page.DoAsync("session.signOut()");
        Assert.Empty(await page.Context.CookiesAsync());
        Assert.Equal(["psg_cred_obj"], await page.EvaluateAsync<string[]>("Object.keys(localStorage)"));
    }

    [Fact]
    public async Task The_cookie_can_be_switched_off_and_storage_can_be_missing()
    {
        var page = await site.OpenAsync("/no-cookie");
        await page.SignUpAsync(email);
        Assert.Empty(await page.Context.CookiesAsync());

        var forgetful = await site.OpenAsync(
            before: "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })");
        await forgetful.SignUpAsync("also." + email);
        Assert.Equal("also." + email.ToLowerInvariant(), (string)(await forgetful.JsonAsync("currentUser.userInfo()"))["email"]!);
    }

    [Fact]
    public async Task What_the_server_refuses_has_a_code_each()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);

        var again = await page.TryAsync("passkey.register(given)", email);
        var nobody = await page.TryAsync("passkey.login(given)", "nobody@example.com");
        var bad = await page.TryAsync("passkey.register('no address')");

        Assert.Equal(
            ("user_exists", 400, ErrorGuide.Sentences["user_exists"], true),
            (again.Code, again.StatusCode, again.Message, again.IsPassageError));
        Assert.Equal(("refused", 404, "user_not_found"), (nobody.Code, nobody.StatusCode, nobody.ServerCode));
        Assert.Equal(("refused", 400, "invalid_request"), (bad.Code, bad.StatusCode, bad.ServerCode));
        Assert.Equal(new Uri(site.Server.Address, "openpassage/errors#user_exists").ToString(), again.Docs);
    }

    [Fact]
    public async Task A_page_can_ask_who_there_is_and_what_the_app_wants()
    {
        var page = await site.OpenAsync();

        Assert.Equal("null", await page.DoAsync("app.userExists(given)", email));
        var begun = await page.JsonAsync("app.createUser(given, { nick_name: 'Countess' })", email);
        var found = await page.JsonAsync("app.userExists(given)", email);
        var info = await page.JsonAsync("app.info()");

        Assert.Equal(("pending", false), ((string)begun["status"]!, (bool)begun["webauthn"]!));
        Assert.Equal((string)begun["id"]!, (string)found["id"]!);
        Assert.Equal((site.Origin, "nick_name"), ((string)info["authOrigin"]!, (string)info["userMetadataSchema"]![0]!["fieldName"]!));
        Assert.Equal("true", await page.DoAsync("passkey.checkPasskeyOrigin()"));
    }

    [Fact]
    public async Task A_passkey_that_the_server_has_lost_is_deleted_from_its_authenticator()
    {
        var page = await site.OpenAsync();
        var authenticator = await page.SignUpAsync(email);
        await site.RemovePasskeysAsync((string)(await page.JsonAsync("currentUser.userInfo()"))["id"]!);
        var deleted = authenticator.NextAsync("credentialDeleted");

        var refused = await page.TryAsync("passkey.login()");

        Assert.Equal(("unknown_passkey", 401, "discoverable_login_failed"), (refused.Code, refused.StatusCode, refused.ServerCode));
        await deleted;
        Assert.Equal(0, await authenticator.CountPasskeysAsync());
    }

    [Fact]
    public async Task The_readmes_page_works_as_it_stands()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync(site.MailOrigin + "/readme");

        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {email.ToLowerInvariant()}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {email.ToLowerInvariant()}");
    }

    [Fact]
    public async Task The_readmes_page_signs_up_by_a_code_and_adds_a_passkey()
    {
        var page = await site.OpenAsync();
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync(site.MailOrigin + "/readme");

        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Email me a code" }).ClickAsync();
        await page.GetByLabel("Code").FillAsync(await site.Server.Mail.CodeAsync(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the code" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {email.ToLowerInvariant()}");
        for (var times = 0; times < 100 && await authenticator.CountPasskeysAsync() == 0; times++)
            await Task.Delay(100);
        Assert.Equal(1, await authenticator.CountPasskeysAsync());
    }
}
