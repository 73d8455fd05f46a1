using System.Net.Http.Headers;
using System.Text;

namespace OpenPassage.Server.Tests;

/// <summary>An app's backend: shows the API key.</summary>
internal sealed class Backend(ServerFixture server, TestApp app)
{
    /// <summary>Null: no Authorization header at all.</summary>
    public string? ApiKey { get; init; } = app.ApiKey;

    public Task<Reply> CreateRegisterTransactionAsync(string externalId, string displayName = "Alice") =>
        PostAsync("transactions/register", $$"""{"external_id":{{Quote(externalId)}},"passkey_display_name":{{Quote(displayName)}}}""");

    public Task<Reply> CreateAuthenticateTransactionAsync(string externalId) =>
        PostAsync("transactions/authenticate", $$"""{"external_id":{{Quote(externalId)}}}""");

    public Task<Reply> VerifyNonceAsync(string nonce) => PostAsync("authenticate/verify", $$"""{"nonce":{{Quote(nonce)}}}""");

    public Task<Reply> ListUsersAsync(string query = "") => GetAsync($"users{query}");

    public async Task<string> UserIdAsync(string externalId) =>
        (string)(await ListUsersAsync($"?limit=1&identifier={Uri.EscapeDataString(externalId)}")).Expect(200).Json["users"]![0]!["id"]!;

    public Task<Reply> GetUserAsync(string userId) => GetAsync($"users/{userId}");

    public Task<Reply> ListDevicesAsync(string userId) => GetAsync($"users/{userId}/devices");

    public Task<Reply> RenameDeviceAsync(string userId, string deviceId, string name) =>
        SendAsync(HttpMethod.Patch, $"users/{userId}/devices/{deviceId}", $$"""{"friendly_name":{{Quote(name)}}}""");

    public Task<Reply> RevokeDeviceAsync(string userId, string deviceId)
        => SendAsync(HttpMethod.Delete, $"users/{userId}/devices/{deviceId}");

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, $"v1/apps/{app.Id}/{path}");
        if (ApiKey is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Reply.ReadAsync(await server.Http.SendAsync(request));
    }

    public static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
