namespace OpenPassage.WebAuthn;

/// <summary>
/// Why a ceremony is refused. Every reason stands here once: code, spec step and sentence serve the core, HTTP, docs and
/// tests alike. A code never changes its meaning; a sentence carries nothing secret and nothing that the caller sent.
/// </summary>
public sealed class Rejection
{
    // ---- shape of the response ----
    /// <summary>The response is not the JSON that §5.1 describes, or a member is not base64url.</summary>
    public static readonly Rejection MalformedResponse = new("malformed_response", "7.1.3", "7.2.3", "The response is not the JSON object that WebAuthn describes. Send what toJSON() returned.");

    /// <summary><c>type</c> is not <c>public-key</c>.</summary>
    public static readonly Rejection NotAPublicKeyCredential = new("not_a_public_key_credential", "7.1.3", "7.2.3", "The response's type is not \"public-key\".");

    /// <summary><c>id</c> and <c>rawId</c> differ.</summary>
    public static readonly Rejection IdMismatch = new("id_mismatch", "7.1.3", "7.2.3", "id and rawId name different credentials.");

    // ---- client data ----
    /// <summary>Client data is not a JSON object in UTF-8 with the members that §5.8.1 requires.</summary>
    public static readonly Rejection MalformedClientData = new("malformed_client_data", "7.1.6", "7.2.9", "clientDataJSON is not the JSON object that WebAuthn describes.");

    /// <summary>Client data is of the other ceremony.</summary>
    public static readonly Rejection WrongCeremony = new("wrong_ceremony", "7.1.7", "7.2.10", "The response belongs to another ceremony: a registration cannot authenticate, nor the reverse.");

    /// <summary>The challenge is not the one that was issued.</summary>
    public static readonly Rejection WrongChallenge = new("wrong_challenge", "7.1.8", "7.2.11", "The response answers another challenge. Start the ceremony again.");

    /// <summary>The origin is none that the relying party expects.</summary>
    public static readonly Rejection WrongOrigin = new("wrong_origin", "7.1.9", "7.2.12", "The response was made on an origin that this relying party does not list. Add the origin, scheme and port included, if it is yours.");

    /// <summary>The ceremony ran in a frame of another origin, which the relying party does not expect.</summary>
    public static readonly Rejection CrossOrigin = new("cross_origin", "7.1.10", "7.2.13", "The response was made inside a frame on another site, which this relying party does not allow.");

    /// <summary>The page around the frame is none that the relying party expects.</summary>
    public static readonly Rejection WrongTopOrigin = new("wrong_top_origin", "7.1.11", "7.2.14", "The response was made inside a frame on a site that this relying party does not list.");

    // ---- authenticator data ----
    /// <summary>The attestation object is not the CBOR map that §6.5.4 describes.</summary>
    public static readonly Rejection MalformedAttestationObject = new("malformed_attestation_object", "7.1.13", null, "attestationObject is not the CBOR map that WebAuthn describes.");

    /// <summary>Authenticator data is cut short, has bytes left over, or its parts contradict its flags.</summary>
    public static readonly Rejection MalformedAuthenticatorData = new("malformed_authenticator_data", "7.1.13", "7.2.7", "authenticatorData does not follow its own flags and lengths.");

    /// <summary>Registration without attested credential data.</summary>
    public static readonly Rejection NoCredentialData = new("no_credential_data", "7.1.13", null, "authenticatorData carries no credential.");

    /// <summary>The authenticator answered for another RP ID.</summary>
    public static readonly Rejection WrongRpId = new("wrong_rp_id", "7.1.14", "7.2.15", "The authenticator answered for another relying party.");

    /// <summary>The user-present flag is not set.</summary>
    public static readonly Rejection UserNotPresent = new("user_not_present", "7.1.15", "7.2.16", "The authenticator did not ask for the user's presence.");

    /// <summary>User verification is required and did not happen.</summary>
    public static readonly Rejection UserNotVerified = new("user_not_verified", "7.1.16", "7.2.17", "The authenticator did not verify the user (PIN, fingerprint or face), which is required here.");

    /// <summary>The backup-state flag without the backup-eligible flag.</summary>
    public static readonly Rejection BackupStateWithoutEligibility = new("backup_state_without_eligibility", "7.1.17", "7.2.18", "The authenticator says backed up but not eligible for backup, which cannot be.");

    /// <summary>Backup eligibility refused by the relying party's policy.</summary>
    public static readonly Rejection BackupEligibilityRefused = new("backup_eligibility_refused", "7.1.18", "7.2.19", "This relying party's policy on synced passkeys refuses this one.");

    /// <summary>Backup state refused by the relying party's policy.</summary>
    public static readonly Rejection BackupStateRefused = new("backup_state_refused", "7.1.19", "7.2.19", "This relying party's policy on backed-up passkeys refuses this one.");

    /// <summary>Backup eligibility differs from what was recorded; it never changes (§6.1.3).</summary>
    public static readonly Rejection BackupEligibilityChanged = new("backup_eligibility_changed", null, "7.2.19", "The passkey's backup eligibility differs from when it was registered, which cannot be.");

    // ---- credential ----
    /// <summary>The key's algorithm is none that was asked for.</summary>
    public static readonly Rejection AlgorithmNotAllowed = new("algorithm_not_allowed", "7.1.20", null, "The authenticator made a key for an algorithm that was not asked for.");

    /// <summary>The public key is not a COSE key of its algorithm: shape, curve, size, a private member.</summary>
    public static readonly Rejection InvalidPublicKey = new("invalid_public_key", "7.1.20", "7.2.21", "The public key is not a valid key of its algorithm.");

    /// <summary>The authenticator's attachment is not the one that was asked for.</summary>
    public static readonly Rejection AttachmentNotAllowed = new("attachment_not_allowed", "7.1.28", null, "The authenticator is not of the kind that was asked for (platform or cross-platform).");

    /// <summary>The credential id is longer than 1023 bytes, or empty.</summary>
    public static readonly Rejection CredentialIdLength = new("credential_id_length", "7.1.25", null, "A credential id has 1 to 1023 bytes.");

    /// <summary>The response's id is not the id inside authenticator data.</summary>
    public static readonly Rejection CredentialIdMismatch = new("credential_id_mismatch", "7.1.27", null, "The response names another credential than the authenticator made.");

    /// <summary>The credential id is registered already.</summary>
    public static readonly Rejection CredentialAlreadyRegistered = new("credential_already_registered", "7.1.26", null, "This passkey is registered already.");

    /// <summary>The credential is none of those that were asked for.</summary>
    public static readonly Rejection CredentialNotAllowed = new("credential_not_allowed", null, "7.2.5", "The passkey is none of those that were asked for.");

    /// <summary>The response's id is not the stored credential's.</summary>
    public static readonly Rejection UnknownCredential = new("unknown_credential", null, "7.2.6", "This passkey is not registered here.");

    /// <summary>A sign-in without a known account must bring the user handle.</summary>
    public static readonly Rejection NoUserHandle = new("no_user_handle", null, "7.2.6", "The passkey did not say whose it is.");

    /// <summary>The user handle, or the credential's owner, is another account.</summary>
    public static readonly Rejection WrongUser = new("wrong_user", null, "7.2.6", "The passkey belongs to another user.");

    /// <summary>The assertion signature does not verify.</summary>
    public static readonly Rejection BadSignature = new("bad_signature", null, "7.2.21", "The passkey's signature does not verify.");

    /// <summary>The signature counter did not grow, and the relying party refuses that.</summary>
    public static readonly Rejection SignCountNotIncreased = new("sign_count_not_increased", null, "7.2.22", "The passkey's signature counter went backwards, which may mean a copied authenticator.");

    // ---- extensions ----
    /// <summary>An extension output is not of its declared shape, or one came that was not asked for and policy refuses that.</summary>
    public static readonly Rejection InvalidExtensionOutput = new("invalid_extension_output", "7.1.28", "7.2.23", "An extension's output is not what its specification describes.");

    // ---- attestation ----
    /// <summary>The statement's format is none that the relying party knows.</summary>
    public static readonly Rejection UnknownAttestationFormat = new("unknown_attestation_format", "7.1.21", null, "The attestation's format is not supported here.");

    /// <summary>The statement does not have the syntax of its format.</summary>
    public static readonly Rejection MalformedAttestationStatement = new("malformed_attestation_statement", "7.1.22", null, "The attestation statement does not have the syntax of its format.");

    // ---- attestation: trust ----
    /// <summary>The AAGUID is denied, or none of those that are allowed.</summary>
    public static readonly Rejection AuthenticatorModelNotAllowed = new("authenticator_model_not_allowed", "7.1.24", null, "This relying party does not register authenticators of this model.");

    /// <summary>None or self attestation where an anchored one is required.</summary>
    public static readonly Rejection AttestationRequired = new("attestation_required", "7.1.24", null, "The authenticator did not prove its model, which is required here.");

    /// <summary>The certificates lead to no trust anchor, and policy refuses that.</summary>
    public static readonly Rejection UntrustedAttestation = new("untrusted_attestation", "7.1.24", null, "The authenticator's certificates lead to no authority that this relying party trusts.");

    private Rejection(string code, string? registrationStep, string? authenticationStep, string sentence)
    {
        Code = code;
        RegistrationStep = registrationStep;
        AuthenticationStep = authenticationStep;
        Sentence = sentence;
    }

    /// <summary>Stable, in snake_case; safe to compare and to store.</summary>
    public string Code { get; }

    /// <summary>The step of §7.1 (or the section of §8) that refuses, such as <c>7.1.8</c>; null where registration has none.</summary>
    public string? RegistrationStep { get; }

    /// <summary>The step of §7.2 that refuses, such as <c>7.2.11</c>; null where authentication has none.</summary>
    public string? AuthenticationStep { get; }

    /// <summary>What happened and what to do, in one or two sentences that may be shown to anyone.</summary>
    public string Sentence { get; }

    /// <summary>The step in that ceremony.</summary>
    public string StepIn(Ceremony ceremony) =>
        (ceremony == Ceremony.Registration ? RegistrationStep ?? AuthenticationStep : AuthenticationStep ?? RegistrationStep)!;

    /// <inheritdoc/>
    public override string ToString() => Code;
}
