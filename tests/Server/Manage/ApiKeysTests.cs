using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Manage;

public class ApiKeysTests(ServerFixture server) : ServerTests(server)
{
    private async Task<int> ListedWithAsync(TestApp app, string? key)
        => (await new Backend(Server, app) { ApiKey = key }.ListUsersAsync()).Status;

    private async Task<JsonNode> KeyAsync(string app, string id) =>
        (await Manager.GetAsync($"apps/{app}/keys")).Expect(200).Json["keys"]!.AsArray().Single(key => (string)key!["id"]! == id)!;

    [Fact]
    public async Task A_key_is_shown_once_works_at_once_and_has_the_form_that_scanners_match()
    {
        var made = await Manager.KeyAsync(App.Id);
        var secret = made["secret"]!;

        Assert.Matches("^opk_[A-Za-z0-9]{16}_[A-Za-z0-9]{43}$", secret);
        Assert.StartsWith($"opk_{made.Json["key"]!["id"]}_", secret, StringComparison.Ordinal);
        Assert.Equal(200, await ListedWithAsync(App, secret));
        Assert.DoesNotContain(secret[^43..], (await Manager.GetAsync($"apps/{App.Id}/keys")).Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[^43..], (await Manager.GetAsync($"apps/{App.Id}/audit")).Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[^43..], Server.Rows(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret[^43..], Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_scopes_a_key_gets_all_but_admin()
    {
        var made = await Manager.KeyAsync(App.Id);

        Assert.Equal(
            ["transactions:write", "nonces:verify", "users:read", "devices:write", "users:write"],
            made.Json["key"]!["scopes"]!.AsArray().Select(scope => (string)scope!));
    }

    [Fact]
    public async Task A_key_that_is_revoked_stops_working_at_once()
    {
        var made = await Manager.KeyAsync(App.Id);
        (await Manager.DeleteAsync($"apps/{App.Id}/keys/{made.Json["key"]!["id"]}")).Expect(200);

        Assert.Equal(401, await ListedWithAsync(App, made["secret"]));
        Assert.Equal((404, "api_key_not_found"), (await Manager.DeleteAsync($"apps/{App.Id}/keys/{made.Json["key"]!["id"]}")).Refused);
    }

    [Fact]
    public async Task A_key_that_expires_works_until_then()
    {
        var expires = Server.Clock.GetUtcNow().AddHours(1);
        var made = (await Manager.PostAsync(
            $"apps/{App.Id}/keys", new JsonObject { ["name"] = "for an hour", ["expires_at"] = expires.ToString("O") })).Expect(200);
        Server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await ListedWithAsync(App, made["secret"]));
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, await ListedWithAsync(App, made["secret"]));
    }

    [Fact]
    public async Task A_rotated_key_works_beside_the_new_one_for_as_long_as_asked()
    {
        var old = await Manager.KeyAsync(App.Id, "users:read");
        var rotated = (await Manager.PostAsync(
            $"apps/{App.Id}/keys/{old.Json["key"]!["id"]}/rotate", new JsonObject { ["overlap_seconds"] = 600 })).Expect(200);

        Assert.NotEqual(old["secret"], rotated["secret"]);
        Assert.Equal(["users:read"], rotated.Json["key"]!["scopes"]!.AsArray().Select(scope => (string)scope!));
        Assert.Equal((200, 200), (await ListedWithAsync(App, old["secret"]), await ListedWithAsync(App, rotated["secret"])));
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((401, 200), (await ListedWithAsync(App, old["secret"]), await ListedWithAsync(App, rotated["secret"])));
    }

    [Fact]
    public async Task A_rotated_key_keeps_its_expiry_unless_another_is_asked_for()
    {
        var expires = Server.Clock.GetUtcNow().AddDays(30);
        var old = (await Manager.PostAsync(
            $"apps/{App.Id}/keys",
            new JsonObject { ["name"] = "for a month", ["expires_at"] = expires.ToString("O") })).Expect(200);
        var path = $"apps/{App.Id}/keys/{old.Json["key"]!["id"]}/rotate";

        foreach (var body in (JsonObject[])[[], new() { ["expires_at"] = null }, new() { ["overlap_seconds"] = 2592000 }])
        {
            var rotated = (await Manager.PostAsync(path, body)).Expect(200);
            Assert.Equal((string)old.Json["key"]!["expires_at"]!, (string?)rotated.Json["key"]!["expires_at"]);
            // The old one was given a day; it is to have its month again.
            await SetExpiryAsync((string)old.Json["key"]!["id"]!, expires);
        }

        var longer = (await Manager.PostAsync(path, new JsonObject { ["expires_at"] = expires.AddDays(60).ToString("O") })).Expect(200);
        Assert.Equal(expires.AddDays(60), (DateTimeOffset)longer.Json["key"]!["expires_at"]!);
    }

    [Fact]
    public async Task A_key_that_has_expired_is_rotated_when_it_is_said_when_the_new_one_expires()
    {
        var old = (await Manager.PostAsync(
            $"apps/{App.Id}/keys",
            new JsonObject
            {
                ["name"] = "for an hour",
                ["expires_at"] = Server.Clock.GetUtcNow().AddHours(1).ToString("O"),
            })).Expect(200);
        var path = $"apps/{App.Id}/keys/{old.Json["key"]!["id"]}/rotate";
        Server.Clock.Advance(TimeSpan.FromHours(1));

        var reply = await RefusedAsync(400, "invalid_request", () => Manager.PostAsync(path, []));

        Assert.Contains("has expired", reply.Error, StringComparison.Ordinal);
        (await Manager.PostAsync(path, new JsonObject { ["expires_at"] = Server.Clock.GetUtcNow().AddHours(1).ToString("O") })).Expect(200);
        Assert.Equal(401, await ListedWithAsync(App, old["secret"]));
    }

    private async Task SetExpiryAsync(string key, DateTimeOffset expires)
        => await Server.Services.GetRequiredService<Database>().WriteAsync(
            [new("UPDATE api_keys SET expires_at = @at WHERE key_id = @key", Parameter.Time("at", expires), Parameter.Text("key", key))],
            CancellationToken.None);

    [Fact]
    public async Task The_last_use_is_written_down_a_minute_later_and_not_by_the_call()
    {
        var made = await Manager.KeyAsync(App.Id);
        var id = (string)made.Json["key"]!["id"]!;
        Assert.Equal(200, await ListedWithAsync(App, made["secret"]));
        var used = Server.Clock.GetUtcNow();

        await Server.Services.GetRequiredService<ApiKeyUses>().WriteAsync(CancellationToken.None);

        Assert.Equal(used.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"), (string?)(await KeyAsync(App.Id, id))["last_used_at"]);
        await Server.Services.GetRequiredService<ApiKeyStore>()
            .SaveUsesAsync([(new AppId(App.Id), id, used.AddHours(-1))], CancellationToken.None);
        Assert.Equal(used.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"), (string?)(await KeyAsync(App.Id, id))["last_used_at"]);
    }

    [Fact]
    public async Task A_declared_key_is_listed_and_can_be_taken_away_in_the_configuration_alone()
    {
        var declared = (await Manager.GetAsync($"apps/{App.Id}/keys"))
            .Json["keys"]!.AsArray()
            .Single(key => (string)key!["source"]! == "declared")!;

        Assert.Contains("configuration", (string)declared["read_only_because"]!, StringComparison.Ordinal);
        await RefusedAsync(403, "operation_not_allowed", () => Manager.DeleteAsync($"apps/{App.Id}/keys/{declared["id"]}"));
        Assert.Equal(200, await ListedWithAsync(App, App.ApiKey));
    }

    [Fact]
    public async Task A_key_of_another_app_is_not_found()
    {
        var theirs = (string)(await Manager.KeyAsync(OtherApp.Id)).Json["key"]!["id"]!;

        await RefusedAsync(404, "api_key_not_found", () => Manager.DeleteAsync($"apps/{App.Id}/keys/{theirs}"));
        await RefusedAsync(404, "api_key_not_found", () => Manager.PostAsync($"apps/{App.Id}/keys/{theirs}/rotate", []));
    }

    [Fact]
    public async Task A_key_for_the_whole_server_is_made_on_the_machine()
    {
        var keys = Server.Services.GetRequiredService<ManagedKeys>();
        var (key, shown) = await keys.CreateAsync(
            AuditStore.Server, "terraform", ApiKeyScopes.Admin, null, Actor.Command("root"), CancellationToken.None);
        var manager = new Manager(Server, shown);

        (await manager.GetAsync("apps")).Expect(200);
        var line = (await manager.GetAsync("audit"))
            .Expect(200)
            .Json["changes"]!.AsArray()
            .First(change => (string)change!["target"]! == key.Id)!;
        Assert.Equal(("command:root", "CreateApiKey"), ((string)line["actor"]!, (string)line["action"]!));
        await keys.RevokeAsync(AuditStore.Server, key.Id, Actor.Command("root"), CancellationToken.None);
        Assert.Equal((401, "invalid_access_token"), (await manager.GetAsync("apps")).Refused);
    }

    [Theory]
    [InlineData("""{}""", "name is missing.")]
    [InlineData("""{"name":""}""", "name is empty.")]
    [InlineData(
        """{"name":"x","scopes":[]}""",
        "scopes is empty. Choose among transactions:write, nonces:verify, users:read, devices:write, users:write, admin.")]
    [InlineData(
        """{"name":"x","scopes":["root"]}""",
        "scopes knows transactions:write, nonces:verify, users:read, devices:write, users:write, admin.")]
    [InlineData(
        """{"name":"x","scopes":[null]}""",
        "scopes knows transactions:write, nonces:verify, users:read, devices:write, users:write, admin.")]
    [InlineData("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at has passed.")]
    [InlineData("""{"name":"x","expires_at":"soon"}""", "expires_at has the wrong type.")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(
            400, "invalid_request", () => Manager.PostAsync($"apps/{App.Id}/keys", JsonNode.Parse(body)!.AsObject()));

        Assert.Equal(error, reply.Error);
    }
}
