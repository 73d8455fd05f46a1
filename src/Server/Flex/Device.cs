using System.Text.Json.Serialization;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Flex;

/// <summary>A passkey as the wire shows it to a backend. Every key but the last is always there.</summary>
internal sealed record Device(
    string Id,
    string CredId,
    string FriendlyName,
    DeviceKind Type,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset LastLoginAt,
    long UsageCount,
    Icons Icons)
{
    /// <summary>It signs nobody in, and goes then, unless its nonce is verified before. Absent: it is active.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? InactiveUntil { get; init; }

    public static Device Of(Passkey passkey) => new(
        passkey.DeviceId,
        passkey.Record.Id.ToString(),
        passkey.FriendlyName,
        KindOf(passkey.Type),
        passkey.CreatedAt,
        passkey.UpdatedAt,
        passkey.LastLoginAt ?? default,
        passkey.UsageCount,
        new Icons(passkey.IconLight, passkey.IconDark))
    {
        InactiveUntil = passkey.InactiveUntil,
    };

    public static DeviceKind KindOf(DeviceType type) => type switch
    {
        DeviceType.SecurityKey => DeviceKind.SecurityKey,
        DeviceType.Platform => DeviceKind.Platform,
        _ => DeviceKind.Passkey,
    };
}

/// <summary>Data URIs for light and dark backgrounds.</summary>
internal sealed record Icons(string? Light, string? Dark);

[JsonConverter(typeof(JsonStringEnumConverter<DeviceKind>))]
internal enum DeviceKind
{
    [JsonStringEnumMemberName("passkey")]
    Passkey,
    [JsonStringEnumMemberName("security_key")]
    SecurityKey,
    [JsonStringEnumMemberName("platform")]
    Platform,
}
