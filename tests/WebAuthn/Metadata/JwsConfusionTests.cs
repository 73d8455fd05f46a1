using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Metadata;
using OpenPassage.WebAuthn.Tests.Attestation;

namespace OpenPassage.WebAuthn.Tests.Metadata;

/// <summary>
/// Threat 39, where a JWS is read here: FIDO's metadata. Its header is the signer's claim and chooses neither how it is checked nor
/// by which key.
/// </summary>
public class JwsConfusionTests
{
    private static readonly DateTimeOffset now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    [InlineData(null)]
    public void No_signature_is_none_however_it_is_written(string? alg)
    {
        var signed = Publish(header => header["alg"] = alg);
        var unsigned = signed[..(signed.LastIndexOf('.') + 1)];

        IsRefused(unsigned);
        IsRefused(signed);
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("hs256")]
    public void A_MAC_made_with_the_public_key_is_no_signature(string alg)
    {
        var key = new EcKey(Alg.ES256);
        var signed = Publish(header => header["alg"] = alg, key);
        var text = signed[..signed.LastIndexOf('.')];
        var mac = HMACSHA256.HashData(key.ToSubjectPublicKeyInfo()!, Encoding.ASCII.GetBytes(text));

        IsRefused($"{text}.{Base64Url.EncodeToString(mac)}");
    }

    [Theory]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    public void An_algorithm_that_is_not_the_keys_is_refused(string alg) => IsRefused(Publish(header => header["alg"] = alg));

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("kid")]
    public void A_key_that_the_header_brings_or_names_signs_nothing(string member)
    {
        var stranger = new EcKey(Alg.ES256);
        var parameters = stranger.Pair.ExportParameters(includePrivateParameters: false);
        JsonNode value = member == "jwk"
            ? new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64Url.EncodeToString(parameters.Q.X),
                ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
            }
            : member == "kid" ? "../../dev/null" : "https://keys.evil.example/jwks.json";
        var signed = Publish(header => header[member] = value);
        var text = signed[..signed.LastIndexOf('.')];
        var signature = stranger.Pair.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);

        IsRefused($"{text}.{Base64Url.EncodeToString(signature)}");
    }

    [Fact]
    public void An_extension_that_must_be_understood_is_refused() => IsRefused(Publish(header =>
    {
        header["crit"] = new JsonArray("b64");
        header["b64"] = false;
    }));

    [Fact]
    public void What_is_not_bent_is_accepted() =>
        MetadataBlob.Verify(Encoding.ASCII.GetBytes(Publish(_ => { })), Attested.SharedRoot, now).IsAccepted();

    private static string Publish(Action<JsonObject> bend, SigningKey? key = null) => Encoding.ASCII.GetString(new MetadataPublisher
    {
        Key = key ?? new EcKey(Alg.ES256),
        Bend = blob => blob.BendHeader = bend,
    }.Publish());

    private static void IsRefused(string blob) =>
        Assert.NotNull(MetadataBlob.Verify(Encoding.ASCII.GetBytes(blob), Attested.SharedRoot, now).Rejection);
}
