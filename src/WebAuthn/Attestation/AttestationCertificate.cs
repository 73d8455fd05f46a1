using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Attestation;

/// <summary>A certificate out of a statement, read as far as §8 asks. The one place where X.509 that a stranger sent can throw.</summary>
internal sealed class AttestationCertificate
{
    private const string BasicConstraintsOid = "2.5.29.19", SubjectAltNameOid = "2.5.29.17", ExtendedKeyUsageOid = "2.5.29.37";
    private const string AaguidOid = "1.3.6.1.4.1.45724.1.1.4";

    // Real certificates have about ten. Asked for one, the platform makes objects for all of them.
    private const int MaxExtensions = 64;

    private readonly FrozenDictionary<string, X509Extension> extensions;

    private AttestationCertificate(X509Certificate2 certificate)
    {
        Version = certificate.Version;
        Subject = DistinguishedName.Read(certificate.SubjectName.RawData);
        Key = certificate.PublicKey;
        // Both are decoded when they are first asked for, and throw then.
        _ = (Key.EncodedKeyValue.RawData, Key.EncodedParameters?.RawData);
        var byOid = new Dictionary<string, X509Extension>(StringComparer.Ordinal);
        foreach (var extension in certificate.Extensions)
        {
            // RFC 5280 §4.2: an extension comes once. Which of two is believed must not depend on who reads.
            if (!byOid.TryAdd(extension.Oid?.Value ?? "", extension))
                throw new CryptographicException("The certificate repeats an extension.");
        }
        extensions = byOid.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>3 for X.509 v3.</summary>
    public int Version { get; }

    /// <summary>The subject; null when it is not a name.</summary>
    public DistinguishedName? Subject { get; }

    public PublicKey Key { get; }

    /// <summary>Whether basic constraints say "no CA". Without the extension nothing is said.</summary>
    public bool IsEndEntity
    {
        get
        {
            if (Extension(BasicConstraintsOid) is not { } extension
                || !DerReader.TryReadOnly(extension.RawData, DerTag.Sequence, out var content))
                return false;
            // cA is false by default, and DER leaves defaults out; some write it anyway.
            var reader = new DerReader(content);
            return !reader.TryReadOptional(DerTag.Boolean, out var isCa) || isCa is [0];
        }
    }

    /// <summary>SHA-1 of the key in hex, the usual key identifier (RFC 5280 §4.2.1.2, method 1): a name, not a proof.</summary>
#pragma warning disable CA5350 // The standard's name for a key, not a signature.
    public string KeyIdentifier => Convert.ToHexStringLower(SHA1.HashData(Key.EncodedKeyValue.RawData));
#pragma warning restore CA5350

    /// <summary>Subject alternative names; null when there is no such extension.</summary>
    public SubjectAltName? SubjectAltName =>
        Extension(SubjectAltNameOid) is { } extension ? SubjectAltName.Read(extension.RawData) : null;

    /// <summary>Null when the bytes are not a certificate in DER, or have more than 64 extensions.</summary>
    public static AttestationCertificate? TryRead(ReadOnlySpan<byte> der)
    {
        if (!HasFewExtensions(der))
            return null;
        using var certificate = TryLoad(der);
        if (certificate is null)
            return null;
        try
        {
            return new(certificate);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The platform's certificate; null when the bytes are not one, or are followed by others.</summary>
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

    /// <summary>
    /// SEQUENCE { tbsCertificate SEQUENCE { …, [3] EXPLICIT SEQUENCE OF Extension }, … } (RFC 5280 §4.1), walked without a copy.
    /// </summary>
    private static bool HasFewExtensions(ReadOnlySpan<byte> der)
    {
        if (!DerReader.TryReadOnly(der, DerTag.Sequence, out var whole)
            || !new DerReader(whole).TryRead(DerTag.Sequence, out var certificate))
            return false;
        var members = new DerReader(certificate);
        while (!members.AtEnd)
        {
            if (!members.TryRead(out var tag, out var content))
                return false;
            if (tag != DerTag.Explicit(3))
                continue;
            if (!DerReader.TryReadOnly(content, DerTag.Sequence, out var list))
                return false;
            var items = new DerReader(list);
            for (var count = 0; !items.AtEnd; count++)
            {
                if (count == MaxExtensions || !items.TryRead(DerTag.Sequence, out _))
                    return false;
            }
        }
        return true;
    }

    /// <summary>The extension with that identifier.</summary>
    public X509Extension? Extension(string oid) => extensions.GetValueOrDefault(oid);

    /// <summary>Whether extended key usage lists a purpose, given by its DER content.</summary>
    public bool HasExtendedKeyUsage(ReadOnlySpan<byte> purpose)
    {
        if (Extension(ExtendedKeyUsageOid) is not { } extension
            || !DerReader.TryReadOnly(extension.RawData, DerTag.Sequence, out var content))
            return false;
        var found = false;
        var reader = new DerReader(content);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead(DerTag.Oid, out var oid))
                return false;
            found |= oid.SequenceEqual(purpose);
        }
        return found;
    }

    /// <summary>Whether it is a host's certificate: by its DNS names, or by its common name where it has none.</summary>
    public bool IsFor(string host)
    {
        var names = SubjectAltName;
        // Names that cannot be read are not the same as none.
        if (names is null && Extension(SubjectAltNameOid) is not null)
            return false;
        return names?.DnsNames is { Count: > 0 } hosts
            ? hosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            : string.Equals(Subject?.CommonName, host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>id-fido-gen-ce-aaguid, where the certificate has it (§8.2.1): not critical, and the model's.</summary>
    public Rejection? CheckAaguid(Guid aaguid)
    {
        if (Extension(AaguidOid) is not { } extension)
            return null;
        if (extension.Critical)
            return Rejection.AttestationAaguidCritical;
        Span<byte> expected = stackalloc byte[16];
        aaguid.TryWriteBytes(expected, bigEndian: true, out _);
        return DerReader.TryReadOnly(extension.RawData, DerTag.OctetString, out var value) && value.SequenceEqual(expected)
            ? null
            : Rejection.AttestationAaguidMismatch;
    }

    /// <summary>Whether a signature is of this certificate's key.</summary>
    public Rejection? CheckSignature(AlgorithmSet algorithms, CoseAlgorithm id, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithms.Find(id) is not { } algorithm)
            return id == CoseAlgorithm.RS1 ? Rejection.AttestationSha1NotAllowed : Rejection.AttestationAlgorithmNotSupported;
        using var key = algorithm.Import(Key);
        return key?.Verify(data, signature) == true ? null : Rejection.BadAttestationSignature;
    }
}
