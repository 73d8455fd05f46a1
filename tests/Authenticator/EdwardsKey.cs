using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpenPassage.Authenticator;

/// <summary>Ed25519 and Ed448 (RFC 8032). The framework has neither: OpenSSL 3 signs, and tests skip where it is not there.</summary>
public sealed partial class EdwardsKey : SigningKey
{
    private const string Crypto = "libcrypto.so.3";

    private readonly int algorithm;
    private readonly byte[] seed;

    public EdwardsKey(int algorithm)
        : this(algorithm, RandomNumberGenerator.GetBytes(algorithm == Alg.Ed448 ? 57 : 32))
    {
    }

    /// <summary>A known key pair, from RFC 8032's secret key: 32 bytes, for Ed448 57.</summary>
    public EdwardsKey(int algorithm, byte[] seed)
    {
        this.algorithm = algorithm;
        this.seed = seed;
        PublicKey = new byte[seed.Length];
        var length = (nuint)PublicKey.Length;
        WithKey(key => EVP_PKEY_get_raw_public_key(key, PublicKey, ref length));
    }

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Crypto, out _);

    public override int Algorithm => algorithm;

    /// <summary>The encoded point: 32 bytes, for Ed448 57.</summary>
    public byte[] PublicKey { get; }

    private bool Is448 => algorithm == Alg.Ed448;

    public override CborMap ToCose() => new() { { 1, 1 }, { 3, algorithm }, { -1, Is448 ? 7 : 6 }, { -2, PublicKey } };

    // RFC 8410: SEQUENCE { SEQUENCE { OID 1.3.101.112 or .113 }, BIT STRING }.
    public override byte[] ToSubjectPublicKeyInfo() =>
    [
        0x30, (byte)(PublicKey.Length + 10), 0x30, 5, 6, 3, 0x2b, 0x65, (byte)(Is448 ? 113 : 112),
        3, (byte)(PublicKey.Length + 1), 0, .. PublicKey,
    ];

    public override byte[] Sign(byte[] data)
    {
        var signature = new byte[2 * seed.Length];
        WithKey(key =>
        {
            var context = EVP_MD_CTX_new();
            var length = (nuint)signature.Length;
            var result = EVP_DigestSignInit(context, 0, 0, 0, key) == 1
                ? EVP_DigestSign(context, signature, ref length, data, (nuint)data.Length)
                : 0;
            EVP_MD_CTX_free(context);
            return result;
        });
        return signature;
    }

    private void WithKey(Func<nint, int> use)
    {
        const int ed25519 = 1087, ed448 = 1088;
        var key = EVP_PKEY_new_raw_private_key(Is448 ? ed448 : ed25519, 0, seed, (nuint)seed.Length);
        var result = key == 0 ? 0 : use(key);
        EVP_PKEY_free(key);
        if (result != 1)
            throw new CryptographicException("libcrypto refused.");
    }

    [LibraryImport(Crypto)]
    private static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [LibraryImport(Crypto)]
    private static partial int EVP_PKEY_get_raw_public_key(nint key, byte[] publicKey, ref nuint length);

    [LibraryImport(Crypto)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Crypto)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Crypto)]
    private static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Crypto)]
    private static partial int EVP_DigestSign(nint context, byte[] signature, ref nuint signatureLength, byte[] data, nuint length);
}
