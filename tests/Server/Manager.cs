using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests;

/// <summary>Who manages: calls <c>/v1/manage</c> with a key.</summary>
internal sealed class Manager(ServerFixture server, string? key)
{
    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> PatchAsync(string path, JsonObject body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>An app at example.com whose pages run on https://example.com, with a key of every scope but admin.</summary>
    public async Task<TestApp> AppAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["rp_id"] ??= "example.com";
        settings["origins"] ??= new JsonArray("https://example.com");
        var id = (await PostAsync("apps", settings)).Expect(200)["id"]!;
        return new TestApp(id, (await KeyAsync(id))["secret"]!, (string)settings["rp_id"]!, (string)settings["origins"]![0]!);
    }

    public async Task<Reply> KeyAsync(string app, params string[] scopes)
    {
        var body = new JsonObject { ["name"] = "a key" };
        if (scopes is not [])
            body["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]);
        return (await PostAsync($"apps/{app}/keys", body)).Expect(200);
    }

    /// <summary>
    /// The ids, by their names in routes, of a user, a passkey and a key of an app that has nothing to do with any other.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> IdsOfAnotherAppAsync()
    {
        var app = await AppAsync();
        var (backend, page) = (new Backend(server, app), new Page(server, app));
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);
        var user = await backend.UserIdAsync("alice");
        return new Dictionary<string, string>
        {
            ["user_id"] = user,
            ["device_id"] = (string)(await backend.ListDevicesAsync(user)).Expect(200).Json["devices"]![0]!["id"]!,
            ["key_id"] = (string)(await KeyAsync(app.Id)).Json["key"]!["id"]!,
        };
    }

    private async Task<Reply> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, $"v1/manage/{path}");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await Reply.ReadAsync(await server.Http.SendAsync(request));
    }
}
