using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>One signature algorithm: imports public keys of its kind. Immutable and thread-safe.</summary>
internal abstract class SignatureAlgorithm
{
    /// <summary>Its number in the COSE registry.</summary>
    public abstract CoseAlgorithm Id { get; }

    /// <summary>Whether this machine can verify it: found by a probe at run time, not assumed.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>
    /// Imports a credential's key. Null when it is not a valid key of this algorithm (shape, curve, size, point off the curve).
    /// </summary>
    public abstract VerificationKey? Import(CoseKey key);

    /// <summary>Imports a certificate's key for an attestation signature under this algorithm. Null when it does not fit.</summary>
    public abstract VerificationKey? Import(PublicKey key);
}

/// <summary>An imported public key. Thread-safe.</summary>
internal abstract class VerificationKey : IDisposable
{
    /// <summary>
    /// Whether <paramref name="signature"/>, in the encoding of §6.5.5, is this key's over <paramref name="data"/>. Never throws on
    /// its input.
    /// </summary>
    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native key.</summary>
    protected abstract void Dispose(bool disposing);
}
