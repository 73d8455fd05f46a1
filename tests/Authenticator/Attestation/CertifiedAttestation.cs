namespace OpenPassage.Authenticator;

/// <summary>
/// Makes statements that carry certificates, and lets a test bend one thing of them: the leaf certificate before it is
/// signed, the signature, or the finished statement. Hand <see cref="Make"/> to the authenticator.
/// </summary>
public abstract class CertifiedAttestation
{
    /// <summary>Who signs the leaf.</summary>
    public CertificateAuthority Authority { get; set; } = CertificateAuthority.Shared;

    /// <summary>What follows the leaf in <c>x5c</c>; null: the authorities between it and the root, as is usual.</summary>
    public byte[][]? Chain { get; set; }

    public Action<Certificate>? BendCertificate { get; set; }
    public Func<byte[], byte[]>? BendSignature { get; set; }
    public Action<CborMap>? BendStatement { get; set; }

    /// <summary>The leaf of the last statement, as DER.</summary>
    public byte[] Leaf { get; private set; } = [];

    protected abstract string Format { get; }

    public AttestationStatement Make(AttestationRequest request)
    {
        var statement = MakeStatement(request);
        BendStatement?.Invoke(statement);
        return new(Format, statement);
    }

    protected abstract CborMap MakeStatement(AttestationRequest request);

    protected byte[] Bent(byte[] signature) => BendSignature?.Invoke(signature) ?? signature;

    /// <summary>Signs the leaf and puts it before its chain.</summary>
    protected byte[][] Issue(Certificate certificate)
    {
        BendCertificate?.Invoke(certificate);
        Leaf = Authority.Issue(certificate);
        return [Leaf, .. Chain ?? Between(Authority)];
    }

    private static IEnumerable<byte[]> Between(CertificateAuthority authority)
    {
        for (; authority.Parent is not null; authority = authority.Parent)
            yield return authority.Der;
    }
}

/// <summary>§8.2 with certificates.</summary>
public sealed class PackedAttestation : CertifiedAttestation
{
    /// <summary>The key of the authenticator's model.</summary>
    public SigningKey Key { get; set; } = new EcKey(Alg.ES256);

    protected override string Format => "packed";

    protected override CborMap MakeStatement(AttestationRequest request)
    {
        var certificates = Issue(new Certificate
        {
            Subject = Der.Name(
                (Certificate.Country, "AA"),
                (Certificate.Organization, "OpenPassage"),
                (Certificate.OrganizationalUnit, "Authenticator Attestation"),
                (Certificate.CommonName, "Software Authenticator")),
            PublicKey = Key.ToSubjectPublicKeyInfo()!,
            Extensions =
            {
                [Certificate.BasicConstraints] = Certificate.NoAuthority,
                [Certificate.Aaguid] = Certificate.AaguidOf(request.Aaguid),
            },
        });
        return new() { { "alg", Key.Algorithm }, { "sig", Bent(Key.Sign(request.ToBeSigned)) }, { "x5c", certificates } };
    }
}

/// <summary>§8.6.</summary>
public sealed class FidoU2fAttestation : CertifiedAttestation
{
    /// <summary>The key of the authenticator's batch.</summary>
    public SigningKey Key { get; set; } = new EcKey(Alg.ES256);

    protected override string Format => "fido-u2f";

    protected override CborMap MakeStatement(AttestationRequest request)
    {
        var certificates = Issue(new Certificate
        {
            Subject = Der.Name((Certificate.CommonName, "U2F Batch 1")),
            PublicKey = Key.ToSubjectPublicKeyInfo()!,
        });
        var cose = request.Key.ToCose();
        byte[] registration =
        [
            0x00, .. request.RpIdHash, .. request.ClientDataHash, .. request.CredentialId,
            0x04, .. (byte[])cose[-2]!, .. cose[-3] as byte[] ?? [],
        ];
        return new() { { "x5c", certificates }, { "sig", Bent(Key.Sign(registration)) } };
    }
}

/// <summary>§8.8: the certificate is the credential's own.</summary>
public sealed class AppleAttestation : CertifiedAttestation
{
    public const string NonceExtension = "1.2.840.113635.100.8.2";

    protected override string Format => "apple";

    protected override CborMap MakeStatement(AttestationRequest request) => new()
    {
        {
            "x5c", Issue(new Certificate
            {
                Subject = Der.Name((Certificate.CommonName, "Software Secure Enclave")),
                PublicKey = request.Key.ToSubjectPublicKeyInfo()!,
                Extensions =
                {
                    [Certificate.BasicConstraints] = Certificate.NoAuthority,
                    [NonceExtension] = NonceOf(request),
                },
            })
        },
    };

    private static (byte[] Value, bool Critical) NonceOf(AttestationRequest request)
    {
        var nonce = System.Security.Cryptography.SHA256.HashData(request.ToBeSigned);
        return (Der.Sequence(Der.Explicit(1, Der.OctetString(nonce))), false);
    }
}

/// <summary>§8.9: several statements in one.</summary>
public sealed class CompoundAttestation(params AttestationMaker[] parts)
{
    /// <summary>Bends the array of <c>{fmt, attStmt}</c>.</summary>
    public Func<CborMap[], object>? BendParts { get; set; }

    public AttestationStatement Make(AttestationRequest request)
    {
        CborMap[] statements =
        [
            .. parts.Select(part => part(request)).Select(part => new CborMap { { "fmt", part.Format }, { "attStmt", part.Statement } }),
        ];
        return new("compound", BendParts?.Invoke(statements) ?? statements);
    }
}
