using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenPassage.Flex;

// The wire's own shapes. Every member may be missing here; Needed says which must not be.

internal sealed record RegisterTransactionRequest(string ExternalId, string PasskeyDisplayName);

internal sealed record AuthenticateTransactionRequest(
    string ExternalId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PasskeyDisplayName);

internal sealed record TransactionResponse(string? TransactionId);

internal sealed record VerifyNonceRequest(string Nonce);

internal sealed record VerifyNonceResponse(string? ExternalId)
{
    public string? Ceremony { get; init; }
    public bool? UserPresent { get; init; }
    public bool? UserVerified { get; init; }
    public string? Origin { get; init; }
    public string? DeviceId { get; init; }
    public DateTimeOffset? Time { get; init; }

    public VerifiedCeremony ToCeremony() => new()
    {
        ExternalId = Needed.Text(ExternalId, "external_id"),
        Ceremony = Ceremony switch
        {
            null => null,
            "register" => PassageCeremony.Register,
            "conditional_create" => PassageCeremony.ConditionalCreate,
            "authenticate" => PassageCeremony.Authenticate,
            _ => PassageCeremony.Other,
        },
        UserPresent = UserPresent,
        UserVerified = UserVerified,
        Origin = Origin,
        DeviceId = DeviceId,
        Time = Time,
    };
}

internal sealed record RenameDeviceRequest(string FriendlyName);

internal sealed record UserListResponse(UserItemWire?[]? Users);

internal sealed record UserItemWire(string? Id, string? ExternalId);

internal sealed record UserResponse(UserWire? User);

internal sealed record UserWire
{
    public string? Id { get; init; }
    public string? ExternalId { get; init; }
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
        ExternalId = Needed.Text(ExternalId, "external_id"),
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
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RegisterTransactionRequest))]
[JsonSerializable(typeof(AuthenticateTransactionRequest))]
[JsonSerializable(typeof(TransactionResponse))]
[JsonSerializable(typeof(VerifyNonceRequest))]
[JsonSerializable(typeof(VerifyNonceResponse))]
[JsonSerializable(typeof(RenameDeviceRequest))]
[JsonSerializable(typeof(UserListResponse))]
[JsonSerializable(typeof(UserResponse))]
internal sealed partial class WireJson : JsonSerializerContext;
