namespace OpenPassage.WebAuthn;

/// <summary>
/// Extensions that a registration asks for. Clients and authenticators may ignore them: what came of it is in
/// <c>Registration.Extensions</c>.
/// </summary>
public sealed record RegistrationExtensions
{
    /// <summary>Ask whether the credential is discoverable (<c>credProps</c>, §10.1.3).</summary>
    public bool CredentialProperties { get; init; }

    /// <summary>Make a credential that can evaluate a PRF (<c>prf</c>, §10.1.4).</summary>
    public bool Prf { get; init; }

    /// <summary>Evaluate it at once where the authenticator can; implies <see cref="Prf"/>.</summary>
    public PrfInputs? PrfEvaluation { get; init; }

    /// <summary>Make a credential that can keep a blob (<c>largeBlob</c>, §10.1.5); null: do not ask.</summary>
    public LargeBlobSupport? LargeBlob { get; init; }

    /// <summary>When the credential may be used (<c>credProtect</c>, CTAP 2.1 §12.1); null: do not ask.</summary>
    public CredentialProtection? CredentialProtection { get; init; }

    /// <summary>
    /// Make no credential on an authenticator that cannot protect it so. Default: true; without effect when nothing is asked.
    /// </summary>
    public bool EnforceCredentialProtection { get; init; } = true;

    /// <summary>Ask for the authenticator's minimum PIN length (<c>minPinLength</c>, CTAP 2.1 §12.4).</summary>
    public bool MinPinLength { get; init; }

    /// <summary>A FIDO AppID whose U2F credentials in <c>excludeCredentials</c> count too (<c>appidExclude</c>, §10.1.2).</summary>
    public string? AppIdExclude { get; init; }
}

/// <summary>Whether a credential must be able to keep a blob (§10.1.5).</summary>
public enum LargeBlobSupport
{
    /// <summary>Wanted, not needed.</summary>
    Preferred,

    /// <summary>Make no credential without it.</summary>
    Required,
}

/// <summary>What a PRF is evaluated at (§10.1.4): one input, or two at once, of any length.</summary>
public sealed record PrfInputs(ReadOnlyMemory<byte> First, ReadOnlyMemory<byte>? Second = null);
