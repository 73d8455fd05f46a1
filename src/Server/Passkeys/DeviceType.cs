using System.Diagnostics;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.Server.Passkeys;

internal enum DeviceType
{
    /// <summary>Synced, or discoverable on the user's device.</summary>
    Passkey,

    /// <summary>A key that is plugged in or tapped.</summary>
    SecurityKey,

    /// <summary>Bound to one device.</summary>
    Platform,
}

/// <summary>The words for it, in the database and on the wire.</summary>
internal static class DeviceTypes
{
    public static string ToWord(this DeviceType type) => type switch
    {
        DeviceType.Passkey => "passkey",
        DeviceType.SecurityKey => "security_key",
        DeviceType.Platform => "platform",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static DeviceType Parse(string word) => word switch
    {
        "passkey" => DeviceType.Passkey,
        "security_key" => DeviceType.SecurityKey,
        "platform" => DeviceType.Platform,
        _ => throw new UnreachableException(),
    };

    public static string ToWord(this TrustLevel trust) => trust switch
    {
        TrustLevel.None => "none",
        TrustLevel.Self => "self",
        TrustLevel.Untrusted => "untrusted",
        TrustLevel.Anchored => "anchored",
        _ => throw new ArgumentOutOfRangeException(nameof(trust)),
    };
}
