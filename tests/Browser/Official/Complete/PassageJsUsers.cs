using System.Text.Json;

namespace OpenPassage.Browser.Tests.Official.Complete;

/// <summary>
/// What somebody who is signed in does with Passage's own <c>passage-js</c> 4.1.2: the account, its passkeys, its session.
/// </summary>
[Collection(nameof(CompleteSite))]
public sealed class PassageJsUsers(CompleteSite site)
{
    /// <summary>The client reads when its token ends, and checks no signature: this one ended long ago.</summary>
    private const string Expire =
        """
        () => {
          const [header, , signature] = localStorage.psg_auth_token.split('.');
          localStorage.psg_auth_token = [header, btoa('{"exp":1}').replaceAll('=', ''), signature].join('.');
        }
        """;

    private readonly string person = $"person+{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task A_user_reads_the_account_and_changes_what_the_app_lets_users_change()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        var userId = await SignUpAsync(page, "passage.app.createUser(given[0], { home_town: 'London' })");

        var info = await page.DoAsync("passage.currentUser.userInfo()");
        Assert.Equal((userId, person, "active"), (Text(info, "id"), Text(info, "email"), Text(info, "status")));
        Assert.Equal(("", false), (Text(info, "phone"), info.GetProperty("emailVerified").GetBoolean()));
        Assert.Equal("London", Text(info.GetProperty("userMetadata"), "home_town"));
        Assert.Single(info.GetProperty("webauthnDevices").EnumerateArray());
        Assert.Equal("London", Text(await page.DoAsync("passage.currentUser.metadata()"), "home_town"));

        var changed = await page.DoAsync("passage.currentUser.updateMetadata({ seats: 3 })");
        Assert.Equal("""{"home_town":"London","seats":3}""", changed.GetProperty("userMetadata").GetRawText());
        foreach (var wrong in (string[])["{ seats: 'three' }", "{ nothing: 1 }", "{ rank: 'first' }"])
            Assert.Equal(400, (await page.CallAsync($"passage.currentUser.updateMetadata({wrong})")).StatusCode);
        Assert.Equal(
            """{"home_town":"London","seats":3}""", (await page.DoAsync("passage.currentUser.metadata()")).GetRawText());
    }

    [Fact]
    public async Task A_user_changes_the_address_by_the_link_that_the_new_one_is_sent_and_undoes_it_by_that_of_the_old_one()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        var userId = await SignUpAsync(page);
        // First one's own, which nobody has proven yet.
        await page.DoAsync("passage.currentUser.changeEmail(given[0])", person);
        var own = await site.SecretAsync(person);
        await page.DoAsync("passage.magicLink.activate(given[0])", own);
        Assert.True((await page.DoAsync("passage.currentUser.userInfo()")).GetProperty("emailVerified").GetBoolean());

        var fresh = $"fresh-{Guid.NewGuid():N}@example.com";
        page.TakeSent();
        var sent = await page.DoAsync("passage.currentUser.changeEmail(given[0])", fresh);
        Assert.Equal(24, Text(sent, "id")!.Length);
        Assert.Equal($$"""{"new_email":"{{fresh}}"}""", ClientPage.BodyOf(Assert.Single(page.TakeRequests())).ToJsonString());
        Assert.Equal(person, Text(await page.DoAsync("passage.currentUser.userInfo()"), "email"));

        await page.AssertKeepsAsync(await page.DoAsync("passage.magicLink.activate(given[0])", await site.SecretAsync(fresh)));
        var info = await page.DoAsync("passage.currentUser.userInfo()");
        Assert.Equal((userId, fresh), (Text(info, "id"), Text(info, "email")));

        await page.DoAsync("passage.magicLink.activate(given[0])", await site.SecretAsync(person, after: own));
        Assert.Equal(401, (await page.CallAsync("passage.currentUser.userInfo()")).StatusCode);
        await page.ReloadAsync();
        await page.DoAsync("passage.passkey.login(given[0])", person);
        Assert.Equal(person, Text(await page.DoAsync("passage.currentUser.userInfo()"), "email"));
    }

    [Fact]
    public async Task What_cannot_be_changed_is_refused_with_a_sentence()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);

        // The last one, none, no address, and no way to send text messages.
        foreach (var call in (string[])["changeEmail('')", "changeEmail('ann')", "changePhone('+14155550123')"])
        {
            var refused = await page.CallAsync($"passage.currentUser.{call}");
            Assert.Equal(("PassageError", 400), (refused.Name, refused.StatusCode));
            Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_user_adds_renames_and_removes_passkeys_and_keeps_the_last()
    {
        var page = await site.OpenAsync();
        var builtIn = await VirtualAuthenticator.AddAsync(page.Page);
        var userId = await SignUpAsync(page);
        var first = Assert.Single((await page.DoAsync("passage.currentUser.passkeys()")).EnumerateArray());
        Assert.Equal((userId, 0), (Text(first, "userId"), first.GetProperty("usageCount").GetInt32()));
        Assert.Equal(Text(first, "credId"), await LocalAsync(page, userId));
        await builtIn.RemoveAsync();

        await VirtualAuthenticator.AddAsync(page.Page, "usb");
        page.TakeSent();
        var second = await page.DoAsync("passage.currentUser.addPasskey({ authenticatorAttachment: 'cross-platform' })");
        Assert.Equal(["POST /currentuser/devices/start", "POST /currentuser/devices/finish"], page.TakeSent());
        Assert.Equal(Text(second, "credId"), await LocalAsync(page, userId));
        Assert.Equal(2, (await page.DoAsync("passage.currentUser.passkeys()")).GetArrayLength());
        var twice = await page.CallAsync("passage.currentUser.addPasskey({ authenticatorAttachment: 'cross-platform' })");
        Assert.Equal(("PassageError", 701), (twice.Name, twice.StatusCode));

        var renamed = await page.DoAsync("passage.currentUser.editPasskey(given[0], 'On my key ring')", Text(second, "id"));
        Assert.Equal((Text(second, "id"), "On my key ring"), (Text(renamed, "id"), Text(renamed, "friendlyName")));
        Assert.Equal(404, (await page.CallAsync("passage.currentUser.editPasskey('nothing', 'A name')")).StatusCode);

        page.TakeSent();
        Assert.True((await page.DoAsync("passage.currentUser.deletePasskey(given[0])", Plain(second))).GetBoolean());
        Assert.Equal([$"DELETE /currentuser/devices/{Text(second, "id")}"], page.TakeSent());
        Assert.False((await page.DoAsync("passage.passkey.hasLocalPasskey(given[0])", userId)).GetBoolean());
        var last = await page.CallAsync("passage.currentUser.deletePasskey(given[0])", Plain(first));
        Assert.Equal(("PassageError", 403), (last.Name, last.StatusCode));
        Assert.Equal(
            Text(first, "id"), Text(Assert.Single((await page.DoAsync("passage.currentUser.passkeys()")).EnumerateArray()), "id"));
    }

    [Fact]
    public async Task A_passkey_is_added_on_the_device_itself_where_nothing_is_said()
    {
        var page = await site.OpenAsync();
        var securityKey = await VirtualAuthenticator.AddAsync(page.Page, "usb");
        await SignUpAsync(page);
        await securityKey.RemoveAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        page.TakeSent();

        await page.DoAsync("passage.currentUser.addPasskey()");

        var start = page.TakeRequests()[0];
        Assert.Equal("""{"authenticator_attachment":"platform"}""", ClientPage.BodyOf(start).ToJsonString());
        Assert.StartsWith("Bearer ", (await start.AllHeadersAsync())["authorization"]);
        Assert.Equal(2, (await page.DoAsync("passage.currentUser.passkeys()")).GetArrayLength());
    }

    [Fact]
    public async Task A_token_is_kept_while_it_is_good_and_renewed_once_however_many_ask()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        var (token, refresh) = (await page.StoredAsync("psg_auth_token"), await page.StoredAsync("psg_refresh_token"));
        page.TakeSent();
        Assert.Equal(token, (await page.DoAsync("passage.session.getAuthToken()")).GetString());
        Assert.Empty(page.TakeSent());

        await page.Page.EvaluateAsync(Expire);
        Assert.False((await page.DoAsync("passage.session.authGuard()")).GetBoolean());
        await page.DoAsync("Promise.all([1, 2, 3, 4, 5].map(() => passage.session.getAuthToken()))");
        Assert.Equal(["POST /tokens"], page.TakeSent());
        Assert.NotEqual(refresh, await page.StoredAsync("psg_refresh_token"));
        Assert.True((await page.DoAsync("passage.session.authGuard()")).GetBoolean());

        await page.AssertKeepsAsync(await page.DoAsync("passage.session.refresh()"));
        Assert.Equal(["POST /tokens"], page.TakeSent());
        Assert.Equal(person, Text(await page.DoAsync("passage.currentUser.userInfo()"), "email"));
    }

    [Fact]
    public async Task Two_tabs_with_the_same_refresh_token_get_the_same_successor_and_stay_signed_in()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        var refresh = await page.StoredAsync("psg_refresh_token");
        var other = await page.OpenTabAsync();

        var first = await page.DoAsync("passage.session.refresh()");
        await other.Page.EvaluateAsync("(token) => localStorage.setItem('psg_refresh_token', token)", refresh);
        var second = await other.DoAsync("passage.session.refresh()");

        Assert.Equal(Text(first, "refreshToken"), Text(second, "refreshToken"));
        await page.DoAsync("passage.session.refresh()");
        Assert.Equal(person, Text(await other.DoAsync("passage.currentUser.userInfo()"), "email"));
    }

    [Fact]
    public async Task Whoever_signs_out_leaves_nothing_behind()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        var refresh = await page.StoredAsync("psg_refresh_token");
        page.TakeSent();

        Assert.True((await page.DoAsync("passage.session.signOut()")).GetBoolean());

        Assert.Equal([$"DELETE /tokens?refresh_token={Uri.EscapeDataString(refresh!)}"], page.TakeSent());
        await page.AssertKeepsNothingAsync();
        Assert.False((await page.DoAsync("passage.session.authGuard()")).GetBoolean());
        foreach (var call in (string[])["session.getAuthToken()", "session.refresh()", "currentUser.userInfo()"])
            Assert.Equal(704, (await page.CallAsync($"passage.{call}")).StatusCode);
        Assert.True((await page.DoAsync("passage.session.signOut()")).GetBoolean());
    }

    [Fact]
    public async Task Whoever_was_signed_out_by_the_server_is_told_and_can_still_sign_out()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page.Page);
        await SignUpAsync(page);
        await site.EndSessionsAsync((await page.StoredAsync("psg_auth_token"))!);

        var refused = await page.CallAsync("passage.currentUser.userInfo()");
        Assert.Equal(("PassageError", 401), (refused.Name, refused.StatusCode));
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        Assert.Equal(401, (await page.CallAsync("passage.session.refresh()")).StatusCode);
        Assert.NotNull(await page.StoredAsync("psg_refresh_token"));

        Assert.True((await page.DoAsync("passage.session.signOut()")).GetBoolean());
        await page.AssertKeepsNothingAsync();
        await page.ReloadAsync();
        await page.AssertKeepsAsync(await page.DoAsync("passage.passkey.login(given[0])", person));
        Assert.Equal(person, Text(await page.DoAsync("passage.currentUser.userInfo()"), "email"));
    }

    private async Task<string> SignUpAsync(ClientPage page, string begin = "passage.app.createUser(given[0])")
    {
        var made = await page.DoAsync(begin, person);
        await page.DoAsync("passage.passkey.register(given[0])", person);
        return Text(made, "id")!;
    }

    /// <summary>The passkey that the client thinks this browser has.</summary>
    private static async Task<string?> LocalAsync(ClientPage page, string userId) =>
        JsonDocument.Parse((await page.StoredAsync("psg_cred_obj"))!).RootElement.GetProperty(userId).GetString();

    private static Dictionary<string, string?> Plain(JsonElement passkey) =>
        new(StringComparer.Ordinal) { ["id"] = Text(passkey, "id"), ["credId"] = Text(passkey, "credId") };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
