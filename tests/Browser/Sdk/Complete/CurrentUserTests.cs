namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>What people do with their own account.</summary>
[Collection<CompleteSdk>]
public sealed class CurrentUserTests(CompleteSite site)
{
    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task Metadata_is_shown_and_changed_field_by_field()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        Assert.Equal("null", await page.DoAsync("currentUser.metadata()"));

        await page.DoAsync("currentUser.updateMetadata({ nick_name: 'Countess', age: 36 })");
        var changed = await page.JsonAsync("currentUser.updateMetadata({ age: null })");

        Assert.Equal("""{"nick_name":"Countess"}""", changed["userMetadata"]!.ToJsonString());
        Assert.Equal("""{"nick_name":"Countess"}""", await page.DoAsync("currentUser.metadata()"));
        var wrong = await page.TryAsync("currentUser.updateMetadata({ age: 'old' })");
        Assert.Equal(("refused", 400, "user_metadata.age is not a whole number."), (wrong.Code, wrong.StatusCode, wrong.Message));
    }

    [Fact]
    public async Task Passkeys_are_added_renamed_and_removed_and_their_authenticators_are_told()
    {
        var page = await site.OpenAsync();
        var first = await page.SignUpAsync(email);
        var second = await VirtualAuthenticator.AddAsync(page, "usb");
        var old = (await page.JsonAsync("currentUser.passkeys()"))[0]!;

        var added = await page.JsonAsync("currentUser.addPasskey({ authenticatorAttachment: 'cross-platform' })");
        var renamed = await page.JsonAsync("currentUser.editPasskey(given, 'My key')", (string)added["id"]!);
        Assert.Equal(((string)added["id"]!, "My key"), ((string)renamed["id"]!, (string)renamed["friendlyName"]!));
        Assert.Equal(
            [(string)old["friendlyName"]!, "My key"],
            (await page.JsonAsync("currentUser.passkeys()")).AsArray().Select(one => (string)one!["friendlyName"]!));
        Assert.Equal(1, await second.CountPasskeysAsync());

        var deleted = first.NextAsync("credentialDeleted");
        Assert.Equal("true", await page.DoAsync("currentUser.passkeys().then(([one]) => currentUser.deletePasskey(one))"));
        await deleted;
        Assert.Equal((0, 1), (await first.CountPasskeysAsync(), await second.CountPasskeysAsync()));
        var last = await page.TryAsync("currentUser.passkeys().then(([one]) => currentUser.deletePasskey(one))");
        Assert.Equal(("refused", 403, "operation_not_allowed"), (last.Code, last.StatusCode, last.ServerCode));
        Assert.StartsWith("This is the only way to sign in", last.Message, StringComparison.Ordinal);
        await page.DoAsync("passkey.login(given)", email);
    }

    [Fact]
    public async Task A_device_that_has_one_makes_no_second_passkey()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);

        Assert.Equal("already_registered", (await page.TryAsync("currentUser.addPasskey()")).Code);
    }

    /// <summary>As the server says it a while after the sign-in; ten seconds are the least that can be set.</summary>
    [Fact]
    public async Task An_old_sign_in_has_to_be_renewed_before_passkeys_change()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        await page.RouteAsync("**/currentuser/devices/**", route => route.FulfillAsync(new()
        {
            Status = 403,
            ContentType = "application/json",
            Body = """{"code":"operation_not_allowed","error":"Your last sign-in was too long ago for this.","reason":"sign_in_too_old"}""",
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
        }));

        var added = await page.TryAsync("currentUser.addPasskey()");
        var removed = await page.TryAsync("currentUser.passkeys().then(([one]) => currentUser.deletePasskey(one))");

        Assert.Equal(("sign_in_too_old", 403, "operation_not_allowed"), (added.Code, added.StatusCode, added.ServerCode));
        Assert.Equal(("sign_in_too_old", ErrorGuide.Sentences["sign_in_too_old"]), (removed.Code, removed.Message));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_elsewhere_and_here()
    {
        var page = await site.OpenAsync();
        await page.SignUpAsync(email);
        var earlier = await page.DoAsync("session.getAuthToken()");
        await page.DoAsync("passkey.login()");

        var sessions = (await page.JsonAsync("currentUser.listSessions()")).AsArray();
        Assert.Equal([true, false], sessions.Select(one => (bool)one!["current"]!));
        Assert.Contains("Chrom", (string)sessions[0]!["userAgentDisplay"]!, StringComparison.Ordinal);
        await page.DoAsync("currentUser.revokeSession(given)", (string)sessions[1]!["id"]!);
        Assert.Single((await page.JsonAsync("currentUser.listSessions()")).AsArray());
        Assert.Equal(["signedin", "signedin"], await page.EvaluateAsync<string[]>("events"));

        await page.DoAsync("currentUser.revokeSession(given)", (string)sessions[0]!["id"]!);
        Assert.Equal("not_signed_in", (await page.TryAsync("currentUser.listSessions()")).Code);
        Assert.Equal("signedout", await page.EvaluateAsync<string>("events.at(-1)"));
        await page.EvaluateAsync("(earlier) => { localStorage.psg_auth_token = earlier; }", earlier);
        Assert.Equal("session_ended", (await page.TryAsync("currentUser.userInfo()")).Code);
    }

    [Fact]
    public async Task Another_address_is_sent_a_link_and_becomes_the_accounts_when_it_was_opened()
    {
        var page = await site.OpenAsync("/mail");
        await page.SignUpByCodeAsync(site, email);

        var sent = await page.JsonAsync("currentUser.changeEmail(given, 'en')", $"new.{email}");

        Assert.Matches("^[0-9A-Za-z]{24}$", (string)sent["id"]!);
        Assert.Equal(email, (string)(await page.JsonAsync("currentUser.userInfo()"))["email"]!);
        var link = await site.Server.Mail.LinkAsync($"new.{email}");
        await site.GoAsync(page, link.PathAndQuery);
        Assert.Equal("true", await page.DoAsync("(window.link = magicLink.takeFromAddress()).verifies"));
        await page.DoAsync("magicLink.activate(link.magicLink)");
        var user = await page.JsonAsync("currentUser.userInfo()");
        Assert.Equal(($"new.{email}", true), ((string)user["email"]!, (bool)user["emailVerified"]!));
        Assert.Equal("refused", (await page.TryAsync("currentUser.changePhone('no number')")).Code);
    }

    /// <summary>The refusal comes before any call: nobody is signed in.</summary>
    [Fact]
    public async Task Without_a_sign_in_nothing_is_asked_of_the_server()
    {
        var page = await site.OpenAsync();
        var requests = 0;
        page.Request += (_, _) => requests++;

        foreach (var call in (string[])["userInfo()", "passkeys()", "addPasskey()", "metadata()", "listSessions()"])
            Assert.Equal("not_signed_in", (await page.TryAsync($"currentUser.{call}")).Code);

        Assert.Equal(0, requests);
    }
}
