using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn;

/// <summary>What a registration should ask for. The defaults make a passkey: discoverable, with user verification.</summary>
public sealed record RegistrationRequest
{
    /// <summary>The account's handle, opaque and never changed (§5.4.3).</summary>
    public required UserHandle UserHandle { get; init; }

    /// <summary>The name that tells this account from the user's others, such as an e-mail address (§5.4.3).</summary>
    public required string UserName { get; init; }

    /// <summary>A friendlier name for display; null: <see cref="UserName"/>.</summary>
    public string? UserDisplayName { get; init; }

    /// <summary>Null: made with <see cref="Challenge.Create"/>.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>How long the browser may take; 5 minutes. The specification recommends 5 to 10 (§15.1).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the credential must be discoverable.</summary>
    public ResidentKey ResidentKey { get; init; } = ResidentKey.Required;

    /// <summary>How much user verification matters.</summary>
    public UserVerification UserVerification { get; init; } = UserVerification.Required;

    /// <summary>Which authenticators may make it; null: any. A response that says otherwise is refused.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>What the user is likely to reach for, most likely first.</summary>
    public IReadOnlyList<Hint> Hints { get; init; } = [];

    /// <summary>Which attestation to convey.</summary>
    public AttestationConveyance Attestation { get; init; }

    /// <summary>Attestation formats that are preferred, most preferred first (§5.4).</summary>
    public IReadOnlyList<string> AttestationFormats { get; init; } = [];

    /// <summary>The account's passkeys: an authenticator that has one of them does not make another.</summary>
    public IReadOnlyList<CredentialDescriptor> ExcludeCredentials { get; init; } = [];

    /// <summary>Null: the algorithms of the relying party, most preferred first.</summary>
    public IReadOnlyList<CoseAlgorithm>? Algorithms { get; init; }

    /// <summary>
    /// The passkey is made in passing, right after a sign-in with a password (mediation <c>conditional</c>, §5.1.3): neither presence
    /// nor verification is then demanded of the authenticator.
    /// </summary>
    public bool Conditional { get; init; }

    /// <summary>The extensions to ask for; null: none.</summary>
    public RegistrationExtensions? Extensions { get; init; }
}
