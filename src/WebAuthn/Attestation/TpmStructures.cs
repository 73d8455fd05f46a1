using System.Buffers.Binary;
using System.Security.Cryptography;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>TPMT_PUBLIC of a signing key (TPM 2.0 Library, part 2, §12.2.4): what a TPM says of the key's public half.</summary>
internal ref struct TpmPublicArea
{
    private const ushort Rsa = 0x0001, Ecc = 0x0023, Null = 0x0010;
    private const ushort Sha1 = 0x0004, Sha256 = 0x000B, Sha384 = 0x000C, Sha512 = 0x000D;
    private const ushort RsaEs = 0x0015, Ecdaa = 0x001A;
    private const uint DefaultExponent = 65537, ReversedDefaultExponent = 0x01000100;

    private ReadOnlySpan<byte> encoded;
    private ushort type, nameAlgorithm, curve;
    private uint exponent;
    private ReadOnlySpan<byte> first, second;

    public static bool TryRead(ReadOnlySpan<byte> encoded, out TpmPublicArea area)
    {
        var reader = new TpmReader(encoded);
        var read = new TpmPublicArea { encoded = encoded };
        // type, nameAlg, objectAttributes, authPolicy
        var complete = reader.TryRead(out read.type) && reader.TryRead(out read.nameAlgorithm)
            && reader.TryRead(out uint _) && reader.TryReadSized(out _)
            && read.type switch
            {
                Rsa => read.TryReadRsa(ref reader),
                Ecc => read.TryReadEcc(ref reader),
                _ => false,
            }
            && reader.AtEnd;
        area = read;
        return complete;
    }

    /// <summary>Whether it describes the credential's key.</summary>
    public readonly bool IsKey(CoseKey key)
    {
        if (type == Rsa)
        {
            Span<byte> e = stackalloc byte[sizeof(uint)];
            // 0 stands for the default exponent (§12.2.3.5). Recorded statements also have it with the bytes reversed.
            BinaryPrimitives.WriteUInt32BigEndian(e, exponent == 0 ? DefaultExponent : exponent);
            return key.Type == CoseKeyType.Rsa && first.TrimStart((byte)0).SequenceEqual(key.N)
                && (e.TrimStart((byte)0).SequenceEqual(key.E) || (exponent == ReversedDefaultExponent && key.E is [1, 0, 1]));
        }
        // A TPM may leave out a coordinate's leading zeros; COSE never does.
        return key.Type == CoseKeyType.EC2 && CurveOf(curve) == key.Curve
            && first.TrimStart((byte)0).SequenceEqual(key.X.TrimStart((byte)0))
            && second.TrimStart((byte)0).SequenceEqual(key.Y.TrimStart((byte)0));
    }

    /// <summary>Whether that is its Name (part 1, §16): nameAlg, then the hash of the whole area.</summary>
    public readonly bool IsName(ReadOnlySpan<byte> name)
    {
        HashAlgorithmName? hash = nameAlgorithm switch
        {
            Sha1 => HashAlgorithmName.SHA1,
            Sha256 => HashAlgorithmName.SHA256,
            Sha384 => HashAlgorithmName.SHA384,
            Sha512 => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is { } known && name.Length > sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(name) == nameAlgorithm
            && name[sizeof(ushort)..].SequenceEqual(CryptographicOperations.HashData(known, encoded));
    }

    /// <summary>TPMS_RSA_PARMS (symmetric, scheme, keyBits, exponent), then the modulus.</summary>
    private bool TryReadRsa(ref TpmReader reader) =>
        TryReadSymmetric(ref reader) && TryReadScheme(ref reader)
        && reader.TryRead(out ushort _) && reader.TryRead(out exponent)
        && reader.TryReadSized(out first) && !first.IsEmpty;

    /// <summary>TPMS_ECC_PARMS (symmetric, scheme, curveID, kdf), then x and y. No command uses kdf, so it has no details.</summary>
    private bool TryReadEcc(ref TpmReader reader) =>
        TryReadSymmetric(ref reader) && TryReadScheme(ref reader)
        && reader.TryRead(out curve) && reader.TryRead(out ushort _)
        && reader.TryReadSized(out first) && reader.TryReadSized(out second) && !first.IsEmpty && !second.IsEmpty;

    /// <summary>A signing key has no symmetric algorithm; only storage keys have one.</summary>
    private static bool TryReadSymmetric(ref TpmReader reader) => reader.TryRead(out ushort algorithm) && algorithm == Null;

    /// <summary>A signing scheme with its details.</summary>
    private static bool TryReadScheme(ref TpmReader reader)
    {
        if (!reader.TryRead(out ushort scheme))
            return false;
        return scheme switch
        {
            Null or RsaEs => true,
            Ecdaa => reader.TryRead(out uint _),
            _ => reader.TryRead(out ushort _),
        };
    }

    private static CoseCurve CurveOf(ushort curve) => curve switch
    {
        0x0003 => CoseCurve.P256,
        0x0004 => CoseCurve.P384,
        0x0005 => CoseCurve.P521,
        _ => CoseCurve.None,
    };
}

/// <summary>TPMS_ATTEST (part 2, §10.12.8) with a TPMS_CERTIFY_INFO in it.</summary>
internal ref struct TpmAttest
{
    /// <summary>TPM_GENERATED_VALUE: a TPM never signs outside data that begins like this.</summary>
    public const uint GeneratedValue = 0xFF544347;

    /// <summary>TPM_ST_ATTEST_CERTIFY.</summary>
    public const ushort Certify = 0x8017;

    public uint Magic;
    public ushort Type;
    public ReadOnlySpan<byte> ExtraData, Name;

    /// <summary>False when it is malformed. Another magic or type is left to the caller: what follows it may then be anything.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, out TpmAttest attest)
    {
        attest = default;
        var reader = new TpmReader(encoded);
        if (!reader.TryRead(out attest.Magic) || !reader.TryRead(out attest.Type))
            return false;
        if (attest.Magic != GeneratedValue || attest.Type != Certify)
            return true;
        // qualifiedSigner, extraData, clockInfo (clock, resetCount, restartCount, safe), firmwareVersion, name, qualifiedName
        return reader.TryReadSized(out _) && reader.TryReadSized(out attest.ExtraData)
            && reader.TrySkip(sizeof(ulong) + sizeof(uint) + sizeof(uint) + sizeof(byte)) && reader.TrySkip(sizeof(ulong))
            && reader.TryReadSized(out attest.Name) && reader.TryReadSized(out _)
            && reader.AtEnd;
    }
}

/// <summary>Reads a TPM's structures: big-endian, packed, buffers after their length in two bytes.</summary>
internal ref struct TpmReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    public readonly bool AtEnd => rest.IsEmpty;

    public bool TryRead(out ushort value) => BinaryPrimitives.TryReadUInt16BigEndian(rest, out value) && TrySkip(sizeof(ushort));

    public bool TryRead(out uint value) => BinaryPrimitives.TryReadUInt32BigEndian(rest, out value) && TrySkip(sizeof(uint));

    public bool TryReadSized(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryRead(out ushort length) || length > rest.Length)
            return false;
        value = rest[..length];
        return TrySkip(length);
    }

    public bool TrySkip(int length)
    {
        if (length > rest.Length)
            return false;
        rest = rest[length..];
        return true;
    }
}
