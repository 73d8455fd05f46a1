using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// Ed448 (RFC 8032; COSE: RFC 9864) by libcrypto. Where that is absent the algorithm is not supported: hardly any
/// authenticator has it, and it is not worth a second implementation.
/// </summary>
internal sealed class Ed448 : SignatureAlgorithm
{
    private const string Oid = "1.3.101.113";
    private const int KeySize = 57, SignatureSize = 114;

    // RFC 8032 §5.2: the base point, which any working Ed448 imports.
    private static readonly byte[] generator = Convert.FromHexString(
        "14FA30F25B790898ADC8D74E2C13BDFDC4397CE61CFFD33AD7C2A0051E9C78874098A36C7373EA4B62C7C9563720768824BCB66E71463F6900");

    private static readonly BigInteger p = (BigInteger.One << 448) - (BigInteger.One << 224) - 1;
    private static readonly BigInteger d = -39081;

    private readonly Lazy<bool> isSupported = new(() => Key.Import(generator) is not null);

    public override CoseAlgorithm Id => CoseAlgorithm.Ed448;

    public override bool IsSupported => isSupported.Value;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != Id || key.Type != CoseKeyType.Okp || key.Curve != CoseCurve.Ed448)
            return null;
        return Key.Import(key.X);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Oid.Value != Oid || key.EncodedParameters is { RawData.Length: > 0 })
            return null;
        return Key.Import(key.EncodedKeyValue.RawData);
    }

    /// <summary>
    /// Whether 57 bytes encode a point of the large group as RFC 8032 §5.2.3 demands. libcrypto decodes a key only when it
    /// verifies, and lets points of small order pass.
    /// </summary>
    private static bool IsPoint(ReadOnlySpan<byte> encoded)
    {
        if (!TryReadY(encoded, out var y))
            return false;

        // x² = (y² - 1) / (dy² - 1) has a root where the product of the two is a square, by Euler's criterion.
        var ySquared = y * y % p;
        var product = (ySquared - 1) * ((d * ySquared) - 1) % p;
        return BigInteger.ModPow(product < 0 ? product + p : product, (p - 1) / 2, p).IsOne;
    }

    /// <summary>False where y is p or more, or 0, 1 or -1: the four points of order 4, 1 and 2 have these.</summary>
    private static bool TryReadY(ReadOnlySpan<byte> encoded, out BigInteger y)
    {
        y = new(encoded[..56], isUnsigned: true);
        return (encoded[56] & 0x7F) == 0 && !y.IsZero && !y.IsOne && y < p - 1;
    }

    private sealed class Key(Libcrypto.SafeEvpKey key) : VerificationKey
    {
        public static Key? Import(ReadOnlySpan<byte> encoded)
        {
            if (Libcrypto.MajorVersion == 0 || encoded.Length != KeySize || !IsPoint(encoded))
                return null;
            return Libcrypto.ImportEd448(encoded) is { } key ? new(key) : null;
        }

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
            signature.Length == SignatureSize
            && TryReadY(signature[..KeySize], out _)
            && Libcrypto.VerifyData(key, data, signature);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                key.Dispose();
        }
    }
}
