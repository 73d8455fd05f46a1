using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Benchmarks.Core;

/// <summary>One sign-in by one ES256 passkey, in the forms that the contenders take.</summary>
internal sealed record Assertion
{
    public const string RpId = "example.com";
    public const string Origin = "https://login.example.com";

    public required Passkey Passkey { get; init; }

    public required byte[] Challenge { get; init; }

    /// <summary>What the browser sends, as UTF-8.</summary>
    public required byte[] Json { get; init; }

    /// <summary>Authenticator data and hash of the client data: what is signed.</summary>
    public required byte[] SignedData { get; init; }

    public required byte[] Signature { get; init; }

    public byte[] PublicKey => Passkey.Key.ToCose().ToBytes();

    public ECDsa PublicEcdsa => ECDsa.Create(((EcKey)Passkey.Key).Pair.ExportParameters(includePrivateParameters: false));

    /// <summary>An authenticator as of today's synced passkeys: ES256, user verified, no counter.</summary>
    public static SoftwareAuthenticator NewAuthenticator() =>
        new() { Algorithm = Alg.ES256, SignCountStep = 0, BackupEligible = true, BackupState = true };

    /// <summary>A good one by a passkey of its own.</summary>
    public static Assertion MakeOther(string requestOptionsJson)
    {
        var authenticator = NewAuthenticator();
        authenticator.Passkeys.Add(new()
        {
            Id = RandomNumberGenerator.GetBytes(32),
            RpId = RpId,
            UserHandle = RandomNumberGenerator.GetBytes(36),
            Key = SigningKey.Create(Alg.ES256),
            BackupEligible = true,
            BackupState = true,
        });
        return Make(authenticator, requestOptionsJson);
    }

    /// <summary>A good one, or one with a signature over other data.</summary>
    public static Assertion Make(SoftwareAuthenticator authenticator, string requestOptionsJson, bool good = true)
    {
        var ceremony = authenticator.Get(requestOptionsJson, Origin);
        if (!good)
            ceremony.BendSignature = _ => ceremony.Key.Sign([1, 2, 3]);
        var json = ceremony.ToJsonObject();
        byte[] Member(string name) => Base64Url.DecodeFromChars((string)json["response"]![name]!);
        return new()
        {
            Passkey = ceremony.Passkey,
            Challenge = Base64Url.DecodeFromChars((string)JsonNode.Parse(requestOptionsJson)!["challenge"]!),
            Json = Encoding.UTF8.GetBytes(json.ToJsonString()),
            SignedData = [.. Member("authenticatorData"), .. SHA256.HashData(Member("clientDataJSON"))],
            Signature = Member("signature"),
        };
    }
}
