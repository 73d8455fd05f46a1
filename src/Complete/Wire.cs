using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OpenPassage.Complete;

// The wire's own shapes. Every member may be missing here; Needed says which must not be.

internal sealed record KeysResponse(KeyWire?[]? Keys);

internal sealed record KeyWire(string? Kty, string? Kid, string? Use, string? Alg, string? N, string? E);

/// <summary>Of a new user, or of what to change; what is null is not sent.</summary>
internal sealed record UserRequest(string? Email, string? Phone, JsonObject? UserMetadata);

internal sealed record UserListResponse(UserItemWire?[]? Users);

internal sealed record UserItemWire(string? Id, string? Email, string? Phone);

internal sealed record UserResponse(UserWire? User);

internal sealed record UserWire
{
    public string? Id { get; init; }
    public string? Email { get; init; }
    public bool? EmailVerified { get; init; }
    public string? Phone { get; init; }
    public bool? PhoneVerified { get; init; }
    public string? Status { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? LastLoginAt { get; init; }
    public int? LoginCount { get; init; }
    public JsonElement? UserMetadata { get; init; }
    public bool? Webauthn { get; init; }
    public DeviceWire?[]? WebauthnDevices { get; init; }
    public string?[]? WebauthnTypes { get; init; }

    public PassageUser ToUser() => new()
    {
        Id = Needed.Text(Id, "id"),
        Email = NullIfEmpty(Email),
        EmailVerified = Needed.Value(EmailVerified, "email_verified"),
        Phone = NullIfEmpty(Phone),
        PhoneVerified = Needed.Value(PhoneVerified, "phone_verified"),
        Status = StatusWire.Of(Status),
        CreatedAt = Needed.Value(CreatedAt, "created_at"),
        UpdatedAt = Needed.Value(UpdatedAt, "updated_at"),
        LastLoginAt = Needed.NullIfNever(LastLoginAt, "last_login_at"),
        LoginCount = Needed.Value(LoginCount, "login_count"),
        UserMetadata = UserMetadata is { ValueKind: not JsonValueKind.Null } metadata ? metadata : null,
        WebAuthn = Needed.Value(Webauthn, "webauthn"),
        WebAuthnDevices = DeviceWire.ToDevices(WebauthnDevices, "webauthn_devices"),
        WebAuthnTypes = Array.ConvertAll(Needed.Value(WebauthnTypes, "webauthn_types"), DeviceWire.TypeOf),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>What is null is not sent.</summary>
internal sealed record MagicLinkRequest(
    string? Email, string? Phone, string? UserId, bool Send, string? Language, string? MagicLinkPath, string? RedirectUrl, long? Ttl,
    string Type);

internal sealed record MagicLinkResponse(MagicLinkWire? MagicLink);

internal sealed record MagicLinkWire
{
    public string? Id { get; init; }
    public string? UserId { get; init; }
    public string? Identifier { get; init; }
    public string? Url { get; init; }
    public string? Secret { get; init; }
    public string? RedirectUrl { get; init; }
    public long? Ttl { get; init; }

    public MagicLink ToMagicLink() => new()
    {
        Id = Needed.Text(Id, "id"),
        UserId = Needed.Text(UserId, "user_id"),
        Identifier = Needed.Text(Identifier, "identifier"),
        Url = Needed.Text(Url, "url"),
        Secret = Needed.Text(Secret, "secret"),
        RedirectUrl = Needed.Text(RedirectUrl, "redirect_url"),
        Lifetime = TimeSpan.FromMinutes(Needed.Value(Ttl, "ttl")),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeysResponse))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(UserListResponse))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(MagicLinkRequest))]
[JsonSerializable(typeof(MagicLinkResponse))]
internal sealed partial class WireJson : JsonSerializerContext;
