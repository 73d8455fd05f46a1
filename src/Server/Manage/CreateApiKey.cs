using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>Makes an API key for an app, and shows it once.</summary>
internal static class CreateApiKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/apps/{app_id}/keys", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(CreateApiKey), "Makes an API key and shows it, this once.");

    private static async Task<Outcome<KeyMade>> Handle(
        AppCall call, RequestBody<CreateApiKeyRequest> body, ManagedKeys keys, CancellationToken cancellationToken)
    {
        var scopes = body.Value.Scopes is { } words ? ApiKeyScope.Of(words) : ApiKeyScope.Usual;
        var (key, shown) = await keys.CreateAsync(call.AppId, body.Value.Name, scopes, body.Value.ExpiresAt, call.Actor, cancellationToken);
        return new KeyMade(shown, ManagedKey.Of(key), OldExpiresAt: null);
    }
}

internal sealed record CreateApiKeyRequest(string Name) : IRequest<CreateApiKeyRequest>
{
    public static JsonTypeInfo<CreateApiKeyRequest> Json => ManageWire.Default.CreateApiKeyRequest;

    /// <summary>Absent: all but <c>admin</c>.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Absent: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Complaint() => GivenText.Complaint("name", Name)
        ?? (Scopes?.Any(word => ApiKeyScope.Of(word) == ApiKeyScopes.None) == true
            ? $"scopes knows {string.Join(", ", ApiKeyScope.Words)}."
            : null);
}
