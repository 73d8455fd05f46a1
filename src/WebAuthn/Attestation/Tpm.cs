using System.Collections.Frozen;
using System.Security.Cryptography;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>§8.3, <c>tpm</c>: Windows Hello and other authenticators on a Trusted Platform Module 2.0.</summary>
public sealed class Tpm : AttestationFormat
{
    /// <summary>TCG TPM Vendor ID Registry; the last two belong to FIDO's conformance tests and W3C's test vectors.</summary>
    private static readonly FrozenSet<string> manufacturers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "id:414D4400", "id:414E5400", "id:41544D4C", "id:4252434D", "id:4353434F", "id:464C5953", "id:474F4F47", "id:48495349",
        "id:48504500", "id:48504900", "id:49424D00", "id:49465800", "id:494E5443", "id:4C454E00", "id:4D534654", "id:4E534700",
        "id:4E534D20", "id:4E544300", "id:4E545A00", "id:51434F4D", "id:524F4343", "id:5345414C", "id:53454345", "id:534D5343",
        "id:534D534E", "id:534E5300", "id:53544D20", "id:54584E00", "id:57454300", "id:FFFFF1D0", "id:00000000");

    /// <inheritdoc/>
    public override string Id => "tpm";

    // tcg-kp-AIKCertificate 2.23.133.8.3, and tcg-at-tpmManufacturer, tpmModel and tpmVersion 2.23.133.2.1 to 3.
    private static ReadOnlySpan<byte> AikCertificate => [0x67, 0x81, 0x05, 0x08, 0x03];

    private static ReadOnlySpan<byte> Manufacturer => [0x67, 0x81, 0x05, 0x02, 0x01];

    private static ReadOnlySpan<byte> Model => [0x67, 0x81, 0x05, 0x02, 0x02];

    private static ReadOnlySpan<byte> FirmwareVersion => [0x67, 0x81, 0x05, 0x02, 0x03];

    /// <inheritdoc/>
    internal override Verdict<AttestationStatement> Verify(AttestationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // §8.3, syntax
        if (StatementMembers.Read(input.Statement.Span) is not
            {
                Algorithm: { } algorithm, Signature.Length: > 0, Certificates: { } path, CertInfo.Length: > 0, PubArea.Length: > 0,
            } statement)
            return Rejection.MalformedAttestationStatement;
        if (statement.Version != "2.0")
            return Rejection.TpmVersion;
        if (AttestationCertificate.TryRead(path[0].Span) is not { } aik)
            return Rejection.MalformedAttestationCertificate;

        // §8.3: the key in parameters and unique is the credential's
        if (!TpmPublicArea.TryRead(statement.PubArea, out var publicArea))
            return Rejection.TpmPublicAreaMalformed;
        if (!publicArea.IsKey(input.CredentialKey))
            return Rejection.TpmKeyMismatch;

        // §8.3: certInfo
        if (!TpmAttest.TryRead(statement.CertInfo, out var attest))
            return Rejection.TpmCertifyMalformed;
        if (attest.Magic != TpmAttest.GeneratedValue)
            return Rejection.TpmMagic;
        if (attest.Type != TpmAttest.Certify)
            return Rejection.TpmType;
        if (HashOf(algorithm) is not { } hash)
            return Rejection.AttestationAlgorithmNotSupported;
        if (!attest.ExtraData.SequenceEqual(CryptographicOperations.HashData(hash, input.ToBeSigned())))
            return Rejection.TpmExtraData;
        if (!publicArea.IsName(attest.Name))
            return Rejection.TpmName;

        // §8.3: signature, certificate requirements of §8.3.1, AAGUID
        if (aik.CheckSignature(input.Algorithms, algorithm, statement.CertInfo, statement.Signature) is { } badSignature)
            return badSignature;
        if (CheckCertificate(aik) is { } unfit)
            return unfit;
        if (aik.CheckAaguid(input.Aaguid) is { } otherModel)
            return otherModel;
        return new AttestationStatement { Format = "tpm", Type = AttestationType.BasicOrAttCA, TrustPath = path };
    }

    /// <summary>§8.3.1, in its order.</summary>
    private static Rejection? CheckCertificate(AttestationCertificate aik)
    {
        if (aik.Version != 3)
            return Rejection.TpmCertificateVersion;
        if (aik.Subject is not { IsEmpty: true })
            return Rejection.TpmCertificateSubject;
        if (aik.SubjectAltName?.DirectoryName is not { } name || name.Find(Manufacturer) is not { Length: > 0 } manufacturer
            || name.Find(Model) is not { Length: > 0 } || name.Find(FirmwareVersion) is not { Length: > 0 })
            return Rejection.TpmCertificateAltName;
        if (!manufacturers.Contains(manufacturer))
            return Rejection.TpmManufacturer;
        if (!aik.HasExtendedKeyUsage(AikCertificate))
            return Rejection.TpmCertificateUsage;
        if (!aik.IsEndEntity)
            return Rejection.TpmCertificateIsCa;
        return null;
    }

    /// <summary>"The hash algorithm employed in alg".</summary>
    private static HashAlgorithmName? HashOf(CoseAlgorithm algorithm) => algorithm switch
    {
        CoseAlgorithm.ES256 or CoseAlgorithm.ESP256 or CoseAlgorithm.RS256 or CoseAlgorithm.PS256 => HashAlgorithmName.SHA256,
        CoseAlgorithm.ES384 or CoseAlgorithm.ESP384 or CoseAlgorithm.RS384 or CoseAlgorithm.PS384 => HashAlgorithmName.SHA384,
        CoseAlgorithm.ES512 or CoseAlgorithm.ESP512 or CoseAlgorithm.RS512 or CoseAlgorithm.PS512 => HashAlgorithmName.SHA512,
        CoseAlgorithm.RS1 => HashAlgorithmName.SHA1,
        _ => null,
    };
}
