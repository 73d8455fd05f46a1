using System.Security.Cryptography;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using OpenPassage.WebAuthn.Data;

namespace OpenPassage.WebAuthn;

/// <summary>A registration that passed every step of §7.1.</summary>
public sealed record Registration
{
    /// <summary>The record to save, unless the store holds its id already: <see cref="Rejection.CredentialAlreadyRegistered"/>.</summary>
    public required CredentialRecord Record { get; init; }

    /// <summary>The key's algorithm.</summary>
    public required CoseAlgorithm Algorithm { get; init; }

    /// <summary>Whether the user was there: only a conditional create may do without.</summary>
    public required bool UserPresent { get; init; }

    /// <summary>Whether the authenticator verified the user.</summary>
    public required bool UserVerified { get; init; }

    /// <summary>The listed origin that ran the ceremony.</summary>
    public required string Origin { get; init; }

    /// <summary>The listed origin of the page around the frame; null where there was none, or it was not named.</summary>
    public string? TopOrigin { get; init; }

    /// <summary>The authenticator's attachment; null where the client does not say.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>The attestation statement, which verified; one of <see cref="AttestationType.Unjudged"/> did not.</summary>
    public required AttestationStatement Attestation { get; init; }

    /// <summary>What the attestation is worth.</summary>
    public required TrustLevel Trust { get; init; }

    /// <summary>What client and authenticator report about extensions.</summary>
    public required ExtensionOutputs Extensions { get; init; }

    internal static Verdict<Registration> Verify(RelyingParty relyingParty, RegistrationResponse response, RegistrationExpectation expected)
    {
        // §7.1.1 and §7.1.2 made the options and asked the browser.
        // §7.1.3 to §7.1.5 are RegistrationResponse.Read's.

        // §7.1.6
        if (!ClientData.TryRead(response.ClientDataJson.Span, out var client))
            return Rejection.MalformedClientData;

        // §7.1.7
        if (!client.Type.SequenceEqual("webauthn.create"u8))
            return Rejection.WrongCeremony;

        // §7.1.8
        if (!expected.Challenge.EqualsBase64Url(client.Challenge))
            return Rejection.WrongChallenge;

        // §7.1.9
        if (relyingParty.FindOrigin(client.Origin, expected.Origin, expected.Origins) is not { } origin)
            return Rejection.WrongOrigin;

        // §7.1.10
        if (client.CrossOrigin && !relyingParty.AllowsFraming(client.HasTopOrigin))
            return Rejection.CrossOrigin;

        // §7.1.11
        var topOrigin = relyingParty.FindTopOrigin(client.TopOrigin);
        if (client.HasTopOrigin && topOrigin is null)
            return Rejection.WrongTopOrigin;

        // §7.1.12
        var clientDataHash = SHA256.HashData(response.ClientDataJson.Span);

        // §7.1.13
        if (AttestationObject.Read(response.AttestationObject) is not { } attestationObject)
            return Rejection.MalformedAttestationObject;
        if (!AuthenticatorData.TryRead(attestationObject.AuthenticatorData.Span, out var data))
            return Rejection.MalformedAuthenticatorData;
        if (!data.Has(AuthenticatorFlags.AttestedCredentialData))
            return Rejection.NoCredentialData;

        // §7.1.14
        if (!relyingParty.IsIdHash(data.RpIdHash))
            return Rejection.WrongRpId;

        // §7.1.15: a conditional create asks nobody to touch anything.
        var userPresent = data.Has(AuthenticatorFlags.UserPresent);
        if (!expected.Conditional && !userPresent)
            return Rejection.UserNotPresent;

        // §7.1.16
        var userVerified = data.Has(AuthenticatorFlags.UserVerified);
        if (expected.UserVerificationRequired && !expected.Conditional && !userVerified)
            return Rejection.UserNotVerified;

        // §7.1.17
        var backupEligible = data.Has(AuthenticatorFlags.BackupEligible);
        var backupState = data.Has(AuthenticatorFlags.BackupState);
        if (backupState && !backupEligible)
            return Rejection.BackupStateWithoutEligibility;

        // §7.1.18
        if (expected.BackupEligible is { } wantedEligibility && wantedEligibility != backupEligible)
            return Rejection.BackupEligibilityRefused;

        // §7.1.19
        if (expected.BackupState is { } wantedState && wantedState != backupState)
            return Rejection.BackupStateRefused;

        // §7.1.20
        if (!CoseKey.TryRead(data.PublicKey, out var key, out _))
            return Rejection.InvalidPublicKey;
        if (!(expected.Algorithms ?? relyingParty.Algorithms.Ids).Contains(key.Algorithm))
            return Rejection.AlgorithmNotAllowed;
        if (relyingParty.Algorithms.Find(key.Algorithm) is null)
            return Rejection.AlgorithmNotAllowed;
        if (relyingParty.Keys.GetOrImport(relyingParty.Algorithms, data.PublicKey, out _) is null)
            return Rejection.InvalidPublicKey;

        // §7.1.25, before its turn: the statement is judged over an id of allowed length.
        if (data.CredentialId.Length is 0 or > CredentialId.MaxLength)
            return Rejection.CredentialIdLength;
        var id = new CredentialId(data.CredentialId);

        // §7.1.21
        var format = relyingParty.Formats.Find(attestationObject.Format);

        // §7.1.22
        var attestation = format is null ? Rejection.UnknownAttestationFormat : format.Verify(new AttestationInput
        {
            Statement = attestationObject.Statement,
            AuthenticatorData = attestationObject.AuthenticatorData,
            ClientDataHash = clientDataHash,
            Aaguid = data.Aaguid,
            CredentialId = id,
            CredentialKey = key,
            RpIdHash = data.RpIdHash.ToArray(),
            Algorithms = expected.Attestation.AllowSha1 ? relyingParty.Algorithms.With(CoseAlgorithm.RS1) : relyingParty.Algorithms,
            Formats = relyingParty.Formats,
        });
        if (!attestation.Ok && !expected.Attestation.PassesOver(attestation.Rejection))
            return attestation.Rejection;
        var statement = attestation.Ok
            ? attestation.Value
            : new AttestationStatement { Format = attestationObject.Format, Type = AttestationType.Unjudged };

        // §7.1.23 and §7.1.24
        var assessment = expected.Attestation.Assess(statement, data.Aaguid, expected.At);
        if (!assessment.Ok)
            return assessment.Rejection;

        // §7.1.26 is the store's: its unique key on the id decides, and Rejection.CredentialAlreadyRegistered says so.

        // §7.1.27: the id is the authenticator's own; the one beside it in the JSON is nobody's word.
        var record = new CredentialRecord
        {
            Id = id,
            UserHandle = expected.UserHandle,
            PublicKey = data.PublicKey.ToArray(),
            SignCount = data.SignCount,
            UvInitialized = userVerified,
            BackupEligible = backupEligible,
            BackupState = backupState,
            Transports = response.Transports,
            Aaguid = data.Aaguid,
            RpId = relyingParty.Id,
            AttestationObject = response.AttestationObject,
            AttestationClientData = response.ClientDataJson,
        };

        // §7.1.28: what was not asked for is reported, what is missing is null.
        var extensions = response.Extensions.With(data.Extensions);
        if (extensions.Malformed)
            return Rejection.InvalidExtensionOutput;

        // §5.4.5 has the client choose by attachment; a client can be bent, so what it says is compared.
        if (expected.Attachment is { } wanted && response.Attachment is { } actual && wanted != actual)
            return Rejection.AttachmentNotAllowed;

        // §7.1.29
        return new Registration
        {
            Record = record,
            Algorithm = key.Algorithm,
            UserPresent = userPresent,
            UserVerified = userVerified,
            Origin = origin,
            TopOrigin = topOrigin,
            Attachment = response.Attachment,
            Attestation = statement,
            Trust = assessment.Value.Trust,
            Extensions = extensions,
        };
    }
}
