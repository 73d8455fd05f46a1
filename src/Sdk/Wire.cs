using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenPassage.Sdk;

// The wire's own shapes, as far as Flex and Complete have them in common. Every member may be missing here; Needed says which must not be.

internal sealed record ErrorResponse(string? Code, string? Error);

internal sealed record DevicesResponse(DeviceWire?[]? Devices);

internal sealed record RevokedResponse(PasskeySignals? Signals);

internal static class StatusWire
{
    public static PassageUserStatus Of(string? word) => Needed.Text(word, "status") switch
    {
        "active" => PassageUserStatus.Active,
        "inactive" => PassageUserStatus.Inactive,
        "pending" => PassageUserStatus.Pending,
        _ => PassageUserStatus.Other,
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
#if !COMPLETE
    public DateTimeOffset? InactiveUntil { get; init; }
#endif
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
#if !COMPLETE
        InactiveUntil = InactiveUntil,
#endif
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
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(DevicesResponse))]
[JsonSerializable(typeof(RevokedResponse))]
internal sealed partial class SdkJson : JsonSerializerContext;
