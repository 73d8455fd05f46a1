using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>§8.4, <c>android-key</c>: a certificate that Android's key store makes for this one credential.</summary>
public sealed class AndroidKey : AttestationFormat
{
    private const string KeyDescriptionOid = "1.3.6.1.4.1.11129.2.1.17";

    /// <summary>
    /// Whether the trusted environment itself must vouch for origin and purpose. By default neither list may contradict them,
    /// and W3C's test vector says nothing of them in either.
    /// </summary>
    public bool HardwareOnly { get; init; }

    /// <inheritdoc/>
    public override string Id => "android-key";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.4, step 1
        if (StatementMembers.Read(input.Statement.Span) is not
            { Algorithm: { } algorithm, Signature.Length: > 0, Certificates: { } path } statement)
            return Rejection.MalformedAttestationStatement;
        if (algorithm == CoseAlgorithm.RS1)
            return Rejection.AttestationSha1NotAllowed;
        if (AttestationCertificate.TryRead(path[0].Span) is not { } certificate)
            return Rejection.MalformedAttestationCertificate;

        // §8.4, step 2
        if (certificate.CheckSignature(input.Algorithms, algorithm, input.ToBeSigned(), statement.Signature) is { } badSignature)
            return badSignature;

        // §8.4, step 3
        if (!CertifiedKey.Is(certificate.Key, input.CredentialKey))
            return Rejection.AndroidKeyMismatch;

        // §8.4, step 4
        if (certificate.Extension(KeyDescriptionOid) is not { } extension
            || !AndroidKeyDescription.TryRead(extension.RawData, out var description))
            return Rejection.AndroidKeyDescriptionMalformed;
        if (!description.Challenge.SequenceEqual(input.ClientDataHash.Span))
            return Rejection.AndroidKeyChallenge;

        // §8.4, step 5
        var (software, hardware) = (description.SoftwareEnforced, description.HardwareEnforced);
        if (software.AllApplications || hardware.AllApplications)
            return Rejection.AndroidKeyAllApplications;
        if (!IsGenerated(software, hardware))
            return Rejection.AndroidKeyOrigin;
        if (!IsForSigning(software, hardware))
            return Rejection.AndroidKeyPurpose;
        return new AttestationStatement { Format = "android-key", Type = AttestationType.BasicOrAttCA, TrustPath = path };
    }

    /// <summary>No list says anything else than that the key was generated there.</summary>
    private bool IsGenerated(AndroidAuthorizations software, AndroidAuthorizations hardware) =>
        (software.Origin ?? AndroidAuthorizations.Generated) == AndroidAuthorizations.Generated
        && (hardware.Origin ?? (HardwareOnly ? null : AndroidAuthorizations.Generated)) == AndroidAuthorizations.Generated;

    /// <summary>No list says that the key may do more than sign and verify.</summary>
    private bool IsForSigning(AndroidAuthorizations software, AndroidAuthorizations hardware) =>
        !software.DoesMoreThanSign && !hardware.DoesMoreThanSign && (hardware.Signs || !HardwareOnly);
}
