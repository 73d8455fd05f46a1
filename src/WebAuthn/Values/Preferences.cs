namespace OpenPassage.WebAuthn;

/// <summary>Which authenticators may make a credential (§5.4.5).</summary>
public enum AuthenticatorAttachment
{
    /// <summary>Built into the device.</summary>
    Platform,

    /// <summary>Reached from the device: a security key, a phone.</summary>
    CrossPlatform,
}

/// <summary>How much user verification matters (§5.8.6).</summary>
public enum UserVerification
{
    /// <summary>Refuse without it.</summary>
    Required,

    /// <summary>Wanted, not needed.</summary>
    Preferred,

    /// <summary>Not wanted.</summary>
    Discouraged,
}

/// <summary>Whether the credential can be found without naming it (§5.4.6).</summary>
public enum ResidentKey
{
    /// <summary>Must be discoverable.</summary>
    Required,

    /// <summary>Wanted, not needed.</summary>
    Preferred,

    /// <summary>Not wanted.</summary>
    Discouraged,
}

/// <summary>Which attestation the browser should convey (§5.4.7).</summary>
public enum AttestationConveyance
{
    /// <summary>None is needed; the browser may strip it.</summary>
    None,

    /// <summary>Any that verifies, anonymized by the browser where it can.</summary>
    Indirect,

    /// <summary>The authenticator's own.</summary>
    Direct,

    /// <summary>One that may identify the single device, where the enterprise allows it.</summary>
    Enterprise,
}

/// <summary>What the user is likely to reach for (§5.8.8): it orders the browser's dialog and refuses nothing.</summary>
public enum Hint
{
    /// <summary>A security key.</summary>
    SecurityKey,

    /// <summary>This device's own authenticator.</summary>
    ClientDevice,

    /// <summary>A phone, by QR code.</summary>
    Hybrid,
}

/// <summary>
/// A credential named in options (§5.8.3), and how it may be reached: what <c>getTransports()</c> said at its registration, or empty
/// where that is not known.
/// </summary>
public sealed record CredentialDescriptor(CredentialId Id, IReadOnlyList<string> Transports);

/// <summary>The words of these values on the wire.</summary>
internal static class PreferenceWords
{
    public static string ToWord(this AuthenticatorAttachment value) =>
        value == AuthenticatorAttachment.Platform ? "platform" : "cross-platform";

    public static string ToWord(this UserVerification value) => value switch
    {
        UserVerification.Required => "required",
        UserVerification.Preferred => "preferred",
        _ => "discouraged",
    };

    public static string ToWord(this ResidentKey value) => value switch
    {
        ResidentKey.Required => "required",
        ResidentKey.Preferred => "preferred",
        _ => "discouraged",
    };

    public static string ToWord(this AttestationConveyance value) => value switch
    {
        AttestationConveyance.Indirect => "indirect",
        AttestationConveyance.Direct => "direct",
        AttestationConveyance.Enterprise => "enterprise",
        _ => "none",
    };

    public static string ToWord(this Hint value) => value switch
    {
        Hint.SecurityKey => "security-key",
        Hint.ClientDevice => "client-device",
        _ => "hybrid",
    };
}
