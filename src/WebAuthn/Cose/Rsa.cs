using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017; COSE: RFC 8812 §2, RFC 8230 §2; PSS salts are as long as the hash). Moduli of
/// 2048 to 8192 bits: fewer can be factored, more only cost time. RS1 takes certificate keys alone: old TPMs attest with
/// SHA-1, no credential signs with it.
/// </summary>
internal sealed class Rsa(CoseAlgorithm id) : SignatureAlgorithm
{
    private const int MinBits = 2048, MaxBits = 8192, MaxExponentBytes = 8;
    private const string RsaEncryptionOid = "1.2.840.113549.1.1.1";

    private static readonly Lazy<bool> platformHasRsa = new(() =>
    {
        try
        {
            RSA.Create().Dispose();
            return true;
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    });

    private readonly RSASignaturePadding padding =
        id is CoseAlgorithm.PS256 or CoseAlgorithm.PS384 or CoseAlgorithm.PS512 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    private readonly HashAlgorithmName hash = id switch
    {
        CoseAlgorithm.RS1 => HashAlgorithmName.SHA1,
        CoseAlgorithm.RS256 or CoseAlgorithm.PS256 => HashAlgorithmName.SHA256,
        CoseAlgorithm.RS384 or CoseAlgorithm.PS384 => HashAlgorithmName.SHA384,
        CoseAlgorithm.RS512 or CoseAlgorithm.PS512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    public override CoseAlgorithm Id => id;

    public override bool IsSupported => platformHasRsa.Value;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != id || key.Type != CoseKeyType.Rsa || id == CoseAlgorithm.RS1)
            return null;
        return Import(key.N, key.E);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Oid.Value != RsaEncryptionOid)
            return null;
        try
        {
            // RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017 §A.1.1)
            var reader = new AsnReader(key.EncodedKeyValue.RawData, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            var n = sequence.ReadIntegerBytes().Span;
            var e = sequence.ReadIntegerBytes().Span;
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return Import(WithoutSignByte(n), WithoutSignByte(e));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> WithoutSignByte(ReadOnlySpan<byte> integer) => integer is [0, _, ..] ? integer[1..] : integer;

    private Key? Import(ReadOnlySpan<byte> n, ReadOnlySpan<byte> e)
    {
        if (n.IsEmpty || n[0] == 0 || (n[^1] & 1) == 0)
            return null;
        var bits = (8 * n.Length) - byte.LeadingZeroCount(n[0]);
        if (bits is < MinBits or > MaxBits)
            return null;
        // An even exponent has no inverse; with 1 every signature is the padded hash itself.
        if (e.Length is 0 or > MaxExponentBytes || e[0] == 0 || (e[^1] & 1) == 0 || e is [1])
            return null;

        var rsa = RSA.Create();
        try
        {
            rsa.ImportParameters(new() { Modulus = n.ToArray(), Exponent = e.ToArray() });
            return new(rsa, n.Length, hash, padding);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    private sealed class Key(RSA rsa, int size, HashAlgorithmName hashName, RSASignaturePadding padding) : VerificationKey
    {
        // RSA is not documented to be thread-safe. A key belongs to one user, so the lock is hardly ever contended.
        private readonly Lock verifying = new();

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            if (signature.Length != size)
                return false;
            Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
            hash = hash[..CryptographicOperations.HashData(hashName, data, hash)];
            try
            {
                lock (verifying)
                    return rsa.VerifyHash(hash, signature, hashName, padding);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rsa.Dispose();
        }
    }
}
