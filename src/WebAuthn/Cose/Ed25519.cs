using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// Ed25519 (RFC 8032), under EdDSA's number, which in WebAuthn means nothing else (§5.8.5), and under its own (RFC 9864).
/// Our own code (decision 20): .NET has none, and one verdict must hold on every platform: cofactorless as in
/// §5.1.7, S below L, points encoded canonically, neither the key nor R of small order.
/// </summary>
internal sealed class Ed25519(CoseAlgorithm id) : SignatureAlgorithm
{
    private const string Oid = "1.3.101.112";
    private const int KeySize = 32, SignatureSize = 64;

    public override CoseAlgorithm Id => id;

    public override bool IsSupported => true;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != id || key.Type != CoseKeyType.Okp || key.Curve != CoseCurve.Ed25519)
            return null;
        return Key.Import(key.X);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // RFC 8410 §4: the octets of the key are the BIT STRING, and there are no parameters.
        if (key.Oid.Value != Oid || key.EncodedParameters is { RawData.Length: > 0 })
            return null;
        return Key.Import(key.EncodedKeyValue.RawData);
    }

    private sealed class Key : VerificationKey
    {
        private readonly byte[] encoded;
        private readonly Ed25519Point.Summand[] negatedMultiples;
        private bool disposed;

        private Key(ReadOnlySpan<byte> encoded, Ed25519Point point)
        {
            this.encoded = encoded.ToArray();
            negatedMultiples = point.Negate().OddMultiples();
        }

        public static Key? Import(ReadOnlySpan<byte> encoded) =>
            Ed25519Point.TryDecode(encoded, out var point) && !point.IsOfSmallOrder() ? new(encoded, point) : null;

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (signature.Length != SignatureSize)
                return false;
            var r = signature[..KeySize];
            var s = signature[KeySize..];
            if (!Ed25519Scalar.IsReduced(s))
                return false;

            // k = SHA-512(R || A || M)
            Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes], k = stackalloc byte[KeySize];
            Hash(r, data, digest);
            Ed25519Scalar.Reduce(digest, k);

            // R' = S·B - k·A. Comparing encodings refuses any R that is not the canonical one.
            var computed = Ed25519Point.Combine(k, negatedMultiples, s);
            Span<byte> expected = stackalloc byte[KeySize];
            computed.Encode(expected);
            return expected.SequenceEqual(r) && !computed.IsOfSmallOrder();
        }

        protected override void Dispose(bool disposing) => disposed = true;

        private void Hash(ReadOnlySpan<byte> r, ReadOnlySpan<byte> data, Span<byte> digest)
        {
            const int room = 512; // Authenticator data is rarely longer than 200 bytes.
            var length = (2 * KeySize) + data.Length;
            var input = length <= room ? stackalloc byte[room] : new byte[length];
            r.CopyTo(input);
            encoded.CopyTo(input[KeySize..]);
            data.CopyTo(input[(2 * KeySize)..]);
            SHA512.HashData(input[..length], digest);
        }
    }
}
