using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class Ed448Tests
{
    private static readonly string Zeros = new('0', 108), Ones = new('f', 54);

    [Theory]
    [InlineData(
        "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180", "",
        "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980"
        + "ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600")]
    [InlineData(
        "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480", "03",
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd77980"
        + "5e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00")]
    public void The_vectors_of_RFC_8032_section_7_4_verify(string key, string data, string signature)
    {
        using var imported = Import(key);

        Assert.NotNull(imported);
        Assert.True(imported.Verify(Convert.FromHexString(data), Convert.FromHexString(signature)));
        Assert.False(imported.Verify([9], Convert.FromHexString(signature)));
    }

    [Fact]
    public void Points_of_small_order_are_refused()
    {
        Assert.Null(Import("01" + Zeros + "0000"));
        Assert.Null(Import("00" + Zeros + "0000"));
        Assert.Null(Import("00" + Zeros + "0080"));
        Assert.Null(Import("fe" + Ones + "fe" + Ones + "00"));
    }

    [Fact]
    public void Encodings_that_are_not_canonical_or_no_point_are_refused()
    {
        Assert.Null(Import("ff" + Ones + "fe" + Ones + "00"));
        Assert.Null(Import("ff" + Ones + "ff" + Ones + "00"));
        Assert.Null(Import("01" + Zeros + "0080"));
        // The two points that y = 2 to 33 would give: about half the numbers have none.
        var none = Enumerable.Range(2, 32).Count(y => Import($"{y:x2}" + Zeros + "0000") is null);
        Assert.InRange(none, 4, 28);
        // Bits that no encoding uses.
        Assert.Null(Import(
            "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256181"));
    }

    private static VerificationKey? Import(string hex)
    {
        var algorithm = AlgorithmSet.Supported.Find(CoseAlgorithm.Ed448);
        Assert.SkipWhen(algorithm is null, "This machine has no libcrypto.");
        var cose = new CborMap { { 1, 1 }, { 3, -53 }, { -1, 7 }, { -2, Convert.FromHexString(hex) } };
        Assert.True(CoseKey.TryRead(cose.ToBytes(), out var key, out _));
        return algorithm.Import(key);
    }
}
