using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Tests.Host;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>Readiness keys: made, listed and revoked over HTTP and on the command line.</summary>
public class ReadinessKeysTests(ServerFixture server) : ServerTests(server)
{
    private async Task<JsonObject?> ListedAsync(string id)
        => (await Manager.GetAsync("readiness/keys")).Expect(200).Json["keys"]!.AsArray()
            .Select(key => key!.AsObject())
            .SingleOrDefault(key => (string?)key["id"] == id);

    private static string[] TextsOf(JsonNode? list) => [.. list!.AsArray().Select(text => (string)text!)];

    [Fact]
    public async Task A_key_is_made_listed_with_itself_and_revoked()
    {
        var app = await Manager.AppAsync();
        var made = (await Manager.PostAsync("readiness/keys", new()
        {
            ["name"] = "Shop", ["app_id"] = app.Id, ["sources"] = new JsonArray("https://shop.example.com", "com.example.shop"),
        })).Expect(200).Json.AsObject();

        Assert.StartsWith("opr_", (string?)made["key"], StringComparison.Ordinal);
        Assert.Equal(("Shop", app.Id), ((string?)made["name"], (string?)made["app_id"]));
        Assert.Equal(["https://shop.example.com", "com.example.shop"], TextsOf(made["sources"]));
        var id = (string)made["id"]!;
        Assert.Equal(made.ToJsonString(), (await ListedAsync(id))!.ToJsonString());

        (await Manager.DeleteAsync($"readiness/keys/{id}")).Expect(200);

        Assert.NotNull((await ListedAsync(id))!["revoked_at"]);
        Assert.Equal((404, "api_key_not_found"), (await Manager.DeleteAsync($"readiness/keys/{id}")).Refused);
        Assert.Equal((404, "api_key_not_found"), (await Manager.DeleteAsync("readiness/keys/nothing")).Refused);
    }

    [Fact]
    public async Task Of_no_app_it_is_the_servers_and_the_audit_tells_of_it()
    {
        var made = (await Manager.PostAsync("readiness/keys", new() { ["name"] = "All" })).Expect(200);
        Assert.Null(made["app_id"]);
        Assert.Empty(made.Json["sources"]!.AsArray());
        (await Manager.DeleteAsync($"readiness/keys/{made["id"]}")).Expect(200);

        var changes = (await Manager.GetAsync("audit")).Expect(200).Json["changes"]!.AsArray()
            .Where(change => (string?)change!["target"] == made["id"])
            .OrderByDescending(change => (string?)change!["action"], StringComparer.Ordinal)
            .ToList();
        Assert.Equal(["RevokeReadinessKey", "CreateReadinessKey"], changes.Select(change => (string?)change!["action"]));
        Assert.Equal(made["key"], (string?)changes[1]!["after"]!["key"]);
        Assert.NotNull(changes[0]!["after"]!["revoked_at"]);
    }

    [Fact]
    public async Task Of_an_app_the_apps_audit_tells_of_it()
    {
        var app = await Manager.AppAsync();
        var made = (await Manager.PostAsync("readiness/keys", new() { ["name"] = "Shop", ["app_id"] = app.Id })).Expect(200);

        var changes = (await Manager.GetAsync($"apps/{app.Id}/audit")).Expect(200).Json["changes"]!.AsArray();
        Assert.Contains(changes, change => ("CreateReadinessKey", made["id"]) == ((string?)change!["action"], (string?)change["target"]));
    }

    [Theory]
    [InlineData("{}", "name is missing.")]
    [InlineData("{\"name\":\"x\",\"app_id\":\"sh\\u0000op\"}", "app_id contains the character U+0000.")]
    [InlineData("""{"name":""}""", "name is empty.")]
    [InlineData("""{"name":7}""", "name has the wrong type.")]
    [InlineData("""{"name":"x","app_id":""}""", "app_id is empty.")]
    [InlineData("""{"name":"x","sources":"https://example.com"}""", "sources has the wrong type.")]
    [InlineData("""{"name":"x","sources":[""]}""", "sources has an entry that is neither an origin")]
    [InlineData("""{"name":"x","sources":["com.example.app/x"]}""", "sources has an entry that is neither an origin")]
    [InlineData("""{"name":"x","sources":[null]}""", "sources has an entry that is neither an origin")]
    [InlineData("""{"name":"x","sources":["*"]}""", "sources has an entry that is neither an origin")]
    [InlineData(
        """{"name":"x","sources":["https://Example.com/"]}""",
        "sources has an entry that is 'https://Example.com/' and should be")]
    [InlineData("""{"name":"x","sources":["http://example.com"]}""", "sources has an entry that is 'http://example.com' and should begin")]
    public async Task What_is_no_key_is_refused_with_a_sentence(string body, string sentence)
    {
        // What other tests have reported is counted a moment later.
        await Server.Services.GetRequiredService<ReportWriting>().WriteAsync(TestContext.Current.CancellationToken);
        var before = Server.Rows();
        var reply = await Manager.PostAsync("readiness/keys", JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, "invalid_request"), reply.Refused);
        Assert.StartsWith(sentence, reply.Error, StringComparison.Ordinal);
        Assert.Equal(before, Server.Rows());
    }

    [Fact]
    public async Task Of_an_unknown_app_there_is_none()
        => await RefusedAsync(
            404, "app_not_found", () => Manager.PostAsync("readiness/keys", new() { ["name"] = "x", ["app_id"] = "nobody" }));

    [Fact]
    public async Task The_command_line_makes_lists_and_revokes_them_and_a_server_beside_it_notices()
    {
        var (exitCode, output) = await InProcess.RunAsync(
            Server, "readiness", "key", "create", "--name", "Shop", "--source", "https://shop.example.com", "--source", "com.example.shop",
            "--json");
        Assert.True(exitCode == 0, output);
        var made = JsonNode.Parse(output)!;
        Assert.Equal(["https://shop.example.com", "com.example.shop"], TextsOf(made["sources"]));

        (exitCode, output) = await InProcess.RunAsync(Server, "readiness", "key", "list");
        Assert.True(exitCode == 0, output);
        Assert.Contains((string)made["key"]!, output, StringComparison.Ordinal);

        await Reporter.UntilAsync(Server, (string)made["key"]!, 200);
        (exitCode, output) = await InProcess.RunAsync(Server, "readiness", "key", "revoke", (string)made["id"]!);
        Assert.True(exitCode == 0, output);
        await Reporter.UntilAsync(Server, (string)made["key"]!, 401);
        (exitCode, output) = await InProcess.RunAsync(Server, "readiness", "key", "revoke", "nothing");
        Assert.True(exitCode == 3, output);
    }
}
