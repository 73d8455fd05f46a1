using System.Text.Json;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

/// <summary>
/// Project Wycheproof's vectors (github.com/C2SP/wycheproof), for the algorithms that are our own code: keys and signatures made to
/// be misjudged. Those of Ed25519 stand beside this file. Those of ML-DSA have 5 MB: they are read from the folder that
/// OPENPASSAGE_WYCHEPROOF names, a copy of Wycheproof's testvectors_v1.
/// </summary>
public sealed class WycheproofTests
{
    [Fact]
    public void Ed25519_is_judged_as_Wycheproof_says()
    {
        var file = Path.Combine(Vectors.Root, "tests", "WebAuthn", "Cose", "Wycheproof.Ed25519.json");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(file));
        var count = 0;
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var key = new CborMap { { 1, 1 }, { 3, Alg.EdDSA }, { -1, 6 }, { -2, Hex(vector, "key") } };
            var valid = vector.GetProperty("valid").GetBoolean();
            Assert.True(Verify(key, Hex(vector, "data"), Hex(vector, "signature")) == valid, vector.ToString());
            count++;
        }
        Assert.Equal(151, count);
    }

    [Theory]
    [InlineData("mldsa_44_verify_test.json", Alg.MLDsa44)]
    [InlineData("mldsa_65_verify_test.json", Alg.MLDsa65)]
    [InlineData("mldsa_87_verify_test.json", Alg.MLDsa87)]
    public void MLDsa_is_judged_as_Wycheproof_says(string file, int algorithm)
    {
        var folder = Environment.GetEnvironmentVariable("OPENPASSAGE_WYCHEPROOF");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "OPENPASSAGE_WYCHEPROOF names no folder with Wycheproof's vectors.");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
        var count = 0;
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = new CborMap { { 1, 7 }, { 3, algorithm }, { -1, Hex(group, "publicKey") } };
            foreach (var vector in group.GetProperty("tests").EnumerateArray())
            {
                // COSE has no context (RFC 9964): a signature that was made with one is over something else.
                var hasContext = vector.TryGetProperty("ctx", out var context) && context.GetString() != "";
                var valid = vector.GetProperty("result").GetString() == "valid" && !hasContext;
                Assert.True(Verify(key, Hex(vector, "msg"), Hex(vector, "sig")) == valid, vector.GetProperty("tcId").ToString());
                count++;
            }
        }
        Assert.Equal(vectors.RootElement.GetProperty("numberOfTests").GetInt32(), count);
    }

    private static byte[] Hex(JsonElement vector, string member) => Convert.FromHexString(vector.GetProperty(member).GetString()!);

    /// <summary>False also where the key is refused.</summary>
    private static bool Verify(CborMap cose, byte[] data, byte[] signature)
    {
        if (!CoseKey.TryRead(cose.ToBytes(), out var key, out _))
            return false;
        using var imported = AlgorithmSet.Supported.Find(key.Algorithm)!.Import(key);
        return imported?.Verify(data, signature) ?? false;
    }
}
