using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>A certificate out of a statement, read as far as §8 asks. The one place where X.509 that a stranger sent can throw.</summary>
internal sealed class AttestationCertificate
{
    /// <summary>The platform's certificate, or null when the bytes are none, or are followed by others.</summary>
    public static X509Certificate2? TryLoad(ReadOnlySpan<byte> der)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(der);
            if (certificate.RawDataMemory.Span.SequenceEqual(der))
                return certificate;
            certificate.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
