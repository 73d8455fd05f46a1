using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>What operators do at the console about themselves is in the audit, with before and after.</summary>
public class ConsoleAuditTests(ServerFixture server) : ServerTests(server)
{
    private const string Account = "/console/account";

    private async Task<List<JsonNode>> ChangesAsync(string actor, string path = "audit") =>
        [.. (await Manager.GetAsync($"{path}?limit=500"))
            .Expect(200)
            .Json["changes"]!.AsArray()
            .Where(change => (string)change!["actor"]! == $"operator:{actor}")
            .Select(change => change!)];

    private async Task<JsonNode> ChangeAsync(string actor, string action)
        => Assert.Single(await ChangesAsync(actor), change => (string)change["action"]! == action);

    private static async Task AddAsync(Visitor visitor)
    {
        var started = (await visitor.SayAsync($"{Account}/passkeys/start", [])).Expect(200);
        var made = new SoftwareAuthenticator().Create(started.Text, Visitor.ConsoleOrigin).ToJsonObject(ResponseShape.Browser);
        (await visitor.SayAsync(
            $"{Account}/passkeys/finish", new JsonObject { ["handshake"] = started["handshake"], ["response"] = made })).Expect(200);
        Assert.Equal(400, (await visitor.SayAsync(
            $"{Account}/passkeys/finish",
            new JsonObject { ["handshake"] = started["handshake"], ["response"] = made.DeepClone() })).Status);
    }

    [Fact]
    public async Task A_passkey_that_is_added_and_removed_is_told_of_by_name()
    {
        var name = NewUser();
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        Assert.DoesNotContain(await ChangesAsync(name), change => (string)change["action"]! == "AddPasskey");
        await AddAsync(one);

        var added = await ChangeAsync(name, "AddPasskey");
        var id = (string)added["after"]!["id"]!;
        Assert.Null(added["before"]);
        Assert.NotEqual("", (string)added["after"]!["name"]!);

        Assert.Equal(303, (await one.PostAsync($"{Account}/passkeys/{id}/remove")).Status);
        var removed = await ChangeAsync(name, "RemovePasskey");
        Assert.Null(removed["after"]);
        Assert.Equal(added["after"]!.ToJsonString(), removed["before"]!.ToJsonString());
        Assert.Equal(409, (await one.PostAsync($"{Account}/passkeys/{id}/remove")).Status);
        await ChangeAsync(name, "RemovePasskey");
    }

    [Fact]
    public async Task Sessions_that_are_ended_are_told_of_once()
    {
        var name = NewUser();
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        var others = new List<Visitor>();
        for (var i = 0; i < 3; i++)
        {
            others.Add(new Visitor(Server) { Authenticator = one.Authenticator });
            (await others[i].SignInAsync()).Expect(200);
        }

        var hash = Convert.ToHexStringLower(Session.HashOf(others[0].Cookie!.Split('=')[1]));
        Assert.Equal(303, (await one.PostAsync($"{Account}/end-session", ("session", hash))).Status);
        Assert.Equal(404, (await one.PostAsync($"{Account}/end-session", ("session", hash))).Status);
        Assert.Equal("Chrome on Linux", (string)(await ChangeAsync(name, "EndSession"))["before"]!["browser"]!);

        Assert.Equal(303, (await one.PostAsync($"{Account}/end-sessions")).Status);
        Assert.Equal(303, (await one.PostAsync($"{Account}/end-sessions")).Status);
        Assert.Equal(2, (await ChangeAsync(name, "EndSessions"))["before"]!.AsArray().Count);
        foreach (var other in others)
        {
            Assert.Equal(303, (await other.GetAsync(Account)).Status);
            other.Dispose();
        }
    }

    [Fact]
    public async Task The_user_that_trying_an_app_makes_is_told_of_once()
    {
        var name = NewUser();
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin, name);
        var app = await Manager.AppAsync(new JsonObject { ["rp_id"] = "localhost", ["origins"] = new JsonArray(Visitor.ConsoleOrigin) });
        foreach (var _ in (int[])[1, 2])
            (await admin.SayAsync($"/console/apps/{app.Id}/try/start", new JsonObject { ["ceremony"] = "register" })).Expect(200);

        var made = Assert.Single(await ChangesAsync(name, $"apps/{app.Id}/audit"));

        Assert.Equal(("CreateUser", $"console:{name}"), ((string)made["action"]!, (string)made["after"]!["external_id"]!));
        Assert.Equal((string)made["target"]!, await new Backend(Server, app).UserIdAsync($"console:{name}"));
    }
}
