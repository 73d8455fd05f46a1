using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>An API key as management lists it, without the key.</summary>
internal sealed record ManagedKey(
    string Id,
    string Name,
    IReadOnlyList<string> Scopes,
    string Source,
    string? ReadOnlyBecause,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt)
{
    public static ManagedKey Of(ApiKey key) => new(
        key.Id,
        key.Name,
        key.Scopes.ToWords(),
        key.Declared ? "declared" : "made",
        key.Declared ? Refusal.KeyReadOnly.Sentence : null,
        key.CreatedAt,
        key.ExpiresAt,
        key.LastUsedAt);
}

/// <summary>A key that was just made: <paramref name="Secret"/> is shown this once.</summary>
/// <param name="Secret">What callers send as bearer token.</param>
/// <param name="Key">The key as it is listed from now on.</param>
/// <param name="OldExpiresAt">When the key that it replaces stops working; null: it replaces none.</param>
internal sealed record KeyMade(string Secret, ManagedKey Key, DateTimeOffset? OldExpiresAt) : IAnswer<KeyMade>
{
    public static JsonTypeInfo<KeyMade> Json => ManageWire.Default.KeyMade;
}
