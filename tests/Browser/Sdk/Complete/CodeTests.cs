using System.Globalization;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>Signing up and in by codes, and the passkey that follows.</summary>
[Collection<CompleteSdk>]
public sealed class CodeTests(CompleteSite site)
{
    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task Somebody_signs_up_by_a_code_adds_a_passkey_and_signs_in_by_both()
    {
        var page = await site.OpenAsync("/mail");
        await VirtualAuthenticator.AddAsync(page);
        var sent = await page.JsonAsync("oneTimePasscode.register(given)", email);
        var code = await site.Server.Mail.CodeAsync(email);

        var signedUp = await page.JsonAsync(
            "oneTimePasscode.activate(given.code, given.id)", new { code = $" {code[..3]} {code[3..]} ", id = (string)sent["otpId"]! });
        var user = await page.JsonAsync("currentUser.userInfo()");

        Assert.Equal(await page.StoredAsync("psg_auth_token"), (string)signedUp["authToken"]!);
        Assert.Equal((email, true, false), ((string)user["email"]!, (bool)user["emailVerified"]!, (bool)user["webauthn"]!));
        Assert.Equal(["signedin"], await page.EvaluateAsync<string[]>("events"));
        await page.DoAsync("currentUser.addPasskey()");
        await page.DoAsync("session.signOut()");
        await page.DoAsync("passkey.login(given)", email);
        await page.DoAsync("session.signOut()");
        sent = await page.JsonAsync("oneTimePasscode.login(given, 'de')", email);
        Assert.Contains("Anmelden", await site.Server.Mail.TextAsync(email, place: 1), StringComparison.OrdinalIgnoreCase);
        code = await site.Server.Mail.CodeAsync(email, place: 1);
        await page.DoAsync("oneTimePasscode.activate(given.code, given.id)", new { code, id = (string)sent["otpId"]! });
        Assert.Equal((string)user["id"]!, (string)(await page.JsonAsync("currentUser.userInfo()"))["id"]!);
        Assert.Equal("user_exists", (await page.TryAsync("oneTimePasscode.register(given)", email)).Code);
    }

    [Fact]
    public async Task A_wrong_code_may_be_tried_again_and_after_five_only_another_one_helps()
    {
        var page = await site.OpenAsync("/mail");
        var sent = await page.JsonAsync("oneTimePasscode.register(given)", email);
        var code = await site.Server.Mail.CodeAsync(email);
        var wrong = ((int.Parse(code, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);

        for (var tries = 0; tries < 5; tries++)
        {
            var refused = await page.TryAsync(
                "oneTimePasscode.activate(given.wrong, given.id)", new { wrong, id = (string)sent["otpId"]! });
            Assert.Equal(
                ("wrong_code", 400, ErrorGuide.Sentences["wrong_code"], true),
                (refused.Code, refused.StatusCode, refused.Message, refused.IsPassageError));
        }

        var late = await page.TryAsync("oneTimePasscode.activate(given.code, given.id)", new { code, id = (string)sent["otpId"]! });
        Assert.Equal(("too_many_tries", 401, "exceeded_attempts"), (late.Code, late.StatusCode, late.ServerCode));
        Assert.Equal("false", await page.DoAsync("session.authGuard()"));
    }

    [Fact]
    public async Task Who_asks_again_at_once_is_told_how_long_to_wait()
    {
        var page = await site.OpenAsync("/mail");
        await page.DoAsync("oneTimePasscode.register(given)", email);

        var again = await page.TryAsync("oneTimePasscode.login(given)", email);
        var wait = await page.DoAsync(
            "oneTimePasscode.login(given).catch((error) => [error.retryAfter, error.message.includes(`wait ${error.retryAfter} seconds`)])",
            email);

        Assert.Equal(("too_often", 429, "exceeded_attempts"), (again.Code, again.StatusCode, again.ServerCode));
        Assert.Matches("^A code was sent a moment ago. Look for it, or wait [0-9]+ seconds?[.]$", again.Message!);
        Assert.Matches(@"^\[([1-9]|[12]\d|30),true\]$", wait!);
        Assert.Equal("refused", (await page.TryAsync("oneTimePasscode.login('nobody@example.com')")).Code);
    }

    [Fact]
    public async Task Right_after_a_code_a_passkey_is_made_in_passing_where_the_browser_can()
    {
        // The browser is told to prompt, which the emulated authenticator answers at once; all else is as in passing.
        var page = await site.OpenAsync("/mail", before:
            """
            const create = navigator.credentials.create.bind(navigator.credentials);
            navigator.credentials.create = ({ mediation, ...options }) => { window.mediation = mediation; return create(options); };
            PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: !window.isOld });
            """);
        await VirtualAuthenticator.AddAsync(page);
        Assert.Null((await page.TryAsync("currentUser.upgrade()")).Value);
        await page.SignUpByCodeAsync(site, email);

        await page.EvaluateAsync("() => { window.isOld = true; }");
        Assert.Null(await page.DoAsync("currentUser.upgrade()"));
        Assert.Null(await page.EvaluateAsync<string?>("() => window.mediation"));
        await page.EvaluateAsync("() => { window.isOld = false; }");
        var made = await page.JsonAsync("currentUser.upgrade()");

        Assert.Equal("conditional", await page.EvaluateAsync<string>("() => window.mediation"));
        Assert.Equal("true", await page.DoAsync("passkey.hasLocalPasskey(given)", (string)made["userId"]!));
        await page.DoAsync("session.signOut()");
        await page.DoAsync("passkey.login(given)", email);
    }
}

internal static class CodeCalls
{
    /// <summary>A new account without a passkey, signed in.</summary>
    public static async Task SignUpByCodeAsync(this Microsoft.Playwright.IPage page, CompleteSite site, string email)
    {
        var sent = await page.JsonAsync("oneTimePasscode.register(given)", email);
        var code = await site.Server.Mail.CodeAsync(email);
        await page.DoAsync("oneTimePasscode.activate(given.code, given.id)", new { code, id = (string)sent["otpId"]! });
    }
}
