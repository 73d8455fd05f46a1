using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Cose;
using Ceremony = OpenPassage.Authenticator.Ceremony;

namespace OpenPassage.Fuzz.Tests.Seeds;

/// <summary>Writes <c>seeds.json</c> anew. To be run by hand when a format or an algorithm has been added.</summary>
public class SeedMaker
{
    private readonly SoftwareAuthenticator authenticator = new() { Aaguid = Setting.Model };
    private readonly RelyingParty relyingParty = Setting.RelyingParty();
    private readonly JsonObject registrations = [], authentications = [];
    private readonly RsaKey rsa = new(Alg.RS256);

    [Fact(Explicit = true)]
    public void Make_the_seeds()
    {
        foreach (var algorithm in Setting.Algorithms)
            AddPasskey(((CoseAlgorithm)algorithm).ToString(), algorithm);
        AddPasskey("extensions", Alg.ES256, ceremony =>
        {
            ceremony.AuthenticatorData.Extensions = new() { { "credProtect", 2 }, { "hmac-secret", true }, { "minPinLength", 6 } };
            ceremony.ClientExtensionResults = JsonNode.Parse("""
                {
                  "appid": false, "appidExclude": true, "credProps": { "rk": true },
                  "prf": { "enabled": true }, "largeBlob": { "supported": true, "written": false }
                }
                """)!.AsObject();
        });
        AddPasskey(
            "framed",
            Alg.ES256,
            ceremony => (ceremony.ClientData.CrossOrigin, ceremony.ClientData.TopOrigin) = (true, Setting.TopOrigin));
        AddPasskey("flex", Alg.ES256, shape: ResponseShape.FlexJs);

        AttestationMaker packed = new PackedAttestation().Make, apple = new AppleAttestation().Make;
        AddAttested("self", Alg.ES256, Attest.PackedSelf);
        AddAttested("self RS256", Alg.RS256, Attest.PackedSelf);
        AddAttested("packed", Alg.ES256, packed);
        var below = CertificateAuthority.Shared.CreateIntermediate("Below");
        AddAttested("packed EdDSA", Alg.EdDSA, new PackedAttestation { Key = rsa, Authority = below }.Make);
        AddAttested("tpm", Alg.RS256, new TpmAttestation { Key = rsa }.Make);
        AddAttested("tpm ES256", Alg.ES256, new TpmAttestation { Key = rsa }.Make);
        AddAttested("android-key", Alg.ES256, new AndroidKeyAttestation().Make);
        AddAttested("android-safetynet", Alg.ES256, new SafetyNetAttestation { Key = rsa }.Make);
        AddAttested("fido-u2f", Alg.ES256, new FidoU2fAttestation().Make);
        AddAttested("apple", Alg.ES256, apple);
        AddAttested("compound", Alg.ES256, new CompoundAttestation(packed, apple, Attest.PackedSelf).Make);

        var metadata = new MetadataPublisher
        {
            Key = rsa,
            Entries = { MetadataPublisher.Entry(Setting.Model, CertificateAuthority.Shared.Der), MetadataPublisher.Entry(Guid.NewGuid()) },
        };
        metadata.Entries[1]["attestationCertificateKeyIdentifiers"] = new JsonArray(new string('a', 40), new string('b', 40));
        var seeds = new JsonObject
        {
            ["key"] = Base64Url.EncodeToString(rsa.Pair.ExportPkcs8PrivateKey()),
            ["root"] = Base64Url.EncodeToString(CertificateAuthority.Shared.Der),
            ["metadata"] = Encoding.ASCII.GetString(metadata.Publish()),
            ["registrations"] = registrations,
            ["authentications"] = authentications,
        };
        File.WriteAllText(
            Path.Combine(Folder(), "seeds.json"),
            seeds.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private void AddAttested(string name, int algorithm, AttestationMaker maker)
    {
        authenticator.Attestation = maker;
        Register(name, algorithm, bend: null, ResponseShape.Browser);
        authenticator.Attestation = Attest.None;
    }

    private void AddPasskey(string name, int algorithm, Action<Ceremony>? bend = null, ResponseShape shape = ResponseShape.Browser)
    {
        var record = Register(name, algorithm, bend, shape);
        var options = relyingParty.StartAuthentication(new() { Challenge = Setting.Challenge });
        var ceremony = authenticator.Get(Encoding.UTF8.GetString(options.ToJson()), Setting.Origin, bend);
        authentications[name] = new JsonObject
        {
            ["record"] = JsonNode.Parse((record with { AttestationObject = null }).ToJson()),
            ["response"] = ceremony.ToJsonObject(shape),
        };
    }

    private CredentialRecord Register(string name, int algorithm, Action<Ceremony>? bend, ResponseShape shape)
    {
        var request = new RegistrationRequest { UserHandle = Setting.Alice, UserName = "alice@example.com", Challenge = Setting.Challenge };
        var options = relyingParty.StartRegistration(request);
        authenticator.Algorithm = algorithm;
        var ceremony = authenticator.Create(Encoding.UTF8.GetString(options.ToJson()), Setting.Origin, made =>
        {
            if (algorithm == Alg.RS256)
            {
                made.Passkey.Key = made.Key = rsa;
                made.AuthenticatorData.CoseKey = rsa.ToCose();
            }
            bend?.Invoke(made);
        });
        if (algorithm is Alg.MLDsa44 or Alg.MLDsa65 or Alg.MLDsa87)
        {
            // Copies that nobody reads, and the longest there are.
            ceremony.BendJson = json =>
            {
                foreach (var copy in (string[])["publicKey", "authenticatorData"])
                    json["response"]!.AsObject().Remove(copy);
            };
        }
        var response = ceremony.ToJsonObject(shape);
        registrations[name] = response;
        var read = RegistrationResponse.Read(Encoding.UTF8.GetBytes(response.ToJsonString())).GetOrThrow();
        return relyingParty.FinishRegistration(read, Setting.Registration(AttestationPolicy.AcceptAny)).GetOrThrow().Record;
    }

    private static string Folder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OpenPassage.slnx")))
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        return Path.Combine(folder, "tests", "Fuzz", "Seeds");
    }
}
