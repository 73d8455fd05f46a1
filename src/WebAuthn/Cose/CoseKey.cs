using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>Kinds of key in the IANA COSE registry that WebAuthn credentials use.</summary>
internal enum CoseKeyType
{
    /// <summary>Octet key pair: Ed25519 and Ed448.</summary>
    Okp = 1,

    /// <summary>A point on an elliptic curve, both coordinates.</summary>
    EC2 = 2,

    /// <summary>RSA.</summary>
    Rsa = 3,

    /// <summary>Algorithm key pair: ML-DSA (RFC 9964).</summary>
    Akp = 7,
}

/// <summary>Elliptic curves by their number in the IANA COSE registry. An unknown number is a value too.</summary>
internal enum CoseCurve
{
    /// <summary>The key has no curve.</summary>
    None = 0,

    /// <summary>NIST P-256.</summary>
    P256 = 1,

    /// <summary>NIST P-384.</summary>
    P384 = 2,

    /// <summary>NIST P-521.</summary>
    P521 = 3,

    /// <summary>Ed25519.</summary>
    Ed25519 = 6,

    /// <summary>Ed448.</summary>
    Ed448 = 7,

    /// <summary>secp256k1.</summary>
    Secp256k1 = 8,
}

/// <summary>
/// A credential's public key, the COSE_Key of §6.5.1: read and shaped as its algorithm demands (§5.8.5), not yet imported.
/// That a point lies on its curve is found by <see cref="SignatureAlgorithm.Import(CoseKey)"/>.
/// </summary>
internal sealed class CoseKey
{
    // Labels common to all kinds (RFC 9052 §7.1), then those of a kind, which are negative (RFC 9053 §7, RFC 8230 §4, RFC 9964 §3).
    private const int KtyLabel = 1, AlgLabel = 3, CrvOrN = -1, XOrE = -2, YLabel = -3;

    private readonly byte[] first, second;

    private CoseKey(CoseKeyType type, CoseAlgorithm algorithm, CoseCurve curve, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        (Type, Algorithm, Curve) = (type, algorithm, curve);
        this.first = first.ToArray();
        this.second = second.ToArray();
    }

    /// <summary>Its kind (kty).</summary>
    public CoseKeyType Type { get; }

    /// <summary>The algorithm it signs with (alg): possibly one that is unknown here.</summary>
    public CoseAlgorithm Algorithm { get; }

    /// <summary>Its curve (crv), for EC2 and OKP keys.</summary>
    public CoseCurve Curve { get; }

    /// <summary>
    /// The x coordinate of an EC2 key, big-endian, as long as the curve's field; the public key of an OKP key. Empty otherwise.
    /// </summary>
    public ReadOnlySpan<byte> X => Type is CoseKeyType.EC2 or CoseKeyType.Okp ? first : [];

    /// <summary>The y coordinate of an EC2 key, big-endian, as long as the curve's field. Empty otherwise.</summary>
    public ReadOnlySpan<byte> Y => Type == CoseKeyType.EC2 ? second : [];

    /// <summary>The modulus of an RSA key, big-endian without leading zeros. Empty otherwise.</summary>
    public ReadOnlySpan<byte> N => Type == CoseKeyType.Rsa ? first : [];

    /// <summary>The public exponent of an RSA key, big-endian without leading zeros. Empty otherwise.</summary>
    public ReadOnlySpan<byte> E => Type == CoseKeyType.Rsa ? second : [];

    /// <summary>The public key (pub) of an AKP key. Empty otherwise.</summary>
    public ReadOnlySpan<byte> Pub => Type == CoseKeyType.Akp ? first : [];

    /// <summary>
    /// Reads the COSE_Key at the start of <paramref name="cbor"/>. False, and never an exception, for what is not a CBOR map,
    /// repeats a label, has a private member, compresses its point, lacks its algorithm, is of an unknown kind, or is
    /// not shaped as its algorithm demands. Key parameters that mean nothing here, such as kid, are ignored.
    /// </summary>
    /// <param name="cbor">The key, and whatever follows it.</param>
    /// <param name="key">Null when false.</param>
    /// <param name="length">How many bytes it took; 0 when false.</param>
    public static bool TryRead(ReadOnlySpan<byte> cbor, [NotNullWhen(true)] out CoseKey? key, out int length)
    {
        key = null;
        length = 0;
        var members = new Members(cbor);
        if (!members.TryRead())
            return false;
        key = members.Kty switch
        {
            CoseKeyType.EC2 when members is { HasCurve: true, HasFirst: true, HasY: true } =>
                new(members.Kty, members.Algorithm, members.Curve, members.First, members.Y),
            CoseKeyType.Okp when members is { HasCurve: true, HasFirst: true, HasY: false } =>
                new(members.Kty, members.Algorithm, members.Curve, members.First, []),
            CoseKeyType.Rsa when members is { HasBytes: true, HasFirst: true, HasY: false } =>
                new(members.Kty, members.Algorithm, CoseCurve.None, members.Bytes, members.First),
            CoseKeyType.Akp when members is { HasBytes: true, HasFirst: false, HasY: false } =>
                new(members.Kty, members.Algorithm, CoseCurve.None, members.Bytes, []),
            _ => null,
        };
        if (key is null || !key.FitsItsAlgorithm())
        {
            key = null;
            return false;
        }

        length = members.Length;
        return true;
    }

    private bool FitsItsAlgorithm() => Algorithm switch
    {
        CoseAlgorithm.ES256 or CoseAlgorithm.ESP256 => IsPoint(CoseCurve.P256, 32),
        CoseAlgorithm.ES384 or CoseAlgorithm.ESP384 => IsPoint(CoseCurve.P384, 48),
        CoseAlgorithm.ES512 or CoseAlgorithm.ESP512 => IsPoint(CoseCurve.P521, 66),
        CoseAlgorithm.ES256K => IsPoint(CoseCurve.Secp256k1, 32),
        CoseAlgorithm.EdDSA or CoseAlgorithm.Ed25519 => Type == CoseKeyType.Okp && Curve == CoseCurve.Ed25519 && X.Length == 32,
        CoseAlgorithm.Ed448 => Type == CoseKeyType.Okp && Curve == CoseCurve.Ed448 && X.Length == 57,
        CoseAlgorithm.RS1 or CoseAlgorithm.RS256 or CoseAlgorithm.RS384 or CoseAlgorithm.RS512
            or CoseAlgorithm.PS256 or CoseAlgorithm.PS384 or CoseAlgorithm.PS512 =>
            Type == CoseKeyType.Rsa && !N.IsEmpty && N[0] != 0 && !E.IsEmpty && E[0] != 0,
        CoseAlgorithm.MLDsa44 => Type == CoseKeyType.Akp && Pub.Length == 1312,
        CoseAlgorithm.MLDsa65 => Type == CoseKeyType.Akp && Pub.Length == 1952,
        CoseAlgorithm.MLDsa87 => Type == CoseKeyType.Akp && Pub.Length == 2592,
        _ => true, // Whether an unknown algorithm is welcome is the relying party's question (§7.1.20), not one of shape.
    };

    private bool IsPoint(CoseCurve curve, int size) => Type == CoseKeyType.EC2 && Curve == curve && X.Length == size && Y.Length == size;

    // Members arrive in any order, and what a label means depends on kty: so they are collected first.
    private ref struct Members(ReadOnlySpan<byte> cbor)
    {
        public CoseKeyType Kty;
        public CoseAlgorithm Algorithm;
        public CoseCurve Curve;
        public ReadOnlySpan<byte> Bytes, First, Y;
        public bool HasCurve, HasBytes, HasFirst, HasY;
        private CborReader reader = new(cbor);

        public readonly int Length => reader.Position;

        public bool TryRead()
        {
            if (!reader.TryStartMap())
                return false;
            while (reader.HasNext)
            {
                if (reader.Peek() == CborType.Text)
                {
                    // A text label is never key material.
                    if (!reader.TryReadText(out _) || !reader.TrySkip(out _))
                        return false;
                }
                else if (!reader.TryReadInt64(out var label) || !TryReadMember(label))
                {
                    return false;
                }
            }

            // RFC 9052 §7.1: kty is always there; WebAuthn §6.5.1.1 demands alg.
            return reader.TryEnd() && Kty != default && Algorithm != CoseAlgorithm.None;
        }

        private bool TryReadMember(long label)
        {
            switch (label)
            {
                case KtyLabel:
                    return TryReadNumber(out Kty);
                case AlgLabel:
                    return TryReadNumber(out Algorithm);
                case CrvOrN when reader.Peek() == CborType.Bytes:
                    HasBytes = true;
                    return reader.TryReadBytes(out Bytes);
                case CrvOrN:
                    HasCurve = true;
                    return TryReadNumber(out Curve);
                case XOrE:
                    HasFirst = true;
                    return reader.TryReadBytes(out First);
                case YLabel:
                    // §5.8.5: uncompressed points only; a compressed one has a boolean here.
                    HasY = true;
                    return reader.TryReadBytes(out Y);
                case < 0:
                    // A kind's private members are among its own, negative labels: refuse them all rather than know them all.
                    return false;
                default:
                    return reader.TrySkip(out _);
            }
        }

        private bool TryReadNumber<T>(out T value)
            where T : struct, Enum
        {
            var read = reader.TryReadInt32(out var number);
            value = Unsafe.BitCast<int, T>(number);
            return read;
        }
    }
}
