using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Authenticator;

/// <summary>A JWS with certificates, as SafetyNet and the FIDO Metadata Service send it, before it is signed.</summary>
public sealed class SignedJson
{
    public required SigningKey Key { get; set; }
    public required byte[][] Certificates { get; set; }
    public JsonObject Payload { get; set; } = [];

    /// <summary>Bends the header before it is signed.</summary>
    public Action<JsonObject>? BendHeader { get; set; }

    /// <summary>Instead of <see cref="Payload"/>.</summary>
    public byte[]? RawPayload { get; set; }

    public Func<byte[], byte[]>? BendSignature { get; set; }

    public byte[] ToBytes()
    {
        var header = new JsonObject
        {
            ["alg"] = Key.Algorithm switch
            {
                Alg.ES256 => "ES256",
                Alg.ES384 => "ES384",
                Alg.ES512 => "ES512",
                Alg.RS256 => "RS256",
                _ => throw new NotSupportedException("No JWS name is known here for that algorithm."),
            },
            ["x5c"] = new JsonArray([.. Certificates.Select(certificate => (JsonNode)Convert.ToBase64String(certificate))]),
        };
        BendHeader?.Invoke(header);
        var payload = RawPayload ?? Encoding.UTF8.GetBytes(Payload.ToJsonString());
        var text = $"{Encode(header.ToJsonString())}.{Base64Url.EncodeToString(payload)}";
        var signature = Sign(Encoding.ASCII.GetBytes(text));
        return Encoding.ASCII.GetBytes($"{text}.{Base64Url.EncodeToString(BendSignature?.Invoke(signature) ?? signature)}");
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    /// <summary>ECDSA in JWS is r and s side by side (RFC 7518 §3.4).</summary>
    private byte[] Sign(byte[] data) => Key switch
    {
        EcKey { Algorithm: Alg.ES256 } key => key.Pair.SignData(data, HashAlgorithmName.SHA256),
        EcKey { Algorithm: Alg.ES384 } key => key.Pair.SignData(data, HashAlgorithmName.SHA384),
        EcKey key => key.Pair.SignData(data, HashAlgorithmName.SHA512),
        _ => Key.Sign(data),
    };
}

/// <summary>§8.5: a response of the SafetyNet service that is no more.</summary>
public sealed class SafetyNetAttestation : CertifiedAttestation
{
    public SigningKey Key { get; set; } = new RsaKey(Alg.RS256);

    /// <summary>Bends the response before it is signed.</summary>
    public Action<SignedJson>? BendResponse { get; set; }

    protected override string Format => "android-safetynet";

    protected override CborMap MakeStatement(AttestationRequest request)
    {
        var response = new SignedJson
        {
            Key = Key,
            Certificates = Issue(new Certificate
            {
                Subject = Der.Name((Certificate.CommonName, "attest.android.com")),
                PublicKey = Key.ToSubjectPublicKeyInfo()!,
                Extensions = { [Certificate.SubjectAltName] = Certificate.DnsName("attest.android.com") },
            }),
            Payload = new JsonObject
            {
                ["nonce"] = Convert.ToBase64String(SHA256.HashData(request.ToBeSigned)),
                ["timestampMs"] = 1_500_000_000_000,
                ["apkPackageName"] = "com.google.android.gms",
                ["ctsProfileMatch"] = true,
                ["basicIntegrity"] = true,
            },
            BendSignature = BendSignature,
        };
        BendResponse?.Invoke(response);
        return new() { { "ver", "17122037" }, { "response", response.ToBytes() } };
    }
}
