using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Passage's own backend SDK makes and changes accounts, and trusts tokens.</summary>
public class PassageNodeTests(CompleteSite site) : IClassFixture<CompleteSite>, IDisposable
{
    private readonly PassageNode node = new(site);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        node.Dispose();
    }

    [Fact]
    public async Task A_user_is_made_found_changed_activated_and_removed()
    {
        var (email, other) = (CompleteSite.NewEmail(), CompleteSite.NewEmail());

        var made = await CallAsync(
            "user.create", new JsonObject { ["email"] = email, ["user_metadata"] = new JsonObject { ["plan"] = "gold" } });
        var id = (string)made["id"]!;
        Assert.Equal(
            (email, "pending", "gold"),
            ((string)made["email"]!, (string)made["status"]!, (string)made["user_metadata"]!["plan"]!));

        Assert.Equal(id, (string)(await CallAsync("user.getByIdentifier", email.ToUpperInvariant()))["id"]!);
        Assert.Equal(made.ToJsonString(), (await CallAsync("user.get", id)).ToJsonString());

        var phone = Office.NewPhone();
        var changed = await CallAsync("user.update", id, new JsonObject { ["email"] = other, ["phone"] = phone });
        Assert.Equal((other, phone), ((string)changed["email"]!, (string)changed["phone"]!));
        Assert.Equal(id, (string)(await CallAsync("user.getByIdentifier", phone))["id"]!);
        // The list is empty, and the client's own words say so.
        Assert.Equal("User not found.", await FailsAsync("user.getByIdentifier", email));

        Assert.Equal("active", (string)(await CallAsync("user.activate", id))["status"]!);
        Assert.Equal("inactive", (string)(await CallAsync("user.deactivate", id))["status"]!);
        Assert.True((bool)await CallAsync("user.delete", id));
        await RefusedAsync(404, "user_not_found", "user.get", id);
        await RefusedAsync(404, "user_not_found", "user.delete", id);
    }

    [Fact]
    public async Task What_the_server_refuses_the_client_says()
    {
        var email = CompleteSite.NewEmail();
        await CallAsync("user.create", new JsonObject { ["email"] = email });

        var exists = await RefusedAsync(400, "invalid_request", "user.create", new JsonObject { ["email"] = email });
        Assert.Contains("user: already exists.", exists, StringComparison.Ordinal);
        await RefusedAsync(400, "invalid_request", "user.create", new JsonObject { ["email"] = "ada" });
        await RefusedAsync(404, "user_not_found", "user.update", "nobody", new JsonObject { ["email"] = CompleteSite.NewEmail() });
        await RefusedAsync(404, "user_not_found", "user.activate", "nobody");
        await RefusedAsync(404, "user_not_found", "user.deactivate", "nobody");
        await RefusedAsync(404, "user_not_found", "user.listDevices", "nobody");
        await RefusedAsync(404, "user_not_found", "user.revokeRefreshTokens", "nobody");
    }

    [Fact]
    public async Task Devices_are_listed_and_revoked_and_sessions_ended()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        Assert.Equal(visitor.UserId, (string)(await CallAsync("auth.validateJwt", visitor.Token))!);

        Assert.True((bool)await CallAsync("user.revokeRefreshTokens", visitor.UserId));
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);

        var device = Assert.Single((await CallAsync("user.listDevices", visitor.UserId)).AsArray())!;
        Assert.True((bool)await CallAsync("user.revokeDevice", visitor.UserId, (string)device["id"]!));
        Assert.Empty((await CallAsync("user.listDevices", visitor.UserId)).AsArray());
        await RefusedAsync(404, "device_not_found", "user.revokeDevice", visitor.UserId, (string)device["id"]!);
    }

    [Fact]
    public async Task Its_older_calls_are_answered_too()
    {
        var app = await CallAsync("getApp");

        Assert.Equal((CompleteSite.AppId, "complete"), ((string)app["id"]!, (string)app["type"]!));
        Assert.True((bool)app["auth_methods"]!["passkeys"]!["enabled"]!);
    }

    [Fact]
    public async Task Tokens_are_good_across_a_rotation_for_who_took_the_keys_before_it()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        var (before, kid) = (visitor.Token, (string)visitor.Head["kid"]!);
        Assert.Equal(visitor.UserId, (string)(await CallAsync("auth.validateJwt", before))!);

        (await new Manager(site, ServerFixture.AdminKey).PostAsync($"apps/{CompleteSite.AppId}/signing-keys/rotate", [])).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);

        Assert.NotEqual(kid, (string)visitor.Head["kid"]!);
        // It asks for no keys within half a minute of the last time: it has this one already.
        Assert.Equal(visitor.UserId, (string)(await CallAsync("auth.validateJwt", visitor.Token))!);
        Assert.Equal(visitor.UserId, (string)(await CallAsync("auth.validateJwt", before))!);
        await FailsAsync("auth.validateJwt", $"{visitor.Token[..^6]}AAAAAA");
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync();
        await FailsAsync("auth.validateJwt", elsewhere.Token);
    }

    private Task<JsonNode> CallAsync(string path, params JsonNode[] arguments) => node.CallAsync(path, arguments);

    private Task<string> RefusedAsync(int status, string code, string path, params JsonNode[] arguments)
        => node.RefusedAsync(status, code, path, arguments);

    private Task<string> FailsAsync(string path, params JsonNode[] arguments) => node.FailsAsync(path, arguments);
}
