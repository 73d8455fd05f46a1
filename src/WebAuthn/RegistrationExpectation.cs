using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn;

/// <summary>What a registration must answer. Small enough to be sealed into a ticket.</summary>
public sealed record RegistrationExpectation
{
    /// <summary>The challenge that was issued, for this ceremony alone.</summary>
    public required Challenge Challenge { get; init; }

    /// <summary>The account the passkey is made for.</summary>
    public required UserHandle UserHandle { get; init; }

    /// <summary>Whether the authenticator must have verified the user.</summary>
    public bool UserVerificationRequired { get; init; } = true;

    /// <summary>The ceremony was a conditional create (mediation "conditional"): presence and verification may be absent.</summary>
    public bool Conditional { get; init; }

    /// <summary>Null: the algorithms of the relying party.</summary>
    public IReadOnlyList<CoseAlgorithm>? Algorithms { get; init; }

    /// <summary>The attachment that was asked for; checked when the response says one.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>When the ceremony was started from a known origin: only that one is accepted.</summary>
    public string? Origin { get; init; }

    /// <summary>When it was started from no known origin: only these of the relying party's are accepted; null: all of them.</summary>
    public IReadOnlySet<string>? Origins { get; init; }

    /// <summary>Whether the passkey must be one that can be backed up (true) or must not (false); null: either.</summary>
    public bool? BackupEligible { get; init; }

    /// <summary>Whether the passkey must be backed up now (true) or must not (false); null: either.</summary>
    public bool? BackupState { get; init; }

    /// <summary>What is asked of attestation. Default: any that verifies, none included.</summary>
    public AttestationPolicy Attestation { get; init; } = AttestationPolicy.AcceptAny;

    /// <summary>The moment at which an attestation's certificates must be valid; null: their validity dates are not looked at.</summary>
    public DateTimeOffset? At { get; init; }
}
