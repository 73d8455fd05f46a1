using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>§8.2, <c>packed</c>: WebAuthn's own format, with certificates or as self attestation.</summary>
public sealed class Packed : AttestationFormat
{
    /// <inheritdoc/>
    public override string Id => "packed";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.2, step 1
        if (StatementMembers.Read(input.Statement.Span) is not { Algorithm: { } algorithm, Signature.Length: > 0 } statement)
            return Rejection.MalformedAttestationStatement;
        if (statement.HasEcdaaKeyId)
            return Rejection.PackedEcdaa;
        if (algorithm == CoseAlgorithm.RS1)
            return Rejection.AttestationSha1NotAllowed;

        return statement.Certificates is { } path
            ? VerifyCertified(input, algorithm, statement.Signature, path)
            : VerifySelf(input, algorithm, statement.Signature);
    }

    private static Verdict<AttestationStatement> VerifyCertified(
        AttestationInput input, CoseAlgorithm algorithm, byte[] signature, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        if (AttestationCertificate.TryRead(path[0].Span) is not { } leaf)
            return Rejection.MalformedAttestationCertificate;

        // §8.2, step 2: signature, certificate requirements of §8.2.1, AAGUID
        if (leaf.CheckSignature(input.Algorithms, algorithm, input.ToBeSigned(), signature) is { } badSignature)
            return badSignature;
        if (leaf.Version != 3)
            return Rejection.PackedCertificateVersion;
        if (!IsVendorName(leaf.Subject))
            return Rejection.PackedCertificateSubject;
        if (!leaf.IsEndEntity)
            return Rejection.PackedCertificateIsCa;
        if (leaf.CheckAaguid(input.Aaguid) is { } otherModel)
            return otherModel;
        return new AttestationStatement { Format = "packed", Type = AttestationType.BasicOrAttCA, TrustPath = path };
    }

    private static Verdict<AttestationStatement> VerifySelf(AttestationInput input, CoseAlgorithm algorithm, byte[] signature)
    {
        // §8.2, step 3
        if (algorithm != input.CredentialKey.Algorithm)
            return Rejection.PackedSelfAlgorithmMismatch;
        using var key = input.Algorithms.Find(algorithm)?.Import(input.CredentialKey);
        if (key is null)
            return Rejection.AttestationAlgorithmNotSupported;
        if (!key.Verify(input.ToBeSigned(), signature))
            return Rejection.BadAttestationSignature;
        return new AttestationStatement { Format = "packed", Type = AttestationType.Self };
    }

    private static bool IsVendorName(DistinguishedName? subject) =>
        subject is { Country: [var first, var second], OrganizationalUnit: "Authenticator Attestation" }
        && subject is { Organization.Length: > 0, CommonName.Length: > 0 }
        && char.IsAsciiLetterUpper(first) && char.IsAsciiLetterUpper(second);
}
