using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform = System.Security.Cryptography.MLDsa;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// ML-DSA (FIPS 204; COSE: RFC 9964), pure, with an empty context: the platform's where it has one, else managed code.
/// Signatures have 2420, 3309 or 4627 bytes.
/// </summary>
internal sealed class MLDsa(CoseAlgorithm id) : SignatureAlgorithm
{
    private readonly (MLDsaParameters Set, MLDsaAlgorithm Platform, string Oid) variant = id switch
    {
        CoseAlgorithm.MLDsa44 => (MLDsaParameters.MLDsa44, MLDsaAlgorithm.MLDsa44, "2.16.840.1.101.3.4.3.17"),
        CoseAlgorithm.MLDsa65 => (MLDsaParameters.MLDsa65, MLDsaAlgorithm.MLDsa65, "2.16.840.1.101.3.4.3.18"),
        CoseAlgorithm.MLDsa87 => (MLDsaParameters.MLDsa87, MLDsaAlgorithm.MLDsa87, "2.16.840.1.101.3.4.3.19"),
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    public override CoseAlgorithm Id => id;

    public override bool IsSupported => true;

    public override VerificationKey? Import(CoseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != id || key.Type != CoseKeyType.Akp)
            return null;
        return Import(key.Pub);
    }

    public override VerificationKey? Import(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        // RFC 9881 §4: the key is the BIT STRING, and there are no parameters.
        if (key.Oid.Value != variant.Oid || key.EncodedParameters is { RawData.Length: > 0 })
            return null;
        return Import(key.EncodedKeyValue.RawData);
    }

    private VerificationKey? Import(ReadOnlySpan<byte> encoded)
    {
        // Every string of the right length is a key: ten bits a coefficient, all of them in range.
        if (encoded.Length != variant.Set.PublicKeySize)
            return null;
        if (!Platform.IsSupported)
            return new ManagedKey(variant.Set, encoded.ToArray());
        try
        {
            return new PlatformKey(Platform.ImportMLDsaPublicKey(variant.Platform, encoded));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed class ManagedKey(MLDsaParameters set, byte[] encoded) : VerificationKey
    {
        private readonly byte[] hash = MLDsaVerification.HashKey(encoded);
        private bool disposed;

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return MLDsaVerification.Verify(set, encoded, hash, data, signature);
        }

        protected override void Dispose(bool disposing) => disposed = true;
    }

    private sealed class PlatformKey(Platform key) : VerificationKey
    {
        // Not documented to be thread-safe. A key belongs to one user, so the lock is hardly ever contended.
        private readonly Lock verifying = new();

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            if (signature.Length != key.Algorithm.SignatureSizeInBytes)
                return false;
            try
            {
                lock (verifying)
                    return key.VerifyData(data, signature, context: []);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                key.Dispose();
        }
    }
}
