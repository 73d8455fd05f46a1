using System.Security.Cryptography;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>§8.8, <c>apple</c>: a certificate made for this one credential, which carries a hash of what others sign.</summary>
public sealed class Apple : AttestationFormat
{
    private const string NonceOid = "1.2.840.113635.100.8.2";

    /// <inheritdoc/>
    public override string Id => "apple";

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.8, step 1. Early iOS versions also sent an alg, which means nothing.
        if (StatementMembers.Read(input.Statement.Span) is not { Certificates: { } path })
            return Rejection.MalformedAttestationStatement;
        if (AttestationCertificate.TryRead(path[0].Span) is not { } credentialCertificate)
            return Rejection.MalformedAttestationCertificate;

        // §8.8, steps 2 to 4
        if (credentialCertificate.Extension(NonceOid) is not { } extension || !TryReadNonce(extension.RawData, out var nonce))
            return Rejection.AppleNonceMissing;
        if (!nonce.SequenceEqual(SHA256.HashData(input.ToBeSigned())))
            return Rejection.AppleNonceMismatch;

        // §8.8, step 5
        if (!CertifiedKey.Is(credentialCertificate.Key, input.CredentialKey))
            return Rejection.AppleKeyMismatch;
        return new AttestationStatement { Format = "apple", Type = AttestationType.AnonCA, TrustPath = path };
    }

    /// <summary>SEQUENCE { [1] EXPLICIT OCTET STRING }.</summary>
    private static bool TryReadNonce(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> nonce)
    {
        nonce = default;
        return DerReader.TryReadOnly(value, DerTag.Sequence, out var sequence)
            && DerReader.TryReadOnly(sequence, DerTag.Explicit(1), out var tagged)
            && DerReader.TryReadOnly(tagged, DerTag.OctetString, out nonce);
    }
}
