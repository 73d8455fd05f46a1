using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenPassage.Authenticator;

/// <summary>§8.3: a TPM certifies the credential's key, RSA or ECC, with an attestation identity key.</summary>
public sealed class TpmAttestation : CertifiedAttestation
{
    public const string Manufacturer = "2.23.133.2.1", Model = "2.23.133.2.2", Version = "2.23.133.2.3";
    public const string AikCertificate = "2.23.133.8.3";

    /// <summary>The attestation identity key.</summary>
    public SigningKey Key { get; set; } = new RsaKey(Alg.RS256);

    /// <summary>Bends the public area; its name is that of the bent one.</summary>
    public Action<TpmPublicArea>? BendPublicArea { get; set; }

    /// <summary>Bends certInfo before it is signed.</summary>
    public Action<TpmCertify>? BendCertify { get; set; }

    protected override string Format => "tpm";

    /// <summary>The alternative name of a TPM's certificate, one attribute an RDN.</summary>
    public static (byte[] Value, bool Critical) DeviceName(params (string Oid, string Value)[] attributes) =>
        (Der.Sequence(Der.Explicit(4, Der.Name(attributes))), true);

    protected override CborMap MakeStatement(AttestationRequest request)
    {
        var publicArea = TpmPublicArea.Of(request.Key);
        BendPublicArea?.Invoke(publicArea);
        var area = publicArea.ToBytes();
        var certify = new TpmCertify
        {
            ExtraData = CryptographicOperations.HashData(HashOf(Key.Algorithm), request.ToBeSigned),
            Name = [.. BigEndian(publicArea.NameAlgorithm), .. SHA256.HashData(area)],
        };
        BendCertify?.Invoke(certify);
        var certInfo = certify.ToBytes();
        var certificates = Issue(new Certificate
        {
            PublicKey = Key.ToSubjectPublicKeyInfo()!,
            Extensions =
            {
                [Certificate.BasicConstraints] = Certificate.NoAuthority,
                [Certificate.SubjectAltName] = DeviceName((Manufacturer, "id:49465800"), (Model, "SLB 9670"), (Version, "id:0D0B")),
                [Certificate.ExtendedKeyUsage] = (Der.Sequence(Der.Oid(AikCertificate)), false),
                [Certificate.Aaguid] = Certificate.AaguidOf(request.Aaguid),
            },
        });
        return new()
        {
            { "ver", "2.0" },
            { "alg", Key.Algorithm },
            { "x5c", certificates },
            { "sig", Bent(Key.Sign(certInfo)) },
            { "certInfo", certInfo },
            { "pubArea", area },
        };
    }

    internal static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    internal static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    internal static byte[] Sized(byte[] value) => [.. BigEndian((ushort)value.Length), .. value];

    private static HashAlgorithmName HashOf(int algorithm) => algorithm switch
    {
        Alg.RS1 => HashAlgorithmName.SHA1,
        Alg.ES384 or Alg.RS384 or Alg.PS384 => HashAlgorithmName.SHA384,
        Alg.ES512 or Alg.RS512 or Alg.PS512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}

/// <summary>TPMT_PUBLIC before it is written out.</summary>
public sealed class TpmPublicArea
{
    public const ushort Rsa = 0x0001, Ecc = 0x0023, Null = 0x0010, Sha256 = 0x000B;

    public required ushort Type { get; set; }
    public ushort NameAlgorithm { get; set; } = Sha256;
    public uint Attributes { get; set; } = 0x00060472;
    public byte[] AuthPolicy { get; set; } = SHA256.HashData("policy"u8);
    public ushort Symmetric { get; set; } = Null;

    /// <summary>The scheme with its details, when it has any.</summary>
    public byte[] Scheme { get; set; } = [0x00, 0x10];

    public ushort KeyBits { get; set; } = 2048;

    /// <summary>0 stands for 65537.</summary>
    public uint Exponent { get; set; }

    public ushort Curve { get; set; }

    /// <summary>The modulus, or x and y.</summary>
    public byte[][] Unique { get; set; } = [];

    /// <summary>The last word on the bytes.</summary>
    public Func<byte[], byte[]>? BendBytes { get; set; }

    public byte[] ToBytes()
    {
        byte[] parameters = Type == Rsa
            ? [.. TpmAttestation.BigEndian(KeyBits), .. TpmAttestation.BigEndian(Exponent)]
            : [.. TpmAttestation.BigEndian(Curve), .. TpmAttestation.BigEndian(Null)];
        byte[] bytes =
        [
            .. TpmAttestation.BigEndian(Type), .. TpmAttestation.BigEndian(NameAlgorithm), .. TpmAttestation.BigEndian(Attributes),
            .. TpmAttestation.Sized(AuthPolicy), .. TpmAttestation.BigEndian(Symmetric), .. Scheme, .. parameters,
            .. Unique.SelectMany(TpmAttestation.Sized),
        ];
        return BendBytes?.Invoke(bytes) ?? bytes;
    }

    internal static TpmPublicArea Of(SigningKey key)
    {
        var cose = key.ToCose();
        return cose[1] is 3
            ? new() { Type = Rsa, Unique = [(byte[])cose[-1]!] }
            : new() { Type = Ecc, Curve = (ushort)((int)cose[-1]! + 2), Unique = [(byte[])cose[-2]!, (byte[])cose[-3]!] };
    }
}

/// <summary>TPMS_ATTEST of a certified key, before it is signed.</summary>
public sealed class TpmCertify
{
    public uint Magic { get; set; } = 0xFF544347;
    public ushort Type { get; set; } = 0x8017;
    public required byte[] ExtraData { get; set; }
    public required byte[] Name { get; set; }

    /// <summary>The last word on the bytes, before they are signed.</summary>
    public Func<byte[], byte[]>? BendBytes { get; set; }

    public byte[] ToBytes()
    {
        byte[] qualifiedName = TpmAttestation.Sized([0x00, 0x0B, .. SHA256.HashData("parent"u8)]);
        byte[] clockAndFirmware = new byte[17 + 8];
        byte[] bytes =
        [
            .. TpmAttestation.BigEndian(Magic), .. TpmAttestation.BigEndian(Type), .. qualifiedName, .. TpmAttestation.Sized(ExtraData),
            .. clockAndFirmware, .. TpmAttestation.Sized(Name), .. qualifiedName,
        ];
        return BendBytes?.Invoke(bytes) ?? bytes;
    }
}
