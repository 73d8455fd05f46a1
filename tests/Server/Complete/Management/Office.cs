using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>The backend of a Complete app, as its key lets it.</summary>
internal sealed class Office(ServerFixture server, TestApp app)
{
    public static readonly TestApp Shop = new(CompleteSite.AppId, CompleteSite.ApiKey, "shop.example", CompleteSite.Origin);
    public static readonly TestApp SecondShop = new(CompleteSite.OtherAppId, CompleteSite.OtherApiKey, "shop.example", CompleteSite.Origin);

    private readonly Backend backend = new(server, app);

    public Office(ServerFixture server)
        : this(server, Shop)
    {
    }

    /// <summary>A number that no other test uses.</summary>
    public static string NewPhone() => $"+1415555{Interlocked.Increment(ref phones):0000}";

    private static int phones = 100;

    public Task<Reply> CreateAsync(JsonObject body) => backend.PostAsync("users", body.ToJsonString());

    /// <summary>The id of a new account.</summary>
    public Task<string> CreateAsync(string email) => CreateAsync(email, "");

    /// <inheritdoc cref="CreateAsync(string)"/>
    public async Task<string> CreateAsync(string email, string phone)
        => (string)(await CreateAsync(new JsonObject { ["email"] = email, ["phone"] = phone })).Expect(201).Json["user"]!["id"]!;

    public Task<Reply> UpdateAsync(string userId, JsonObject body) => SendAsync(HttpMethod.Patch, $"users/{userId}", body);

    public Task<Reply> DeleteAsync(string userId) => SendAsync(HttpMethod.Delete, $"users/{userId}");

    public Task<Reply> ActivateAsync(string userId) => SendAsync(HttpMethod.Patch, $"users/{userId}/activate");

    public Task<Reply> DeactivateAsync(string userId) => SendAsync(HttpMethod.Patch, $"users/{userId}/deactivate");

    public Task<Reply> RevokeTokensAsync(string userId) => SendAsync(HttpMethod.Delete, $"users/{userId}/tokens");

    public Task<Reply> GetAsync(string userId) => backend.GetUserAsync(userId);

    /// <summary>What the app says of a user.</summary>
    public async Task<JsonNode> UserAsync(string userId) => (await GetAsync(userId)).Expect(200).Json["user"]!;

    public Task<Reply> ListAsync(string query) => backend.ListUsersAsync(query);

    /// <summary>The ids that a filter finds.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string field, string value)
    {
        var page = (await ListAsync($"?{field}={Uri.EscapeDataString(value)}")).Expect(200);
        return [.. page.Json["users"]!.AsArray().Select(user => (string)user!["id"]!)];
    }

    public Task<Reply> SendAsync(HttpMethod method, string path, JsonObject? body = null)
        => backend.SendAsync(method, path, body?.ToJsonString());
}

/// <summary>What a code or a link proves, without either.</summary>
internal static class Verified
{
    public static async Task SayAsync(ServerFixture server, string userId, string email) => Assert.True(
        await server.Services.GetRequiredService<IdentifierStore>().SetVerifiedAsync(
            new(CompleteSite.AppId), userId, Identifiers.Email, email, verified: true, default));
}
