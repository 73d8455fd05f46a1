using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Complete.Tests;

/// <summary>Tokens that must let nobody in, each with the one thing that is wrong with it.</summary>
internal static class Attacks
{
    public static IReadOnlyDictionary<string, Func<TokenMaker, string>> All { get; } =
        new Dictionary<string, Func<TokenMaker, string>>(StringComparer.Ordinal)
        {
            // ---- the algorithm ----
            ["alg none without a signature"] = maker => maker.Make(header: head => head["alg"] = "none", sign: _ => []),
            ["alg none with a good signature"] = maker => maker.Make(header: head => head["alg"] = "none"),
            ["alg NoNe without a signature"] = maker => maker.Make(header: head => head["alg"] = "NoNe", sign: _ => []),
            ["alg RS256 without a signature"] = maker => maker.Make(sign: _ => []),
            ["HS256 with the public key in PEM"] = maker => Hs256(
                maker, Encoding.ASCII.GetBytes(maker.Key.Rsa.ExportSubjectPublicKeyInfoPem())),
            ["HS256 with the public key in DER"] = maker => Hs256(maker, maker.Key.Rsa.ExportSubjectPublicKeyInfo()),
            ["HS256 with the modulus"] = maker => Hs256(maker, maker.Key.Rsa.ExportParameters(includePrivateParameters: false).Modulus!),
            ["HS256 with the key as jwks.json has it"] = maker => Hs256(maker, Encoding.UTF8.GetBytes(maker.Key.ToJwk().ToJsonString())),
            ["RS512, signed so"] = maker => maker.Make(
                header: head => head["alg"] = "RS512", sign: text => Rsa(maker, text, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            ["RS256, signed as RS512"] = maker => maker.Make(
                sign: text => Rsa(maker, text, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            ["PS256, signed so"] = maker => maker.Make(
                header: head => head["alg"] = "PS256", sign: text => Rsa(maker, text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            ["RS256, signed as PS256"] = maker => maker.Make(
                sign: text => Rsa(maker, text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            ["alg in lower case"] = maker => maker.Make(header: head => head["alg"] = "rs256"),
            ["alg missing"] = maker => maker.Make(header: head => head.Remove("alg")),
            ["alg a list"] = maker => maker.Make(header: head => head["alg"] = new JsonArray("RS256")),
            ["typ of another kind of token"] = maker => maker.Make(header: head => head["typ"] = "at+jwt"),
            ["typ missing"] = maker => maker.Make(header: head => head.Remove("typ")),
            ["an extension that must be understood"] = maker => maker.Make(header: head => head["crit"] = new JsonArray("b64")),

            // ---- the key ----
            ["a foreign kid"] = maker => ByThief(maker, head => head["kid"] = TokenMaker.Thiefs.Kid),
            ["the right kid, signed by a thief"] = maker => ByThief(maker, _ => { }),
            ["kid missing"] = maker => maker.Make(header: head => head.Remove("kid")),
            ["kid null"] = maker => maker.Make(header: head => head["kid"] = null),
            ["kid a number"] = maker => maker.Make(header: head => head["kid"] = 1),
            ["kid empty"] = maker => maker.Make(header: head => head["kid"] = ""),
            ["kid a path"] = maker => ByThief(maker, head => head["kid"] = "../../../../../../dev/null"),
            ["kid an address"] = maker => ByThief(maker, head => head["kid"] = "http://thief.example/jwks.json"),
            ["kid SQL"] = maker => ByThief(maker, head => head["kid"] = "x' UNION SELECT 'key' --"),
            ["kid with another before it"] = maker => ByThief(
                maker, head => head["kid"] = $"{TokenMaker.Thiefs.Kid}\0{TokenMaker.Right.Kid}"),
            ["kid in half a surrogate pair"] = maker => maker.MakeOf(
                """{"alg":"RS256","typ":"JWT","kid":"\ud800"}""", maker.Claims().ToJsonString()),
            ["its own key in the header"] = maker => ByThief(maker, head => head["jwk"] = TokenMaker.Thiefs.ToJwk()),
            ["its own key in the header, under its id"] = maker => ByThief(maker, head =>
            {
                head["jwk"] = TokenMaker.Thiefs.ToJwk();
                head["kid"] = TokenMaker.Thiefs.Kid;
            }),
            ["where its keys are"] = maker => ByThief(maker, head => head["jku"] = "http://127.0.0.1:1/jwks.json"),
            ["where its certificate is"] = maker => ByThief(maker, head => head["x5u"] = "http://127.0.0.1:1/cert.pem"),

            // ---- for whom, by whom ----
            ["of another app"] = maker => maker.Make(claims => claims["aud"] = new JsonArray("https://other.example.com", "other")),
            ["for the pages' origin alone"] = maker => maker.Make(claims => claims["aud"] = new JsonArray("https://shop.example.com")),
            ["aud that begins like the app"] = maker => maker.Make(claims => claims["aud"] = "shop2"),
            ["aud that holds the app"] = maker => maker.Make(claims => claims["aud"] = "my-shop"),
            ["aud in upper case"] = maker => maker.Make(claims => claims["aud"] = "SHOP"),
            ["aud a list in a list"] = maker => maker.Make(claims => claims["aud"] = new JsonArray(new JsonArray("shop"))),
            ["aud an object"] = maker => maker.Make(claims => claims["aud"] = new JsonObject { ["shop"] = "shop" }),
            ["aud missing"] = maker => maker.Make(claims => claims.Remove("aud")),
            ["wrong iss"] = maker => maker.Make(claims => claims["iss"] = "https://thief.example/v1/apps/shop"),
            ["iss that begins right"] = maker => maker.Make(claims => claims["iss"] = TokenMaker.Issuer + "/x"),
            ["iss missing"] = maker => maker.Make(claims => claims.Remove("iss")),

            // ---- when ----
            ["expired"] = maker => maker.Make(claims => claims["exp"] = (long)claims["iat"]! + 4),
            ["expired this second"] = maker => maker.Make(claims => claims["exp"] = (long)claims["iat"]! + 5),
            ["exp missing"] = maker => maker.Make(claims => claims.Remove("exp")),
            ["exp a text"] = maker => maker.Make(claims => claims["exp"] = "4102444800"),
            ["exp beyond all time"] = maker => maker.Make(claims => claims["exp"] = 1e300),
            ["exp negative"] = maker => maker.Make(claims => claims["exp"] = -1),
            ["not good yet"] = maker => maker.Make(claims => claims["nbf"] = (long)claims["iat"]! + 300),
            ["nbf missing"] = maker => maker.Make(claims => claims.Remove("nbf")),

            // ---- who ----
            ["sub missing"] = maker => maker.Make(claims => claims.Remove("sub")),
            ["sub empty"] = maker => maker.Make(claims => claims["sub"] = ""),
            ["sub a number"] = maker => maker.Make(claims => claims["sub"] = 7),

            // ---- bent ----
            ["bent signature"] = maker => Signature(maker, signature => signature[0] ^= 1),
            ["bent end of the signature"] = maker => Signature(maker, signature => signature[^1] ^= 1),
            ["signature cut"] = maker => maker.Make(sign: text => maker.Key.Sign(text)[..^1]),
            ["signature longer"] = maker => maker.Make(sign: text => [.. maker.Key.Sign(text), 0]),
            ["signature of another token"] = maker =>
            {
                var (admins, own) = (maker.Make(claims => claims["sub"] = "admin").Split('.'), maker.Make().Split('.'));
                return $"{admins[0]}.{admins[1]}.{own[2]}";
            },
            ["bits that stand for nothing"] = maker => OtherSpelling(maker.Make()),
            ["padding"] = maker => maker.Make() + "==",
            ["a line break at the end"] = maker => maker.Make() + "\n",
            ["a space inside"] = maker => maker.Make().Replace(".", ". ", StringComparison.Ordinal),
            ["two parts"] = maker => maker.Make()[..maker.Make().LastIndexOf('.')],
            ["four parts"] = maker => maker.Make() + ".AA",
            ["five parts, as an encrypted one"] = maker => maker.Make() + ".AA.AA",
            ["empty parts"] = _ => "..",
            ["nothing"] = _ => "",
            ["no token"] = _ => "let me in",
            ["very long"] = maker => maker.Make(claims => claims["x"] = new string('x', 100_000)),
            ["header no object"] = maker => maker.MakeOf("[]", maker.Claims().ToJsonString()),
            ["header no JSON"] = maker => maker.MakeOf("{", maker.Claims().ToJsonString()),
            ["claims no object"] = maker => maker.MakeOf(maker.Header().ToJsonString(), "[]"),
            ["claims null"] = maker => maker.MakeOf(maker.Header().ToJsonString(), "null"),
            ["claims no JSON"] = maker => maker.MakeOf(maker.Header().ToJsonString(), "{\"sub\":"),
            ["claims very deep"] = maker => maker.MakeOf(
                maker.Header().ToJsonString(), new string('[', 2000) + new string(']', 2000)),
        };

    public static TheoryData<string> Names => [.. All.Keys];

    private static string Hs256(TokenMaker maker, byte[] secret) =>
        maker.Make(header: head => head["alg"] = "HS256", sign: text => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)));

    private static byte[] Rsa(TokenMaker maker, string text, HashAlgorithmName hash, RSASignaturePadding padding) =>
        maker.Key.Rsa.SignData(Encoding.ASCII.GetBytes(text), hash, padding);

    private static string ByThief(TokenMaker maker, Action<JsonObject> header) =>
        maker.Make(header: header, sign: TokenMaker.Thiefs.Sign);

    private static string Signature(TokenMaker maker, Action<byte[]> bend) => maker.Make(sign: text =>
    {
        var signature = maker.Key.Sign(text);
        bend(signature);
        return signature;
    });

    // 256 bytes leave four bits of the last character unused.
    private static string OtherSpelling(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var other = token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) ^ 1];
        Assert.NotEqual(token, other);
        return other;
    }
}
