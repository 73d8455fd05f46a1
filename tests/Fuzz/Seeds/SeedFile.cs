using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Fuzz.Tests.Seeds;

/// <summary>A good registration.</summary>
internal sealed record RegistrationSeed(string Name, JsonObject Response)
{
    public byte[] Json { get; } = Encoding.UTF8.GetBytes(Response.ToJsonString());

    public byte[] Part(string member) => Base64Url.DecodeFromChars((string)Response["response"]![member]!);
}

/// <summary>A good authentication, and the record of its passkey.</summary>
internal sealed record AuthenticationSeed(string Name, JsonObject Stored, JsonObject Response)
{
    public byte[] Json { get; } = Encoding.UTF8.GetBytes(Response.ToJsonString());

    public byte[] RecordJson { get; } = Encoding.UTF8.GetBytes(Stored.ToJsonString());

    public CredentialRecord Record { get; } = CredentialRecord.TryReadJson(Encoding.UTF8.GetBytes(Stored.ToJsonString()), out var record)
        ? record
        : throw new InvalidDataException("No record.");

    public byte[] Part(string member) => Base64Url.DecodeFromChars((string)Response["response"]![member]!);
}

/// <summary>
/// The good ceremonies that are bent, kept in a file: with new keys in each run a seed would not lead to the same case twice.
/// </summary>
internal sealed class SeedFile
{
    private SeedFile(JsonObject file)
    {
        Registrations = [.. file["registrations"]!.AsObject().Select(seed => new RegistrationSeed(seed.Key, seed.Value!.AsObject()))];
        Authentications =
        [
            .. file["authentications"]!.AsObject()
                .Select(seed => new AuthenticationSeed(seed.Key, seed.Value!["record"]!.AsObject(), seed.Value["response"]!.AsObject())),
        ];
        Metadata = Encoding.ASCII.GetBytes((string)file["metadata"]!);
        Root = new TrustAnchors([Base64Url.DecodeFromChars((string)file["root"]!)]);
        Key = new RsaKey(Alg.RS256) { Pair = RSA.Create() };
        Key.Pair.ImportPkcs8PrivateKey(Base64Url.DecodeFromChars((string)file["key"]!), out _);
        Policies = Setting.Policies(Root, MetadataBlob.Verify(Metadata, Root, Setting.Now).GetOrThrow());
    }

    public static SeedFile Shared { get; } = Read();

    public IReadOnlyList<RegistrationSeed> Registrations { get; }

    public IReadOnlyList<AuthenticationSeed> Authentications { get; }

    /// <summary>A metadata blob, signed with <see cref="Key"/>.</summary>
    public byte[] Metadata { get; }

    /// <summary>Who signed every certificate.</summary>
    public TrustAnchors Root { get; }

    /// <summary>
    /// The key of the passkey RS256 and of the TPM, SafetyNet and metadata certificates, to sign again what was bent.
    /// RSA with PKCS#1 v1.5: the same text has the same signature each time.
    /// </summary>
    public RsaKey Key { get; }

    public AttestationPolicy[] Policies { get; }

    public RegistrationSeed Registration(string name) => Registrations.Single(seed => seed.Name == name);

    public AuthenticationSeed Authentication(string name) => Authentications.Single(seed => seed.Name == name);

    private static SeedFile Read()
    {
        using var stream = typeof(SeedFile).Assembly.GetManifestResourceStream("seeds.json")!;
        return new(JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions { MaxDepth = 16 })!.AsObject());
    }
}
