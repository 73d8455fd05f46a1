using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>
/// The certificates that a relying party trusts to vouch for authenticators: roots, intermediates, or an authenticator's
/// own certificate. Nothing else is an anchor: neither the system's store nor a self-signed certificate that a stranger
/// sent along. Nothing is fetched: no missing certificate, no revocation list. Immutable and thread-safe.
/// </summary>
public sealed class TrustAnchors
{
    private readonly X509Certificate2[] anchors;
    private readonly X509Certificate2[] intermediates;

    /// <summary>Anchors from DER.</summary>
    /// <param name="certificates">The anchors, one DER certificate each.</param>
    /// <param name="intermediates">Certificates that complete chains which were sent without them; they are not trusted themselves.</param>
    /// <exception cref="ArgumentException">One of them is not a DER certificate.</exception>
    public TrustAnchors(IEnumerable<ReadOnlyMemory<byte>> certificates, IEnumerable<ReadOnlyMemory<byte>>? intermediates = null)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        anchors = Load(certificates, nameof(certificates));
        this.intermediates = Load(intermediates ?? [], nameof(intermediates));
    }

    private TrustAnchors(X509Certificate2[] anchors)
    {
        this.anchors = anchors;
        intermediates = [];
    }

    /// <summary>No anchor: whatever comes is untrusted.</summary>
    public static TrustAnchors None { get; } = new([]);

    /// <summary>How many anchors there are.</summary>
    public int Count => anchors.Length;

    /// <summary>Anchors from PEM text with one or more certificates.</summary>
    /// <exception cref="ArgumentException">The text has no certificate, or one that cannot be read.</exception>
    public static TrustAnchors FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException unreadable)
        {
            throw new ArgumentException("The PEM text has a certificate that cannot be read.", nameof(pem), unreadable);
        }
        if (found.Count == 0)
            throw new ArgumentException("The PEM text has no certificate.", nameof(pem));
        return new(found.Select(certificate => new ReadOnlyMemory<byte>(certificate.RawData)));
    }

    /// <summary>Anchors from a list that someone else keeps: what cannot be read there is left out.</summary>
    internal static TrustAnchors OfReadable(IEnumerable<ReadOnlyMemory<byte>> certificates) =>
        new([.. certificates.Select(der => AttestationCertificate.TryLoad(der.Span)).OfType<X509Certificate2>()]);

    /// <summary>Whether the certificates lead to an anchor. Never throws on what a stranger sent.</summary>
    /// <param name="path">
    /// DER certificates, leaf first. The order of the others does not matter; those that the intermediates supply may be missing.
    /// </param>
    /// <param name="at">The moment at which every certificate must be valid; null: validity dates are not looked at.</param>
    internal bool Trust(IReadOnlyList<ReadOnlyMemory<byte>> path, DateTimeOffset? at)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (anchors.Length == 0 || path.Count == 0)
            return false;
        var sent = new List<X509Certificate2>(path.Count);
        try
        {
            foreach (var der in path)
            {
                if (AttestationCertificate.TryLoad(der.Span) is not { } certificate)
                    return false;
                sent.Add(certificate);
            }
            return IsAnchor(sent[0]) ? IsValid(sent[0], at) : LeadsToAnchor(sent, at);
        }
        finally
        {
            sent.ForEach(certificate => certificate.Dispose());
        }
    }

    private bool LeadsToAnchor(List<X509Certificate2> sent, DateTimeOffset? at)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(anchors);
        policy.ExtraStore.AddRange(intermediates);
        for (var i = 1; i < sent.Count; i++)
            policy.ExtraStore.Add(sent[i]);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        // The platform calls a chain untrusted when it ends in an anchor that is not self-signed. So the platform checks
        // signatures, names, constraints and dates, and the check that an anchor is above the leaf is made here.
        policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        if (at is { } moment)
            policy.VerificationTime = moment.LocalDateTime;
        else
            policy.VerificationFlags |= X509VerificationFlags.IgnoreNotTimeValid;
        try
        {
            return chain.Build(sent[0]) && chain.ChainElements.Skip(1).Any(element => IsAnchor(element.Certificate));
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private bool IsAnchor(X509Certificate2 certificate) =>
        Array.Exists(anchors, anchor => anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset? at) =>
        at is not { } moment || (certificate.NotBefore <= moment.LocalDateTime && moment.LocalDateTime <= certificate.NotAfter);

    private static X509Certificate2[] Load(IEnumerable<ReadOnlyMemory<byte>> certificates, string parameter) =>
        [.. certificates.Select(der => AttestationCertificate.TryLoad(der.Span)
            ?? throw new ArgumentException("A trust anchor is no DER certificate.", parameter))];
}
