namespace OpenPassage.WebAuthn.Attestation;

/// <summary>What an attestation is worth (§7.1 step 24). Four answers, because one boolean would hide which of them it was.</summary>
public enum TrustLevel
{
    /// <summary>The authenticator said nothing about itself; its AAGUID is a claim.</summary>
    None,

    /// <summary>Signed by the credential's own key: the data is intact, and its AAGUID is a claim.</summary>
    Self,

    /// <summary>The certificates lead to one of the relying party's trust anchors: the model is proven.</summary>
    Anchored,

    /// <summary>
    /// There are certificates, and they lead to no trust anchor, or the statement could not be judged: the AAGUID is a claim.
    /// </summary>
    Untrusted,
}

/// <summary>What to do with certificates that lead to no trust anchor (§7.1 step 24).</summary>
public enum UntrustedAttestation
{
    /// <summary>Register, and report <see cref="TrustLevel.Untrusted"/>.</summary>
    Report,

    /// <summary>Refuse the registration.</summary>
    Refuse,
}
