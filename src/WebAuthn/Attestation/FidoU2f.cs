using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>§8.6, <c>fido-u2f</c>: security keys from before CTAP2.</summary>
public sealed class FidoU2f : AttestationFormat
{
    private const int CoordinateLength = 32;

    /// <inheritdoc/>
    public override string Id => "fido-u2f";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.6, step 1
        if (StatementMembers.Read(input.Statement.Span) is not { Certificates: { } path, Signature.Length: > 0 } statement)
            return Rejection.MalformedAttestationStatement;

        // §8.6, step 2
        if (path.Count != 1)
            return Rejection.U2fCertificateCount;
        if (AttestationCertificate.TryRead(path[0].Span) is not { } certificate)
            return Rejection.MalformedAttestationCertificate;
        if (input.Algorithms.Find(CoseAlgorithm.ES256) is not { } es256)
            return Rejection.AttestationAlgorithmNotSupported;
        using var key = es256.Import(certificate.Key);
        if (key is null)
            return Rejection.U2fCertificateKey;

        // §8.6, steps 3 and 4
        var credential = input.CredentialKey;
        if (credential.Curve != CoseCurve.P256 || credential.X.Length != CoordinateLength || credential.Y.Length != CoordinateLength)
            return Rejection.U2fCredentialKey;

        // §8.6, steps 5 and 6
        byte[] verificationData =
        [
            0x00, .. input.RpIdHash.Span, .. input.ClientDataHash.Span, .. input.CredentialId.Bytes,
            0x04, .. credential.X, .. credential.Y,
        ];
        if (!key.Verify(verificationData, statement.Signature))
            return Rejection.BadAttestationSignature;
        return new AttestationStatement { Format = "fido-u2f", Type = AttestationType.BasicOrAttCA, TrustPath = path };
    }
}
