using System.Security.Cryptography;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// An ECDSA public key on the platform. libcrypto's own API comes first where it is there: it imports a point ten times
/// faster than <see cref="ECDsa"/> and verifies without allocating.
/// </summary>
internal abstract class EcdsaKey(EcdsaCurve curve) : VerificationKey
{
    /// <summary>Null when the point is not on the curve, a coordinate is not reduced, or nothing here knows the curve.</summary>
    public static EcdsaKey? Import(EcdsaCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != curve.Size || y.Length != curve.Size)
            return null;
        return Libcrypto.MajorVersion >= 3 ? LibcryptoKey.Import(curve, x, y) : FrameworkKey.Import(curve, x, y);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!DerSignature.IsValid(signature, curve.Order))
            return false;
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        return VerifyHash(hash[..CryptographicOperations.HashData(curve.Hash, data, hash)], signature);
    }

    private protected abstract bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    internal sealed class LibcryptoKey(EcdsaCurve curve, Libcrypto.SafeEvpKey key) : EcdsaKey(curve)
    {
        // A context serves one thread at a time. The last one used waits here; whoever finds none makes another.
        private Libcrypto.SafeEvpContext? spare;

        public static new LibcryptoKey? Import(EcdsaCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
        {
            Span<byte> point = stackalloc byte[1 + (2 * 66)];
            point = point[..(1 + (2 * curve.Size))];
            point[0] = 0x04;
            x.CopyTo(point[1..]);
            y.CopyTo(point[(1 + curve.Size)..]);
            return Libcrypto.ImportPoint(curve.NativeName, point) is { } key ? new(curve, key) : null;
        }

        private protected override bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
        {
            var context = Interlocked.Exchange(ref spare, null) ?? Libcrypto.StartVerifying(key);
            var verified = Libcrypto.VerifyHash(context, hash, signature);
            if (Interlocked.CompareExchange(ref spare, context, null) is not null)
                context.Dispose();
            return verified;
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            key.Dispose();
            Interlocked.Exchange(ref spare, null)?.Dispose();
        }
    }

    internal sealed class FrameworkKey(EcdsaCurve curve, ECDsa ecdsa) : EcdsaKey(curve)
    {
        // ECDsa is not documented to be thread-safe. A key belongs to one user, so the lock is hardly ever contended.
        private readonly Lock verifying = new();

        public static new FrameworkKey? Import(EcdsaCurve curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
        {
            var ecdsa = ECDsa.Create();
            try
            {
                ecdsa.ImportParameters(new() { Curve = curve.Named, Q = new() { X = x.ToArray(), Y = y.ToArray() } });
                return new(curve, ecdsa);
            }
            catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
            {
                ecdsa.Dispose();
                return null;
            }
        }

        private protected override bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
        {
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
