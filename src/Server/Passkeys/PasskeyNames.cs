using OpenPassage.Server.Devices;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>What a new passkey is called, and what kind of device it counts as.</summary>
internal static class PasskeyNames
{
    /// <summary>The provider's or model's name, else where it was made, else <c>Passkey</c>.</summary>
    /// <param name="aaguid">The model or provider.</param>
    /// <param name="userAgent">What the browser calls itself.</param>
    /// <param name="provider">What a better list calls it; null: the one that comes along is asked.</param>
    public static string Friendly(Guid aaguid, string? userAgent, string? provider = null)
        => provider ?? Aaguids.NameOf(aaguid) ?? UserAgent.Display(userAgent) ?? "Passkey";

    /// <summary>The kind, as far as backup eligibility, transports and attachment tell it.</summary>
    public static DeviceType TypeOf(CredentialRecord record, AuthenticatorAttachment? attachment)
    {
        // What may be backed up is synced between devices, whatever it came through.
        if (record.BackupEligible == true)
            return DeviceType.Passkey;

        var transports = record.Transports;
        var inDevice = transports.Contains("internal", StringComparer.Ordinal);
        var viaPhone = transports.Contains("hybrid", StringComparer.Ordinal);
        var viaPort = transports.Any(transport => transport is "usb" or "nfc" or "ble" or "smart-card");
        if (!inDevice && !viaPhone && (viaPort || attachment == AuthenticatorAttachment.CrossPlatform))
            return DeviceType.SecurityKey;

        return inDevice || attachment == AuthenticatorAttachment.Platform ? DeviceType.Platform : DeviceType.Passkey;
    }
}
