using System.Text.Json;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

/// <summary>
/// Project Wycheproof's vectors (github.com/C2SP/wycheproof), for the algorithms that are our own code: keys and signatures made to be
/// misjudged. They are not kept here: OPENPASSAGE_WYCHEPROOF names a copy of Wycheproof's folder testvectors_v1.
/// </summary>
public sealed class WycheproofTests
{
    [Theory]
    [InlineData("ed25519_test.json", Alg.EdDSA)]
    [InlineData("mldsa_44_verify_test.json", Alg.MLDsa44)]
    [InlineData("mldsa_65_verify_test.json", Alg.MLDsa65)]
    [InlineData("mldsa_87_verify_test.json", Alg.MLDsa87)]
    public void Every_vector_is_judged_as_Wycheproof_says(string file, int algorithm)
    {
        if (Environment.GetEnvironmentVariable("OPENPASSAGE_WYCHEPROOF") is not { Length: > 0 } folder)
        {
            Assert.Skip("OPENPASSAGE_WYCHEPROOF names no copy of Wycheproof's testvectors_v1.");
            return;
        }

        file = Path.Combine(folder, file);
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(file));
        var count = 0;
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var vector in group.GetProperty("tests").EnumerateArray())
            {
                // COSE has no context (RFC 9964): a signature that was made with one is over something else.
                var hasContext = vector.TryGetProperty("ctx", out var context) && context.GetString() != "";
                var valid = vector.GetProperty("result").GetString() == "valid" && !hasContext;
                var verified = Verify(algorithm, KeyOf(group), Hex(vector, "msg"), Hex(vector, "sig"));
                Assert.True(verified == valid, $"Vector {vector.GetProperty("tcId")} is {(valid ? "refused" : "accepted")}.");
                count++;
            }
        }
        Assert.Equal(vectors.RootElement.GetProperty("numberOfTests").GetInt32(), count);
    }

    // A text, or for Ed25519 an object that holds one.
    private static byte[] KeyOf(JsonElement group)
        => group.GetProperty("publicKey") is { ValueKind: JsonValueKind.Object } key ? Hex(key, "pk") : Hex(group, "publicKey");

    private static byte[] Hex(JsonElement element, string member) => Convert.FromHexString(element.GetProperty(member).GetString()!);

    /// <summary>False also where the key is refused.</summary>
    private static bool Verify(int algorithm, byte[] publicKey, byte[] data, byte[] signature)
    {
        var cose = algorithm == Alg.EdDSA
            ? new CborMap { { 1, 1 }, { 3, algorithm }, { -1, 6 }, { -2, publicKey } }
            : new CborMap { { 1, 7 }, { 3, algorithm }, { -1, publicKey } };
        if (!CoseKey.TryRead(cose.ToBytes(), out var key, out _))
            return false;
        using var imported = AlgorithmSet.Supported.Find(key.Algorithm)!.Import(key);
        return imported?.Verify(data, signature) ?? false;
    }
}
