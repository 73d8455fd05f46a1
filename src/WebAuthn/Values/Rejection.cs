namespace OpenPassage.WebAuthn;

/// <summary>
/// Why a ceremony is refused. Every reason stands here once: code, spec step and sentence serve the core, HTTP, docs and
/// tests alike. A code never changes its meaning; a sentence carries nothing secret and nothing that the caller sent.
/// </summary>
public sealed class Rejection
{
    // First, since every reason below enters itself; nothing is added later.
    private static readonly Dictionary<string, Rejection> ByCode = new(StringComparer.Ordinal);

    // ---- shape of the response ----
    /// <summary>The response is not the JSON that §5.1 describes, or a member is not base64url.</summary>
    public static readonly Rejection MalformedResponse = new("malformed_response", "7.1.3", "7.2.3",
        "The response is not the JSON object that WebAuthn describes. Send what toJSON() returned.");

    /// <summary><c>type</c> is not <c>public-key</c>.</summary>
    public static readonly Rejection NotAPublicKeyCredential = new("not_a_public_key_credential", "7.1.3", "7.2.3",
        "The response's type is not \"public-key\".");

    /// <summary><c>id</c> and <c>rawId</c> differ.</summary>
    public static readonly Rejection IdMismatch = new("id_mismatch", "7.1.3", "7.2.3",
        "id and rawId name different credentials.");

    // ---- client data ----
    /// <summary>Client data is not a JSON object in UTF-8 with the members that §5.8.1 requires.</summary>
    public static readonly Rejection MalformedClientData = new("malformed_client_data", "7.1.6", "7.2.9",
        "clientDataJSON is not the JSON object that WebAuthn describes.");

    /// <summary>Client data is of the other ceremony.</summary>
    public static readonly Rejection WrongCeremony = new("wrong_ceremony", "7.1.7", "7.2.10",
        "The response is from the other kind of ceremony: a registration cannot be used to sign in, nor a sign-in to register.");

    /// <summary>The challenge is not the one that was issued.</summary>
    public static readonly Rejection WrongChallenge = new("wrong_challenge", "7.1.8", "7.2.11",
        "The response was made for another challenge. Start the ceremony again.");

    /// <summary>The origin is none that the relying party expects.</summary>
    public static readonly Rejection WrongOrigin = new("wrong_origin", "7.1.9", "7.2.12",
        "The response was made on an origin that this relying party does not list. "
        + "Add the origin, scheme and port included, if it is yours.");

    /// <summary>The ceremony ran in a frame of another origin, which the relying party does not expect.</summary>
    public static readonly Rejection CrossOrigin = new("cross_origin", "7.1.10", "7.2.13",
        "The response was made inside a frame on another site, which this relying party does not allow.");

    /// <summary>The page around the frame is none that the relying party expects.</summary>
    public static readonly Rejection WrongTopOrigin = new("wrong_top_origin", "7.1.11", "7.2.14",
        "The response was made inside a frame on a site that this relying party does not list.");

    // ---- authenticator data ----
    /// <summary>The attestation object is not the CBOR map that §6.5.4 describes.</summary>
    public static readonly Rejection MalformedAttestationObject = new("malformed_attestation_object", "7.1.13", null,
        "attestationObject is not the CBOR map that WebAuthn describes.");

    /// <summary>Authenticator data is cut short, has bytes left over, or its parts contradict its flags.</summary>
    public static readonly Rejection MalformedAuthenticatorData = new("malformed_authenticator_data", "7.1.13", "7.2.7",
        "authenticatorData does not match its own flags and lengths.");

    /// <summary>Registration without attested credential data.</summary>
    public static readonly Rejection NoCredentialData = new("no_credential_data", "7.1.13", null,
        "authenticatorData contains no credential.");

    /// <summary>The authenticator answered for another RP ID.</summary>
    public static readonly Rejection WrongRpId = new("wrong_rp_id", "7.1.14", "7.2.15",
        "The authenticator's response is for another relying party.");

    /// <summary>The user-present flag is not set.</summary>
    public static readonly Rejection UserNotPresent = new("user_not_present", "7.1.15", "7.2.16",
        "The authenticator did not confirm that the user was present.");

    /// <summary>User verification is required and did not happen.</summary>
    public static readonly Rejection UserNotVerified = new("user_not_verified", "7.1.16", "7.2.17",
        "The authenticator did not verify the user (PIN, fingerprint or face), which is required here.");

    /// <summary>The backup-state flag without the backup-eligible flag.</summary>
    public static readonly Rejection BackupStateWithoutEligibility = new("backup_state_without_eligibility", "7.1.17", "7.2.18",
        "The authenticator says that the passkey is backed up but not eligible for backup, which is impossible.");

    /// <summary>Backup eligibility refused by the relying party's policy.</summary>
    public static readonly Rejection BackupEligibilityRefused = new("backup_eligibility_refused", "7.1.18", "7.2.19",
        "This relying party's policy on synced passkeys does not allow this one.");

    /// <summary>Backup state refused by the relying party's policy.</summary>
    public static readonly Rejection BackupStateRefused = new("backup_state_refused", "7.1.19", "7.2.19",
        "This relying party's policy on backed-up passkeys does not allow this one.");

    /// <summary>Backup eligibility differs from what was recorded; it never changes (§6.1.3).</summary>
    public static readonly Rejection BackupEligibilityChanged = new("backup_eligibility_changed", null, "7.2.19",
        "The passkey's backup eligibility has changed since it was registered, which must not happen.");

    // ---- credential ----
    /// <summary>The key's algorithm is none that was asked for.</summary>
    public static readonly Rejection AlgorithmNotAllowed = new("algorithm_not_allowed", "7.1.20", null,
        "The authenticator created a key for an algorithm that was not requested.");

    /// <summary>The public key is not a COSE key of its algorithm: shape, curve, size, a private member.</summary>
    public static readonly Rejection InvalidPublicKey = new("invalid_public_key", "7.1.20", "7.2.21",
        "The public key is not valid for its algorithm.");

    /// <summary>The authenticator's attachment is not the one that was asked for.</summary>
    public static readonly Rejection AttachmentNotAllowed = new("attachment_not_allowed", "7.1.28", null,
        "The authenticator is not of the requested kind (platform or cross-platform).");

    /// <summary>The credential id is longer than 1023 bytes, or empty.</summary>
    public static readonly Rejection CredentialIdLength = new("credential_id_length", "7.1.25", null,
        "The credential id is empty or longer than 1023 bytes.");

    /// <summary>The credential id is registered already.</summary>
    public static readonly Rejection CredentialAlreadyRegistered = new("credential_already_registered", "7.1.26", null,
        "This passkey is already registered.");

    /// <summary>The credential is none of those that were asked for.</summary>
    public static readonly Rejection CredentialNotAllowed = new("credential_not_allowed", null, "7.2.5",
        "The passkey is not one of those that were requested.");

    /// <summary>The response's id is not the stored credential's.</summary>
    public static readonly Rejection UnknownCredential = new("unknown_credential", null, "7.2.6",
        "This passkey is not registered here.");

    /// <summary>A sign-in without a known account must bring the user handle.</summary>
    public static readonly Rejection NoUserHandle = new("no_user_handle", null, "7.2.6",
        "The response contains no user handle, so it does not say which user it is for.");

    /// <summary>The user handle, or the credential's owner, is another account.</summary>
    public static readonly Rejection WrongUser = new("wrong_user", null, "7.2.6",
        "The passkey belongs to another user.");

    /// <summary>The assertion signature does not verify.</summary>
    public static readonly Rejection BadSignature = new("bad_signature", null, "7.2.21",
        "The passkey's signature does not verify.");

    /// <summary>The signature counter did not grow, and the relying party refuses that.</summary>
    public static readonly Rejection SignCountNotIncreased = new("sign_count_not_increased", null, "7.2.22",
        "The passkey's signature counter did not increase, which may mean that the authenticator was copied.");

    // ---- extensions ----
    /// <summary>An extension output is not of its declared shape, or one came that was not asked for and policy refuses that.</summary>
    public static readonly Rejection InvalidExtensionOutput = new("invalid_extension_output", "7.1.28", "7.2.23",
        "An extension's output is not what its specification describes.");

    // ---- attestation ----
    /// <summary>The statement's format is none that the relying party knows.</summary>
    public static readonly Rejection UnknownAttestationFormat = new("unknown_attestation_format", "7.1.21", null,
        "The attestation's format is not supported here.");

    /// <summary>The statement does not have the syntax of its format.</summary>
    public static readonly Rejection MalformedAttestationStatement = new("malformed_attestation_statement", "7.1.22", null,
        "The attestation statement does not follow the syntax of its format.");

    // ---- attestation: what all formats share ----
    /// <summary>The first certificate of the statement cannot be read.</summary>
    public static readonly Rejection MalformedAttestationCertificate = new("malformed_attestation_certificate", "7.1.22", null,
        "The attestation's certificate is not an X.509 certificate in DER.");

    /// <summary>The statement is signed with an algorithm that cannot be verified here.</summary>
    public static readonly Rejection AttestationAlgorithmNotSupported = new("attestation_algorithm_not_supported", "7.1.22", null,
        "The attestation is signed with an algorithm that is not supported here.");

    /// <summary>The statement is signed over SHA-1, which only TPM statements may be, and only by policy.</summary>
    public static readonly Rejection AttestationSha1NotAllowed = new("attestation_sha1_not_allowed", "7.1.22", null,
        "The attestation is signed with SHA-1, which this relying party does not accept.");

    /// <summary>The statement's signature does not verify.</summary>
    public static readonly Rejection BadAttestationSignature = new("bad_attestation_signature", "7.1.22", null,
        "The attestation's signature does not verify.");

    /// <summary>The certificate names another AAGUID than authenticator data (§8.2, §8.3).</summary>
    public static readonly Rejection AttestationAaguidMismatch = new("attestation_aaguid_mismatch", "7.1.22", null,
        "The attestation's certificate is for another authenticator model.");

    /// <summary>The certificate's AAGUID extension is marked critical (§8.2.1).</summary>
    public static readonly Rejection AttestationAaguidCritical = new("attestation_aaguid_critical", "7.1.22", null,
        "The attestation's certificate marks its AAGUID as critical, which is not allowed.");

    // ---- attestation: §8.2 packed ----
    /// <summary>ECDAA, which Level 2 took out.</summary>
    public static readonly Rejection PackedEcdaa = new("packed_ecdaa", "8.2", null,
        "The attestation uses ECDAA, which WebAuthn no longer supports.");

    /// <summary>Self attestation under another algorithm than the credential's.</summary>
    public static readonly Rejection PackedSelfAlgorithmMismatch = new("packed_self_algorithm_mismatch", "8.2", null,
        "The self attestation names an algorithm other than the credential key's.");

    /// <summary>The certificate is not X.509 v3.</summary>
    public static readonly Rejection PackedCertificateVersion = new("packed_certificate_version", "8.2.1", null,
        "The attestation's certificate is not an X.509 version 3 certificate.");

    /// <summary>The certificate's subject is not country, vendor, &quot;Authenticator Attestation&quot; and a name.</summary>
    public static readonly Rejection PackedCertificateSubject = new("packed_certificate_subject", "8.2.1", null,
        "The attestation's certificate does not name country, vendor and \"Authenticator Attestation\" as WebAuthn requires.");

    /// <summary>The certificate's basic constraints do not say that it is no CA.</summary>
    public static readonly Rejection PackedCertificateIsCa = new("packed_certificate_is_ca", "8.2.1", null,
        "The attestation's certificate does not state that it is not a CA.");

    // ---- attestation: §8.3 tpm ----
    /// <summary><c>ver</c> is not <c>2.0</c>.</summary>
    public static readonly Rejection TpmVersion = new("tpm_version", "8.3", null,
        "The attestation is not from a TPM 2.0.");

    /// <summary><c>pubArea</c> is no TPMT_PUBLIC of a signing key.</summary>
    public static readonly Rejection TpmPublicAreaMalformed = new("tpm_public_area_malformed", "8.3", null,
        "The attestation's pubArea is not the public area of a TPM key.");

    /// <summary><c>pubArea</c> describes another key than the credential's.</summary>
    public static readonly Rejection TpmKeyMismatch = new("tpm_key_mismatch", "8.3", null,
        "The TPM's attestation is for a key other than the credential's.");

    /// <summary><c>certInfo</c> is no TPMS_ATTEST.</summary>
    public static readonly Rejection TpmCertifyMalformed = new("tpm_certify_malformed", "8.3", null,
        "The attestation's certInfo is not a TPM's attestation structure.");

    /// <summary><c>magic</c> is not TPM_GENERATED_VALUE.</summary>
    public static readonly Rejection TpmMagic = new("tpm_magic", "8.3", null,
        "The attestation's certInfo was not generated by a TPM.");

    /// <summary><c>type</c> is not TPM_ST_ATTEST_CERTIFY.</summary>
    public static readonly Rejection TpmType = new("tpm_type", "8.3", null,
        "The attestation's certInfo does not certify a key.");

    /// <summary><c>extraData</c> is not the hash of authenticator data and client data hash.</summary>
    public static readonly Rejection TpmExtraData = new("tpm_extra_data", "8.3", null,
        "The TPM's attestation was made for another ceremony.");

    /// <summary><c>attested.name</c> is not the name of <c>pubArea</c>.</summary>
    public static readonly Rejection TpmName = new("tpm_name", "8.3", null,
        "The TPM certifies a key other than the one in its public area.");

    /// <summary>The AIK certificate is not X.509 v3.</summary>
    public static readonly Rejection TpmCertificateVersion = new("tpm_certificate_version", "8.3.1", null,
        "The TPM's certificate is not an X.509 version 3 certificate.");

    /// <summary>The AIK certificate's subject is not empty.</summary>
    public static readonly Rejection TpmCertificateSubject = new("tpm_certificate_subject", "8.3.1", null,
        "The TPM's certificate has a subject, which must be empty.");

    /// <summary>The AIK certificate's alternative name does not give manufacturer, model and version.</summary>
    public static readonly Rejection TpmCertificateAltName = new("tpm_certificate_alt_name", "8.3.1", null,
        "The TPM's certificate does not name manufacturer, model and version.");

    /// <summary>The manufacturer is none of the TCG's registry.</summary>
    public static readonly Rejection TpmManufacturer = new("tpm_manufacturer", "8.3.1", null,
        "The TPM's manufacturer is not in the registry of the Trusted Computing Group.");

    /// <summary>The AIK certificate's extended key usage lacks tcg-kp-AIKCertificate.</summary>
    public static readonly Rejection TpmCertificateUsage = new("tpm_certificate_usage", "8.3.1", null,
        "The TPM's certificate is not for attestation keys.");

    /// <summary>The AIK certificate's basic constraints do not say that it is no CA.</summary>
    public static readonly Rejection TpmCertificateIsCa = new("tpm_certificate_is_ca", "8.3.1", null,
        "The TPM's certificate does not state that it is not a CA.");

    // ---- attestation: §8.4 android-key ----
    /// <summary>The certificate's key is not the credential's.</summary>
    public static readonly Rejection AndroidKeyMismatch = new("android_key_mismatch", "8.4", null,
        "Android's attestation is for a key other than the credential's.");

    /// <summary>The certificate has no KeyDescription, or one that cannot be read.</summary>
    public static readonly Rejection AndroidKeyDescriptionMalformed = new("android_key_description_malformed", "8.4.1", null,
        "Android's certificate contains no readable description of its key.");

    /// <summary><c>attestationChallenge</c> is not the client data hash.</summary>
    public static readonly Rejection AndroidKeyChallenge = new("android_key_challenge", "8.4", null,
        "Android's attestation was made for another ceremony.");

    /// <summary><c>allApplications</c> is present.</summary>
    public static readonly Rejection AndroidKeyAllApplications = new("android_key_all_applications", "8.4", null,
        "Android allows every app to use the key.");

    /// <summary><c>origin</c> is not KM_ORIGIN_GENERATED.</summary>
    public static readonly Rejection AndroidKeyOrigin = new("android_key_origin", "8.4", null,
        "The key was not generated in Android's key store.");

    /// <summary><c>purpose</c> is not KM_PURPOSE_SIGN.</summary>
    public static readonly Rejection AndroidKeyPurpose = new("android_key_purpose", "8.4", null,
        "The key in Android's key store is not restricted to signing.");

    // ---- attestation: §8.5 android-safetynet ----
    /// <summary><c>ver</c> is missing or empty.</summary>
    public static readonly Rejection SafetyNetVersion = new("safetynet_version", "8.5", null,
        "The SafetyNet attestation does not state its version.");

    /// <summary><c>response</c> is no JWS with the members that SafetyNet sends.</summary>
    public static readonly Rejection SafetyNetResponseMalformed = new("safetynet_response_malformed", "8.5", null,
        "The SafetyNet response is not the signed JSON that SafetyNet sends.");

    /// <summary><c>nonce</c> is not the hash of authenticator data and client data hash.</summary>
    public static readonly Rejection SafetyNetNonce = new("safetynet_nonce", "8.5", null,
        "The SafetyNet response was made for another ceremony.");

    /// <summary>The certificate is not for attest.android.com.</summary>
    public static readonly Rejection SafetyNetHost = new("safetynet_host", "8.5", null,
        "The SafetyNet response is not signed by attest.android.com.");

    /// <summary><c>ctsProfileMatch</c> is not true.</summary>
    public static readonly Rejection SafetyNetProfile = new("safetynet_profile", "8.5", null,
        "SafetyNet says that the device does not pass Android's compatibility tests.");

    // ---- attestation: §8.6 fido-u2f ----
    /// <summary><c>x5c</c> has another number of certificates than one.</summary>
    public static readonly Rejection U2fCertificateCount = new("u2f_certificate_count", "8.6", null,
        "The U2F attestation does not have exactly one certificate.");

    /// <summary>The certificate's key is not on P-256.</summary>
    public static readonly Rejection U2fCertificateKey = new("u2f_certificate_key", "8.6", null,
        "The key of the U2F attestation's certificate is not a P-256 key.");

    /// <summary>The credential's key is not on P-256.</summary>
    public static readonly Rejection U2fCredentialKey = new("u2f_credential_key", "8.6", null,
        "The U2F credential's key is not a P-256 key.");

    // ---- attestation: §8.8 apple ----
    /// <summary>The certificate has no nonce, or one that cannot be read.</summary>
    public static readonly Rejection AppleNonceMissing = new("apple_nonce_missing", "8.8", null,
        "Apple's certificate contains no readable nonce.");

    /// <summary>The nonce is not the hash of authenticator data and client data hash.</summary>
    public static readonly Rejection AppleNonceMismatch = new("apple_nonce_mismatch", "8.8", null,
        "Apple's attestation was made for another ceremony.");

    /// <summary>The certificate's key is not the credential's.</summary>
    public static readonly Rejection AppleKeyMismatch = new("apple_key_mismatch", "8.8", null,
        "Apple's attestation is for a key other than the credential's.");

    // ---- attestation: §8.9 compound ----
    /// <summary>Fewer than two statements.</summary>
    public static readonly Rejection CompoundTooFew = new("compound_too_few", "8.9", null,
        "The compound attestation has fewer than two statements.");

    /// <summary>A compound statement inside a compound one.</summary>
    public static readonly Rejection CompoundNested = new("compound_nested", "8.9", null,
        "A compound attestation must not contain another.");

    // ---- attestation: trust ----
    /// <summary>The AAGUID is denied, or none of those that are allowed.</summary>
    public static readonly Rejection AuthenticatorModelNotAllowed = new("authenticator_model_not_allowed", "7.1.24", null,
        "This relying party does not accept authenticators of this model.");

    /// <summary>None or self attestation where an anchored one is required.</summary>
    public static readonly Rejection AttestationRequired = new("attestation_required", "7.1.24", null,
        "The authenticator did not prove its model, which is required here.");

    /// <summary>The certificates lead to no trust anchor, and policy refuses that.</summary>
    public static readonly Rejection UntrustedAttestation = new("untrusted_attestation", "7.1.24", null,
        "The authenticator's certificates do not lead to an authority that this relying party trusts.");

    /// <summary>FIDO metadata reports a status of the model that policy refuses, such as a compromise.</summary>
    public static readonly Rejection AuthenticatorStatusRefused = new("authenticator_status_refused", "7.1.24", null,
        "FIDO reports a security problem with this authenticator model, and this relying party does not accept it.");

    // ---- FIDO metadata: not a ceremony, but a refusal of what a stranger may have sent all the same ----
    /// <summary>The blob is no JWS, or its payload is not the JSON of the metadata service.</summary>
    public static readonly Rejection MetadataMalformed = new("metadata_malformed", "MDS3 3.2", null,
        "The metadata blob is not the signed JSON that the FIDO Metadata Service publishes.");

    /// <summary>The blob's certificate is not for mds.fidoalliance.org.</summary>
    public static readonly Rejection MetadataHost = new("metadata_host", "MDS3 3.2", null,
        "The metadata blob is not signed by mds.fidoalliance.org.");

    /// <summary>The blob's certificates lead to none of the given roots.</summary>
    public static readonly Rejection MetadataUntrusted = new("metadata_untrusted", "MDS3 3.2", null,
        "The metadata blob's certificates do not lead to any of the given roots, or are not valid at this time.");

    /// <summary>The blob's signature does not verify.</summary>
    public static readonly Rejection MetadataSignature = new("metadata_signature", "MDS3 3.2", null,
        "The metadata blob's signature does not verify.");

    /// <summary>The blob has no legal header.</summary>
    public static readonly Rejection MetadataLegalHeader = new("metadata_legal_header", "MDS3 3.1.6", null,
        "The metadata blob has no legal header, which the specification requires.");

    /// <summary>The blob's number is lower than the one that is known.</summary>
    public static readonly Rejection MetadataRolledBack = new("metadata_rolled_back", "MDS3 3.2", null,
        "The metadata blob is older than the one already known.");

    /// <summary>The list of names is not the JSON of the convenience metadata service, or names no model.</summary>
    public static readonly Rejection ConvenienceMetadataMalformed = new("convenience_metadata_malformed", "C-MDS 1.0", null,
        "The list of names is not the JSON object that the FIDO Convenience Metadata Service publishes.");

    // ---- a mistake of the calling code ----
    /// <summary>The verdict is a <c>default</c> one, which no call returned.</summary>
    public static readonly Rejection NotJudged = new("not_judged", "7.1", "7.2",
        "This response has not been verified.");

    /// <summary>
    /// <see cref="MalformedResponse"/> of a member in the standard alphabet of base64, with a sentence that names the member: the
    /// mistake that clients make most often.
    /// </summary>
    /// <param name="member">Such as <c>response.signature</c>.</param>
    public static Rejection ClassicBase64(string member) => new(
        MalformedResponse,
        $"{member} is base64 in the standard alphabet (+ and /), but WebAuthn uses base64url (- and _). Send what toJSON() returned.");

    // The same reason in other words.
    private Rejection(Rejection reason, string sentence)
    {
        (Code, RegistrationStep, AuthenticationStep) = (reason.Code, reason.RegistrationStep, reason.AuthenticationStep);
        Sentence = sentence;
    }

    private Rejection(string code, string? registrationStep, string? authenticationStep, string sentence)
    {
        Code = code;
        RegistrationStep = registrationStep;
        AuthenticationStep = authenticationStep;
        Sentence = sentence;
        ByCode.Add(code, this);
    }

    /// <summary>The reason that a stored code stands for; null: there is none of that code.</summary>
    public static Rejection? Find(string code) => ByCode.GetValueOrDefault(code);

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
