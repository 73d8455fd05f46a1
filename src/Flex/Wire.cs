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

internal sealed record DevicesResponse(DeviceWire?[]? Devices);

internal sealed record RevokedResponse(PasskeySignals? Signals);

internal sealed record ErrorResponse(string? Code, string? Error);

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
        Status = Needed.Text(Status, "status") switch
        {
            "active" => PassageUserStatus.Active,
            "inactive" => PassageUserStatus.Inactive,
            "pending" => PassageUserStatus.Pending,
            _ => PassageUserStatus.Other,
        },
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

internal sealed record DeviceWire
{
    public string? Id { get; init; }
    public string? CredId { get; init; }
    public string? FriendlyName { get; init; }
    public string? Type { get; init; }
    public int? UsageCount { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? LastLoginAt { get; init; }
    public DateTimeOffset? InactiveUntil { get; init; }
    public IconsWire? Icons { get; init; }

    public static IReadOnlyList<PassageDevice> ToDevices(DeviceWire?[]? devices, string name) =>
        Array.ConvertAll(Needed.Value(devices, name), device => Needed.Value(device, name).ToDevice());

    public static PassageDeviceType TypeOf(string? word) => word switch
    {
        "passkey" => PassageDeviceType.Passkey,
        "security_key" => PassageDeviceType.SecurityKey,
        "platform" => PassageDeviceType.Platform,
        _ => PassageDeviceType.Other,
    };

    private PassageDevice ToDevice() => new()
    {
        Id = Needed.Text(Id, "id"),
        CredentialId = Needed.Text(CredId, "cred_id"),
        FriendlyName = Needed.Value(FriendlyName, "friendly_name"),
        Type = TypeOf(Type),
        UsageCount = Needed.Value(UsageCount, "usage_count"),
        CreatedAt = Needed.Value(CreatedAt, "created_at"),
        UpdatedAt = Needed.Value(UpdatedAt, "updated_at"),
        LastLoginAt = Needed.NullIfNever(LastLoginAt, "last_login_at"),
        Icons = new PassageDeviceIcons(Icons?.Light, Icons?.Dark),
        InactiveUntil = InactiveUntil,
    };
}

internal sealed record IconsWire(string? Light, string? Dark);

/// <summary>Members that the contract promises.</summary>
internal static class Needed
{
    public static T Value<T>(T? value, string name)
        where T : class => value ?? throw Missing(name);

    public static T Value<T>(T? value, string name)
        where T : struct => value ?? throw Missing(name);

    public static string Text(string? value, string name) => string.IsNullOrEmpty(value) ? throw Missing(name) : value;

    /// <summary>A time that must be there, where 0001-01-01T00:00:00Z means never.</summary>
    public static DateTimeOffset? NullIfNever(DateTimeOffset? value, string name) =>
        Value(value, name) is { Year: > 1 } time ? time : null;

    private static JsonException Missing(string name) => new($"{name} is missing.");
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
[JsonSerializable(typeof(DevicesResponse))]
[JsonSerializable(typeof(RevokedResponse))]
[JsonSerializable(typeof(ErrorResponse))]
internal sealed partial class WireJson : JsonSerializerContext;
