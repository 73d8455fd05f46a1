using System.Security.Cryptography;

namespace OpenPassage.Authenticator;

/// <summary>A certificate before it is signed: everything in it can be bent, what no certificate library would write included.</summary>
public sealed class Certificate
{
    public const string Country = "2.5.4.6", Organization = "2.5.4.10", OrganizationalUnit = "2.5.4.11", CommonName = "2.5.4.3";
    public const string BasicConstraints = "2.5.29.19", SubjectAltName = "2.5.29.17", ExtendedKeyUsage = "2.5.29.37";
    public const string Aaguid = "1.3.6.1.4.1.45724.1.1.4";

    /// <summary>3 for X.509 v3. Earlier ones have no extensions, whatever <see cref="Extensions"/> says.</summary>
    public int Version { get; set; } = 3;

    /// <summary>The subject, a name in DER.</summary>
    public byte[] Subject { get; set; } = Der.Name();

    public required byte[] PublicKey { get; set; }
    public DateTimeOffset NotBefore { get; set; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset NotAfter { get; set; } = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Extensions by their identifier, each value in DER.</summary>
    public Dictionary<string, (byte[] Value, bool Critical)> Extensions { get; } = [];

    /// <summary>One more extension, of which there may be one already.</summary>
    public (string Oid, byte[] Value)? RepeatedExtension { get; set; }

    public static (byte[] Value, bool Critical) NoAuthority => (Der.Sequence(), true);

    public static (byte[] Value, bool Critical) IsAuthority => (Der.Sequence(Der.Boolean(true)), true);

    public static (byte[] Value, bool Critical) AaguidOf(Guid aaguid) => (Der.OctetString(aaguid.ToByteArray(bigEndian: true)), false);

    /// <summary>Host names, as in a server's certificate.</summary>
    public static (byte[] Value, bool Critical) DnsName(string host) =>
        (Der.Sequence([0x82, (byte)host.Length, .. System.Text.Encoding.ASCII.GetBytes(host)]), false);

    internal byte[] Sign(byte[] issuer, EcKey key)
    {
        var ecdsaWithSha256 = Der.Sequence(Der.Oid("1.2.840.10045.4.3.2"));
        var parts = new List<byte[]>
        {
            Der.Integer(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue),
            ecdsaWithSha256,
            issuer,
            Der.Sequence(Der.Time(NotBefore), Der.Time(NotAfter)),
            Subject,
            PublicKey,
        };
        if (Version > 1)
            parts.Insert(0, Der.Explicit(0, Der.Integer(Version - 1)));
        if (Version > 2 && Extensions.Count > 0)
            parts.Add(Der.Explicit(3, Der.Sequence([.. Extensions.Select(Encode), .. Repeated])));
        var toBeSigned = Der.Sequence([.. parts]);
        return Der.Sequence(toBeSigned, ecdsaWithSha256, Der.BitString(key.Sign(toBeSigned)));
    }

    private IEnumerable<byte[]> Repeated =>
        RepeatedExtension is { } extension ? [Der.Sequence(Der.Oid(extension.Oid), Der.OctetString(extension.Value))] : [];

    private static byte[] Encode(KeyValuePair<string, (byte[] Value, bool Critical)> extension) => extension.Value.Critical
        ? Der.Sequence(Der.Oid(extension.Key), Der.Boolean(true), Der.OctetString(extension.Value.Value))
        : Der.Sequence(Der.Oid(extension.Key), Der.OctetString(extension.Value.Value));
}

/// <summary>Who signs certificates: a root, or below one.</summary>
public sealed class CertificateAuthority
{
    private CertificateAuthority(byte[] name, EcKey key, byte[] certificate, CertificateAuthority? parent) =>
        (Name, Key, Der, Parent) = (name, key, certificate, parent);

    /// <summary>One root for all tests that do not care.</summary>
    public static CertificateAuthority Shared { get; } = Create("Shared Test Root");

    public byte[] Name { get; }
    public EcKey Key { get; }

    /// <summary>Its own certificate.</summary>
    public byte[] Der { get; }

    /// <summary>Who signed it; null for a root.</summary>
    public CertificateAuthority? Parent { get; }

    /// <summary>A self-signed root.</summary>
    public static CertificateAuthority Create(string name) => Create(name, parent: null, bend: null);

    /// <summary>An authority below this one.</summary>
    public CertificateAuthority CreateIntermediate(string name, Action<Certificate>? bend = null) => Create(name, this, bend);

    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Der);

    public byte[] Issue(Certificate certificate) => certificate.Sign(Name, Key);

    private static CertificateAuthority Create(string commonName, CertificateAuthority? parent, Action<Certificate>? bend)
    {
        var key = new EcKey(Alg.ES256);
        var certificate = new Certificate
        {
            Subject = Authenticator.Der.Name(
                (Certificate.Country, "AA"),
                (Certificate.Organization, "OpenPassage"),
                (Certificate.CommonName, commonName)),
            PublicKey = key.ToSubjectPublicKeyInfo(),
            Extensions = { [Certificate.BasicConstraints] = Certificate.IsAuthority },
        };
        bend?.Invoke(certificate);
        return new(certificate.Subject, key, certificate.Sign(parent?.Name ?? certificate.Subject, parent?.Key ?? key), parent);
    }
}
