using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Makes a key of the same name, scopes and expiry in the place of another, which goes on working for a while.</summary>
internal static class RotateApiKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("manage/apps/{app_id}/keys/{key_id}/rotate", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(
            nameof(RotateApiKey),
            "Makes a key in the place of another, and lets both work for a while.",
            Refusal.ApiKeyNotFound,
            Refusal.KeyReadOnly);

    private static async Task<Outcome<KeyMade>> Handle(
        AppCall call, string key_id, RequestBody<RotateApiKeyRequest> body, ManagedKeys keys, CancellationToken cancellationToken)
    {
        var overlap = body.Value.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : ManagedKeys.UsualOverlap;
        var (key, shown, until) = await keys.RotateAsync(call.AppId, key_id, overlap, body.Value.ExpiresAt, call.Actor, cancellationToken);
        return new KeyMade(shown, ManagedKey.Of(key), until);
    }
}

internal sealed record RotateApiKeyRequest : IRequest<RotateApiKeyRequest>
{
    private const long MostSeconds = 366 * 24 * 60 * 60;

    public static JsonTypeInfo<RotateApiKeyRequest> Json => ManageWire.Default.RotateApiKeyRequest;

    /// <summary>How long the old key goes on working; absent: a day.</summary>
    public long? OverlapSeconds { get; init; }

    /// <summary>When the new key expires; absent: when the old one would have.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Complaint() => OverlapSeconds is < 0 or > MostSeconds ? $"overlap_seconds is a number from 0 to {MostSeconds}." : null;
}
