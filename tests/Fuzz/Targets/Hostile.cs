using System.Security.Cryptography;
using OpenPassage.Authenticator;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>Input that is valid and as costly as its bounds allow.</summary>
internal static class Hostile
{
    /// <summary>Keys that cost most to import or to verify with. A modulus need not be the product of two primes to be accepted.</summary>
    public static IReadOnlyList<byte[]> Keys { get; } =
    [
        Rsa(bits: 8192, exponentBytes: 8), Rsa(bits: 8192, exponentBytes: 3), Rsa(bits: 2048, exponentBytes: 8),
        new CborMap { { 1, 7 }, { 3, Alg.MLDsa87 }, { -1, Noise(2592) } }.ToBytes(),
    ];

    /// <summary>Random bytes, the same each time.</summary>
    public static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }

    /// <summary>64 entries, each key smaller than the one before, so that the reader has to walk; in each an array.</summary>
    public static CborMap UnsortedMap()
    {
        var map = new CborMap();
        for (var key = 64; key > 0; key--)
            map.Add($"{key:d4}", Enumerable.Repeat(1, 60).Cast<object>().ToArray());
        return map;
    }

    /// <summary>A byte string in that many chunks of that size.</summary>
    public static RawCbor Chunks(int count, int size)
    {
        var chunk = CborMap.Encode(Enumerable.Repeat((byte)1, size).ToArray());
        return new([0x5F, .. Enumerable.Repeat(chunk, count).SelectMany(bytes => bytes), 0xFF]);
    }

    /// <summary>The same byte string in two chunks.</summary>
    public static RawCbor InChunks(byte[] bytes) =>
        new([0x5F, .. CborMap.Encode(bytes[..(bytes.Length / 2)]), .. CborMap.Encode(bytes[(bytes.Length / 2)..]), 0xFF]);

    /// <summary>Authorities of one name, so that a path could lead through any of them to any other.</summary>
    public static byte[][] Namesakes(int count)
    {
        var authority = CertificateAuthority.Create("Namesake");
        var path = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            authority = authority.CreateIntermediate("Namesake");
            path[i] = authority.Der;
        }
        return path;
    }

    private static byte[] Rsa(int bits, int exponentBytes)
    {
        var (modulus, exponent) = SlowRsaKey.Numbers(bits, exponentBytes);
        return new CborMap { { 1, 3 }, { 3, Alg.RS512 }, { -1, modulus }, { -2, exponent } }.ToBytes();
    }
}

/// <summary>The slowest key that is accepted. Nobody can sign with it; that a signature is wrong is found out last.</summary>
internal sealed class SlowRsaKey : SigningKey
{
    private const int Bits = 8192, ExponentBytes = 8;

    public override int Algorithm => Alg.RS512;

    public static (byte[] Modulus, byte[] Exponent) Numbers(int bits, int exponentBytes)
    {
        var modulus = Hostile.Noise(bits / 8);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return (modulus, [.. Enumerable.Repeat((byte)0xFF, exponentBytes)]);
    }

    public override CborMap ToCose() => throw new NotSupportedException("For certificates only.");

    public override byte[] ToSubjectPublicKeyInfo()
    {
        var (modulus, exponent) = Numbers(Bits, ExponentBytes);
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.ExportSubjectPublicKeyInfo();
    }

    public override byte[] Sign(byte[] data) => [0, .. Hostile.Noise((Bits / 8) - 1)];
}
