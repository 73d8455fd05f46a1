using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// ECDSA (FIPS 186-5; COSE: RFC 9053 §2.1, RFC 8812 for secp256k1, RFC 9864 for the fully specified twins). WebAuthn ties
/// each number to one curve and one hash (§5.8.5), points are uncompressed, signatures are DER (§6.5.5).
/// </summary>
internal sealed class Ecdsa(CoseAlgorithm id, EcdsaCurve curve) : SignatureAlgorithm
{
    private const string EcPublicKeyOid = "1.2.840.10045.2.1";
    private readonly Lazy<bool> isSupported = new(() => Import(curve, curve.GeneratorX, curve.GeneratorY) is not null);

    public override CoseAlgorithm Id => id;

    public override bool IsSupported => isSupported.Value;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != id || key.Type != CoseKeyType.EC2 || key.Curve != curve.Id)
            return null;
        return Import(curve, key.X, key.Y);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // subjectPublicKey is the point itself, and its parameters name the curve (RFC 5480 §2).
        if (key.Oid.Value != EcPublicKeyOid || key.EncodedParameters is null || !key.EncodedParameters.RawData.AsSpan().SequenceEqual(curve.EncodedOid))
            return null;
        ReadOnlySpan<byte> point = key.EncodedKeyValue.RawData;
        if (point.Length != 1 + (2 * curve.Size) || point[0] != 0x04)
            return null;
        return Import(curve, point.Slice(1, curve.Size), point[(1 + curve.Size)..]);
    }

    private static FrameworkKey? Import(EcdsaCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != curve.Size || y.Length != curve.Size)
            return null;
        return FrameworkKey.Import(curve, x, y);
    }

    private sealed class FrameworkKey(EcdsaCurve curve, ECDsa ecdsa) : VerificationKey
    {
        // ECDsa is not documented to be thread-safe. A key is one user's: the lock is hardly ever waited for.
        private readonly Lock verifying = new();

        public static FrameworkKey? Import(EcdsaCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
        {
            var ecdsa = ECDsa.Create();
            try
            {
                // Refuses points off the curve and coordinates that are not reduced.
                ecdsa.ImportParameters(new() { Curve = curve.Named, Q = new() { X = x.ToArray(), Y = y.ToArray() } });
                return new(curve, ecdsa);
            }
            catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
            {
                ecdsa.Dispose();
                return null;
            }
        }

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            if (!DerSignature.IsValid(signature, curve.Order))
                return false;
            Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
            hash = hash[..CryptographicOperations.HashData(curve.Hash, data, hash)];
            try
            {
                lock (verifying)
                    return ecdsa.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                ecdsa.Dispose();
        }
    }
}
