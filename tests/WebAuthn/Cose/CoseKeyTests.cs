using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class CoseKeyTests
{
    private static readonly byte[] Field = [.. Enumerable.Repeat((byte)7, 32)];

    private static CborMap Point => new() { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -2, Field }, { -3, Field } };

    private static CborMap RsaKey => new() { { 1, 3 }, { 3, -257 }, { -1, new byte[] { 0x81, 3 } }, { -2, new byte[] { 1, 0, 1 } } };

    private static CborMap Edwards => new() { { 1, 1 }, { 3, -8 }, { -1, 6 }, { -2, Field } };

    private static CborMap Akp => new() { { 1, 7 }, { 3, -48 }, { -1, new byte[1312] } };

    [Fact]
    public void A_point_is_read()
    {
        var key = Read(Point);

        Assert.Equal((CoseKeyType.EC2, CoseAlgorithm.ES256, CoseCurve.P256), (key.Type, key.Algorithm, key.Curve));
        Assert.Equal(Field, key.X.ToArray());
        Assert.Equal(Field, key.Y.ToArray());
        Assert.True(key.N.IsEmpty && key.E.IsEmpty && key.Pub.IsEmpty);
    }

    [Fact]
    public void An_RSA_key_is_read()
    {
        var key = Read(RsaKey);

        Assert.Equal((CoseKeyType.Rsa, CoseAlgorithm.RS256, CoseCurve.None), (key.Type, key.Algorithm, key.Curve));
        Assert.Equal([0x81, 3], key.N.ToArray());
        Assert.Equal([1, 0, 1], key.E.ToArray());
        Assert.True(key.X.IsEmpty && key.Y.IsEmpty && key.Pub.IsEmpty);
    }

    [Fact]
    public void An_Edwards_key_is_read()
    {
        var key = Read(Edwards);

        Assert.Equal((CoseKeyType.Okp, CoseAlgorithm.EdDSA, CoseCurve.Ed25519), (key.Type, key.Algorithm, key.Curve));
        Assert.Equal(Field, key.X.ToArray());
        Assert.True(key.Y.IsEmpty);
    }

    [Fact]
    public void An_ML_DSA_key_is_read()
    {
        var key = Read(Akp);

        Assert.Equal((CoseKeyType.Akp, CoseAlgorithm.MLDsa44), (key.Type, key.Algorithm));
        Assert.Equal(1312, key.Pub.Length);
        Assert.True(key.X.IsEmpty && key.N.IsEmpty);
    }

    [Fact]
    public void What_follows_the_key_is_left()
    {
        var bytes = Point.ToBytes();

        Assert.True(CoseKey.TryRead([.. bytes, 0xA0, 1], out _, out var length));
        Assert.Equal(bytes.Length, length);
    }

    [Fact]
    public void Members_may_come_in_any_order()
    {
        var reversed = new CborMap { { -3, Field }, { -2, Field }, { -1, 1 }, { 3, -7 }, { 1, 2 } };

        Assert.Equal(CoseAlgorithm.ES256, Read(reversed).Algorithm);
    }

    [Fact]
    public void Parameters_of_no_meaning_here_are_passed_over()
    {
        var key = Point;
        key.Add(2, new byte[] { 1 });

        Assert.Equal(Field, Read(key).X.ToArray());
    }

    [Fact]
    public void Labels_that_are_text_or_zero_are_passed_over()
    {
        var key = Point;
        key.Add(0, 3);
        key.Add("kid", 99);
        key.Add("alg", -8);

        Assert.Equal((CoseAlgorithm.ES256, CoseCurve.P256), (Read(key).Algorithm, Read(key).Curve));
    }

    [Fact]
    public void An_unknown_algorithm_is_a_value()
    {
        var key = Read(new CborMap { { 1, 2 }, { 3, -4711 }, { -1, 99 }, { -2, Field }, { -3, Field } });

        Assert.Equal((CoseAlgorithm)(-4711), key.Algorithm);
        Assert.Equal((CoseCurve)99, key.Curve);
    }

    public static TheoryData<string, byte[]> Refused { get; } = new()
    {
        { "nothing", [] },
        { "not a map", [0x80] },
        { "an empty map", [0xA0] },
        { "cut short", Point.ToBytes()[..^1] },
        { "a label twice", [0xA6, .. Point.ToBytes()[1..], 3, 0x26] },
        { "a label twice, once in two bytes", [0xA6, .. Point.ToBytes()[1..], 0x18, 3, 0x26] },
        { "no alg", new CborMap { { 1, 2 }, { -1, 1 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "no kty", new CborMap { { 3, -7 }, { -1, 1 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "no crv", new CborMap { { 1, 2 }, { 3, -7 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "no x", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -3, Field } }.ToBytes() },
        { "no y", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -2, Field } }.ToBytes() },
        { "an unknown kind", new CborMap { { 1, 4 }, { 3, -7 }, { -1, 1 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "a symmetric key", new CborMap { { 1, 4 }, { 3, 5 }, { -1, Field } }.ToBytes() },
        { "a compressed point", [.. Point.ToBytes()[..^34], 0xF5] },
        { "a private EC2 key", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -2, Field }, { -3, Field }, { -4, Field } }.ToBytes() },
        { "a private OKP key", new CborMap { { 1, 1 }, { 3, -8 }, { -1, 6 }, { -2, Field }, { -4, Field } }.ToBytes() },
        { "a private RSA key", new CborMap { { 1, 3 }, { 3, -257 }, { -1, Field }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "an RSA key with a prime", new CborMap { { 1, 3 }, { 3, -257 }, { -1, Field }, { -2, Field }, { -5, Field } }.ToBytes() },
        { "a private AKP key", new CborMap { { 1, 7 }, { 3, -48 }, { -1, new byte[1312] }, { -2, Field } }.ToBytes() },
        { "ES256 on P-384", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 2 }, { -2, new byte[48] }, { -3, new byte[48] } }.ToBytes() },
        { "ES384 on P-256", new CborMap { { 1, 2 }, { 3, -35 }, { -1, 1 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "ES256K on P-256", new CborMap { { 1, 2 }, { 3, -47 }, { -1, 1 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "EdDSA on Ed448", new CborMap { { 1, 1 }, { 3, -8 }, { -1, 7 }, { -2, new byte[57] } }.ToBytes() },
        { "Ed448 on Ed25519", new CborMap { { 1, 1 }, { 3, -53 }, { -1, 6 }, { -2, Field } }.ToBytes() },
        { "EdDSA with EC2", new CborMap { { 1, 2 }, { 3, -8 }, { -1, 6 }, { -2, Field }, { -3, Field } }.ToBytes() },
        { "ES256 with RSA", new CborMap { { 1, 3 }, { 3, -7 }, { -1, Field }, { -2, Field } }.ToBytes() },
        { "ES256 with a short x", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -2, new byte[31] }, { -3, Field } }.ToBytes() },
        { "ES256 with a long y", new CborMap { { 1, 2 }, { 3, -7 }, { -1, 1 }, { -2, Field }, { -3, new byte[33] } }.ToBytes() },
        { "OKP with y", new CborMap { { 1, 1 }, { 3, -8 }, { -1, 6 }, { -2, Field }, { -3, Field } }.ToBytes() },
        {
            "a modulus with a leading zero",
            new CborMap { { 1, 3 }, { 3, -257 }, { -1, new byte[256] }, { -2, new byte[] { 1, 0, 1 } } }.ToBytes()
        },
        { "an ML-DSA-65 key under ML-DSA-44", new CborMap { { 1, 7 }, { 3, -48 }, { -1, new byte[1952] } }.ToBytes() },
        { "an ML-DSA-44 key under ML-DSA-65", new CborMap { { 1, 7 }, { 3, -49 }, { -1, new byte[1312] } }.ToBytes() },
        { "an ML-DSA-44 key under ML-DSA-87", new CborMap { { 1, 7 }, { 3, -50 }, { -1, new byte[1312] } }.ToBytes() },
        { "Ed448 of 56 bytes", new CborMap { { 1, 1 }, { 3, -53 }, { -1, 7 }, { -2, new byte[56] } }.ToBytes() },
        { "Ed448 on Ed25519, as long as on its own", new CborMap { { 1, 1 }, { 3, -53 }, { -1, 6 }, { -2, new byte[57] } }.ToBytes() },
        { "Ed448 with EC2", new CborMap { { 1, 2 }, { 3, -53 }, { -1, 7 }, { -2, new byte[57] }, { -3, new byte[57] } }.ToBytes() },
        { "an empty modulus", new CborMap { { 1, 3 }, { 3, -257 }, { -1, Array.Empty<byte>() }, { -2, new byte[] { 3 } } }.ToBytes() },
        { "an empty exponent", new CborMap { { 1, 3 }, { 3, -257 }, { -1, Field }, { -2, Array.Empty<byte>() } }.ToBytes() },
        { "an exponent with a leading zero", new CborMap { { 1, 3 }, { 3, -257 }, { -1, Field }, { -2, new byte[] { 0, 3 } } }.ToBytes() },
        { "a private member that is a number", [0xA6, .. Point.ToBytes()[1..], 0x23, 0x24] },
        { "a text label that is not UTF-8", [0xA6, .. Point.ToBytes()[1..], 0x61, 0xFF, 0x00] },
        { "a text label without its value", [0xA6, .. Point.ToBytes()[1..], 0x61, 0x41] },
        { "a text label with a value cut short", [0xA6, .. Point.ToBytes()[1..], 0x61, 0x41, 0x42, 0x00] },
        { "alg as text", [0xA5, 1, 2, 3, 0x61, 0x41, 0x20, 1, .. Point.ToBytes()[7..]] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_shapes_are_refused(string because, byte[] bytes)
    {
        Assert.False(CoseKey.TryRead(bytes, out var key, out var length), because);
        Assert.Null(key);
        Assert.Equal(0, length);
    }

    [Fact]
    public void Bent_and_random_bytes_never_throw()
    {
        var random = new Random(4711);
        byte[][] seeds = [Point.ToBytes(), RsaKey.ToBytes(), Edwards.ToBytes(), Akp.ToBytes()];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seeds[i % 4].ToArray();
            for (var bends = random.Next(1, 4); bends > 0; bends--)
                bytes[random.Next(Math.Min(bytes.Length, 50))] = (byte)random.Next(256);
            if (!CoseKey.TryRead(bytes, out var key, out var length))
                continue;
            Assert.InRange(length, 1, bytes.Length);
            AlgorithmSet.Supported.Find(key.Algorithm)?.Import(key)?.Dispose();
        }
    }

    private static CoseKey Read(CborMap map)
    {
        var bytes = map.ToBytes();
        Assert.True(CoseKey.TryRead(bytes, out var key, out var length));
        Assert.Equal(bytes.Length, length);
        return key;
    }
}
