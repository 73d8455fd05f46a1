using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>Publishes FIDO metadata blobs under a root of its own.</summary>
public sealed class MetadataPublisher
{
    /// <summary>One pixel, as PNG.</summary>
    public const string Icon =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNwaDgAAAKEAYEml6crAAAAAElFTkSuQmCC";

    public CertificateAuthority Authority { get; set; } = CertificateAuthority.Shared;
    public SigningKey Key { get; set; } = new EcKey(Alg.ES256);
    public string Host { get; set; } = "mds.fidoalliance.org";
    public long Number { get; set; } = 42;
    public string? NextUpdate { get; set; } = "2030-06-01";
    public string? LegalHeader { get; set; } = "Read the terms before use.";
    public IList<JsonObject> Entries { get; } = [];

    /// <summary>Bends the blob before it is signed.</summary>
    public Action<SignedJson>? Bend { get; set; }

    public Action<Certificate>? BendCertificate { get; set; }

    public byte[] Publish()
    {
        var certificate = new Certificate
        {
            Subject = Der.Name((Certificate.CommonName, Host)),
            PublicKey = Key.ToSubjectPublicKeyInfo()!,
            Extensions = { [Certificate.SubjectAltName] = Certificate.DnsName(Host) },
        };
        BendCertificate?.Invoke(certificate);
        var blob = new SignedJson
        {
            Key = Key,
            Certificates = [Authority.Issue(certificate)],
            Payload = new JsonObject
            {
                ["legalHeader"] = LegalHeader,
                ["no"] = Number,
                ["nextUpdate"] = NextUpdate,
                ["entries"] = new JsonArray([.. Entries.Select(entry => entry.DeepClone())]),
            },
        };
        Bend?.Invoke(blob);
        return blob.ToBytes();
    }

    /// <summary>An entry of a certified model.</summary>
    public static JsonObject Entry(Guid aaguid, params byte[][] roots) => new()
    {
        ["aaguid"] = aaguid.ToString("D"),
        ["metadataStatement"] = new JsonObject
        {
            ["description"] = "Software Authenticator",
            ["aaguid"] = aaguid.ToString("D"),
            ["protocolFamily"] = "fido2",
            ["attestationTypes"] = new JsonArray("basic_full"),
            ["attestationRootCertificates"] = new JsonArray([.. roots.Select(root => (JsonNode)Convert.ToBase64String(root))]),
            ["icon"] = Icon,
        },
        ["statusReports"] = new JsonArray(Status("FIDO_CERTIFIED_L1", "2021-05-01")),
        ["timeOfLastStatusChange"] = "2021-05-01",
    };

    public static JsonObject Status(string status, string effectiveDate) =>
        new() { ["status"] = status, ["effectiveDate"] = effectiveDate };

    /// <summary>How U2F models are named: SHA-1 of the point in the attestation certificate.</summary>
    public static string KeyIdentifierOf(EcKey key)
    {
        var cose = key.ToCose();
#pragma warning disable CA5350 // The name is made so.
        return Convert.ToHexStringLower(SHA1.HashData([0x04, .. (byte[])cose[-2]!, .. (byte[])cose[-3]!]));
#pragma warning restore CA5350
    }
}
