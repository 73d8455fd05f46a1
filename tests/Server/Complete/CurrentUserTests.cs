using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Complete;

public class CurrentUserTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_passkey_says_when_it_was_made_until_it_has_signed_in()
    {
        var email = await visitor.SignUpAsync();

        var made = (await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![0]!;
        Assert.Equal((0, made["created_at"]!.ToString()), ((int)made["usage_count"]!, made["last_login_at"]!.ToString()));

        site.Clock.Advance(TimeSpan.FromMinutes(1));
        (await visitor.SignInAsync(email)).Expect(200);
        var used = (await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![0]!;
        Assert.Equal(1, (int)used["usage_count"]!);
        Assert.NotEqual(made["last_login_at"]!.ToString(), used["last_login_at"]!.ToString());
    }

    [Fact]
    public async Task A_passkey_is_added_named_and_removed()
    {
        await visitor.SignUpAsync();
        var second = new SoftwareAuthenticator();
        var added = (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), second)).Expect(200).Json["device"]!;
        Assert.Equal(visitor.UserId, (string)added["user_id"]!);
        var path = $"currentuser/devices/{added["id"]}";

        (await visitor.SendAsync(HttpMethod.Patch, path, new JsonObject { ["friendly_name"] = "My key" })).Expect(200);
        var list = (await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]!.AsArray();
        Assert.Equal(2, list.Count);
        Assert.Equal("My key", (string)list.Single(one => (string)one!["id"]! == (string)added["id"]!)!["friendly_name"]!);

        (await visitor.SendAsync(HttpMethod.Delete, path)).Expect(200);
        Assert.Single((await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]!.AsArray());
    }

    [Fact]
    public async Task The_last_passkey_stays_where_there_is_no_other_way_in()
    {
        await visitor.SignUpAsync();
        var device = (string)(await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![0]!["id"]!;

        Assert.Equal((403, "operation_not_allowed"), (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/devices/{device}")).Refused);
    }

    [Fact]
    public async Task Of_two_who_remove_the_last_two_at_once_one_is_refused()
    {
        await visitor.SignUpAsync();
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), new SoftwareAuthenticator())).Expect(200);
        var devices = (await visitor.GetAsync("currentuser/devices"))
            .Expect(200)
            .Json["devices"]!.AsArray()
            .Select(one => (string)one!["id"]!);

        var answers = await Task.WhenAll(devices.Select(id => visitor.SendAsync(HttpMethod.Delete, $"currentuser/devices/{id}")));

        Assert.Equal([200, 403], answers.Select(answer => answer.Status).Order());
        Assert.Single((await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]!.AsArray());
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_passkey_of_somebody_else_is_nobodys()
    {
        await visitor.SignUpAsync();
        var other = new Visitor(site);
        await other.SignUpAsync();
        var theirs = (string)(await other.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![0]!["id"]!;

        Assert.Equal((404, "device_not_found"), (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/devices/{theirs}")).Refused);
        Assert.Equal(
            (404, "device_not_found"),
            (await visitor.SendAsync(
                HttpMethod.Patch, $"currentuser/devices/{theirs}", new JsonObject { ["friendly_name"] = "x" })).Refused);
        var begun = (await other.StartDeviceAsync()).Expect(200);
        Assert.Equal((401, "webauthn_login_failed"), (await visitor.FinishDeviceAsync(begun, new SoftwareAuthenticator())).Refused);
    }

    /// <summary>Threat 29.</summary>
    [Fact]
    public async Task What_changes_how_one_signs_in_asks_for_a_recent_sign_in()
    {
        var email = await visitor.SignUpAsync();
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), new SoftwareAuthenticator())).Expect(200);
        var begun = (await visitor.StartDeviceAsync()).Expect(200);
        var device = (string)(await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![1]!["id"]!;
        site.Clock.Advance(TimeSpan.FromMinutes(61));
        (await visitor.RefreshAsync()).Expect(200);

        Assert.Equal((403, "operation_not_allowed"), (await visitor.StartDeviceAsync()).Refused);
        // Our own SDK is told why, and whoever expects two members gets two.
        Assert.Equal(
            "sign_in_too_old",
            (await new Visitor(site) { Token = visitor.Token, Version = "openpassage 0.1.0" }.StartDeviceAsync())["reason"]);
        Assert.Equal((403, "operation_not_allowed"), (await visitor.FinishDeviceAsync(begun, new SoftwareAuthenticator())).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/devices/{device}")).Refused);

        (await visitor.SignInAsync(email)).Expect(200);
        (await visitor.StartDeviceAsync()).Expect(200);
    }

    [Fact]
    public async Task What_an_account_says_is_changed_field_by_field()
    {
        await visitor.SignUpAsync();
        Assert.Null((await visitor.GetAsync("currentuser/user-metadata")).Expect(200).Json["user_metadata"]);

        await ChangeAsync("""{"nickname":"Ann","age":41}""");
        await ChangeAsync("""{"nickname":null}""");

        Assert.Equal(
            """{"age":41}""", (await visitor.GetAsync("currentuser/user-metadata")).Expect(200).Json["user_metadata"]!.ToJsonString());
        foreach (var wrong in (string[])[
            """{"plan":"gold"}""", """{"age":"x"}""", """{"age":1.5}""", """{"nickname":true}""", """{"other":1}""",
            $$"""{"nickname":"{{new string('x', 513)}}"}""",
        ])
        {
            var reply = await visitor.SendAsync(
                HttpMethod.Patch, "currentuser/user-metadata", new JsonObject { ["user_metadata"] = JsonNode.Parse(wrong) });
            Assert.Equal((400, "invalid_request"), reply.Refused);
        }

        Assert.Equal(
            """{"age":41}""", (await visitor.GetAsync("currentuser/user-metadata")).Expect(200).Json["user_metadata"]!.ToJsonString());

        async Task ChangeAsync(string change) => (await visitor.SendAsync(
            HttpMethod.Patch, "currentuser/user-metadata", new JsonObject { ["user_metadata"] = JsonNode.Parse(change) })).Expect(200);
    }

    [Fact]
    public async Task One_sees_where_one_is_signed_in_and_signs_out_there()
    {
        var email = await visitor.SignUpAsync();
        var elsewhere = new Visitor(site)
        {
            Authenticator = visitor.Authenticator,
            UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        };
        (await elsewhere.SignInAsync(email)).Expect(200);

        var sessions = (await visitor.GetAsync("currentuser/sessions")).Expect(200).Json["sessions"]!.AsArray();
        Assert.Equal(2, sessions.Count);
        var other = sessions.Single(one => !(bool)one!["current"]!)!;
        Assert.Equal((elsewhere.SessionId, "Chrome on Linux"), ((string)other["id"]!, (string)other["user_agent_display"]!));

        (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/sessions/{elsewhere.SessionId}")).Expect(200);
        Assert.Equal(
            (404, "session_not_found"),
            (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/sessions/{elsewhere.SessionId}")).Refused);
        Assert.Equal((401, "invalid_access_token"), (await elsewhere.GetAsync("currentuser")).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await elsewhere.RefreshAsync()).Refused);
        (await visitor.GetAsync("currentuser")).Expect(200);

        var stranger = new Visitor(site);
        await stranger.SignUpAsync();
        Assert.Equal(
            (404, "session_not_found"), (await stranger.SendAsync(HttpMethod.Delete, $"currentuser/sessions/{visitor.SessionId}")).Refused);
    }

    [Fact]
    public async Task Without_a_token_there_is_nobody()
    {
        foreach (var (method, path) in ((string, string)[])[
            ("GET", "currentuser"), ("GET", "currentuser/devices"), ("POST", "currentuser/devices/start"),
            ("GET", "currentuser/user-metadata"), ("GET", "currentuser/sessions"), ("DELETE", "currentuser/sessions/x"),
            ("DELETE", "currentuser/devices/x"), ("PATCH", "currentuser/email"), ("PATCH", "currentuser/phone")])
            Assert.Equal((401, "invalid_access_token"), (await visitor.SendAsync(new HttpMethod(method), path)).Refused);
    }
}
