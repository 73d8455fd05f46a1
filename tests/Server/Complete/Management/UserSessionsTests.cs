using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Listing and ending a user's sessions, for who manages an app.</summary>
public class UserSessionsTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Manager manager = new(site, ServerFixture.AdminKey);
    private readonly Visitor visitor = new(site)
    {
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    };

    private string Path => $"apps/{CompleteSite.AppId}/users/{visitor.UserId}/sessions";

    [Fact]
    public async Task A_users_sessions_are_listed_and_one_of_them_is_ended()
    {
        var email = await visitor.SignUpAsync();
        var elsewhere = new Visitor(site) { Authenticator = visitor.Authenticator };
        (await elsewhere.SignInAsync(email)).Expect(200);

        var sessions = (await manager.GetAsync(Path)).Expect(200).Json["sessions"]!.AsArray();
        Assert.Equal(new[] { visitor.SessionId, elsewhere.SessionId }.Order(), sessions.Select(one => (string)one!["id"]!).Order());
        var first = sessions.Single(one => (string)one!["id"]! == visitor.SessionId)!;
        Assert.Equal("Chrome on Linux", (string)first["user_agent_display"]!);
        Assert.Equal(["hwk", "user"], first["amr"]!.AsArray().Select(one => (string)one!));
        Assert.Equal("127.0.0.1", (string)first["ip_addr"]!);
        Assert.NotNull(first["device_id"]);

        (await manager.DeleteAsync($"{Path}/{visitor.SessionId}")).Expect(200);

        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        (await elsewhere.RefreshAsync()).Expect(200);
        Assert.Equal((404, "session_not_found"), (await manager.DeleteAsync($"{Path}/{visitor.SessionId}")).Refused);
        var line = await LineAsync("RevokeSession");
        Assert.Equal(visitor.SessionId, (string)line["before"]!["session_id"]!);
    }

    [Fact]
    public async Task All_of_them_are_ended_and_counted()
    {
        var email = await visitor.SignUpAsync();
        (await new Visitor(site) { Authenticator = visitor.Authenticator }.SignInAsync(email)).Expect(200);

        Assert.Equal(2, (int)(await manager.DeleteAsync(Path)).Expect(200).Json["revoked"]!);

        Assert.Empty((await manager.GetAsync(Path)).Expect(200).Json["sessions"]!.AsArray());
        Assert.Equal(0, (int)(await manager.DeleteAsync(Path)).Expect(200).Json["revoked"]!);
        await LineAsync("RevokeSessions");
    }

    [Fact]
    public async Task A_session_of_somebody_else_is_not_found_and_goes_on()
    {
        await visitor.SignUpAsync();
        var other = new Visitor(site);
        await other.SignUpAsync();
        var before = site.Rows();

        Assert.Equal((404, "session_not_found"), (await manager.DeleteAsync($"{Path}/{other.SessionId}")).Refused);
        var elsewhere = $"apps/{CompleteSite.OtherAppId}/users/{visitor.UserId}/sessions";
        Assert.Equal((404, "user_not_found"), (await manager.GetAsync(elsewhere)).Refused);
        Assert.Equal((404, "user_not_found"), (await manager.DeleteAsync(elsewhere)).Refused);
        Assert.Equal((404, "user_not_found"), (await manager.DeleteAsync($"{elsewhere}/{visitor.SessionId}")).Refused);

        Assert.Equal(before, site.Rows());
        (await other.RefreshAsync()).Expect(200);
    }

    [Fact]
    public async Task Apps_of_Flex_have_none() => Assert.Equal(
        (403, "operation_not_allowed"), (await manager.GetAsync($"apps/{ServerFixture.App.Id}/users/nobody/sessions")).Refused);

    // The only line of this user with this action.
    private async Task<JsonNode> LineAsync(string action)
        => (await manager.GetAsync($"apps/{CompleteSite.AppId}/audit")).Expect(200).Json["changes"]!.AsArray()
            .Single(line => (string)line!["target"]! == visitor.UserId && (string)line["action"]! == action)!;
}
