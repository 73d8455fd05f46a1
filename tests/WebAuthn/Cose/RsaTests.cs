using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class RsaTests
{
    private static readonly byte[] F4 = [1, 0, 1];

    [Theory]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    [InlineData(3072, true)]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    [InlineData(1024, false)]
    [InlineData(16384, false)]
    public void Moduli_have_2048_to_8192_bits(int bits, bool expected) => Assert.Equal(expected, Import(Modulus(bits), F4) is not null);

    [Theory]
    [InlineData("03", true)]
    [InlineData("010001", true)]
    [InlineData("01", false)]
    [InlineData("02", false)]
    [InlineData("010000", false)]
    [InlineData("0100000000000001", true)]
    [InlineData("010000000000000001", false)]
    public void Exponents_are_odd_and_above_1_and_not_huge(string e, bool expected) =>
        Assert.Equal(expected, Import(Modulus(2048), Convert.FromHexString(e)) is not null);

    [Fact]
    public void An_even_modulus_is_refused()
    {
        var n = Modulus(2048);
        n[^1] &= 0xFE;

        Assert.Null(Import(n, F4));
    }

    [Fact]
    public void The_empty_and_the_identity_signature_are_refused()
    {
        using var key = Import(Modulus(2048), F4);
        var one = new byte[256];
        one[^1] = 1;

        Assert.False(key!.Verify([1], []));
        Assert.False(key.Verify([1], new byte[256]));
        Assert.False(key.Verify([1], one));
        Assert.False(key.Verify([1], [.. Enumerable.Repeat((byte)0xFF, 256)]));
    }

    [Fact]
    public void Padding_and_hash_are_the_algorithm_s_own()
    {
        byte[] data = [1, 2, 3];
        using var rsa = RSA.Create(2048);
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        using var key = Import(numbers.Modulus!, numbers.Exponent!);

        Assert.True(key!.Verify(data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Assert.False(key.Verify(data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.False(key.Verify(data, rsa.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)));
        Assert.False(key.Verify(data, rsa.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void No_credential_key_is_imported_under_RS1()
    {
        var rs1 = AlgorithmSet.Supported.With(CoseAlgorithm.RS1).Find(CoseAlgorithm.RS1)!;
        var map = new CborMap { { 1, 3 }, { 3, (int)CoseAlgorithm.RS1 }, { -1, Modulus(2048) }, { -2, F4 } };
        Assert.True(CoseKey.TryRead(map.ToBytes(), out var key, out _));

        Assert.Null(rs1.Import(key));
    }

    [Fact]
    public void Certificate_keys_with_bytes_left_over_are_refused()
    {
        var oid = new Oid("1.2.840.113549.1.1.1");
        var rs256 = AlgorithmSet.Supported.Find(CoseAlgorithm.RS256)!;
        byte[] numbers = [.. Der.OctetString([0, .. Modulus(2048)]), .. Der.Integer(65537)];
        numbers[0] = 0x02;

        Assert.NotNull(Import(Sequence(numbers)));
        Assert.Null(Import([.. Sequence(numbers), 0]));
        Assert.Null(Import(Sequence([.. numbers, .. Der.Integer(2)])));
        Assert.Null(Import(Sequence(Der.Integer(65537))));

        VerificationKey? Import(byte[] key) =>
            rs256.Import(new PublicKey(oid, new AsnEncodedData(oid, [5, 0]), new AsnEncodedData(oid, key)));
        static byte[] Sequence(byte[] members) => members.Length > 0x7F
            ? [0x30, 0x82, (byte)(members.Length >> 8), (byte)members.Length, .. members]
            : [0x30, (byte)members.Length, .. members];
    }

    [Fact]
    public void Certificate_keys_that_are_no_DER_never_throw()
    {
        var oid = new Oid("1.2.840.113549.1.1.1");
        var random = new Random(4711);
        using var rsa = RSA.Create(2048);
        var good = new PublicKey(rsa).EncodedKeyValue.RawData;
        var algorithms = AlgorithmSet.Supported.With(CoseAlgorithm.RS1);
        CoseAlgorithm[] ids =
            [CoseAlgorithm.RS256, CoseAlgorithm.RS1, CoseAlgorithm.ES256, CoseAlgorithm.EdDSA, CoseAlgorithm.MLDsa44];
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = good.ToArray();
            bytes[random.Next(16)] = (byte)random.Next(256);
            if (i % 3 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            var key = new PublicKey(oid, new AsnEncodedData(oid, [5, 0]), new AsnEncodedData(oid, bytes));
            foreach (var id in ids)
                algorithms.Find(id)?.Import(key)?.Dispose();
        }

        Assert.NotNull(algorithms.Find(CoseAlgorithm.RS256)!.Import(new PublicKey(rsa)));
    }

    /// <summary>An odd number with the topmost bit set: nobody can tell that it is no product of two primes.</summary>
    private static byte[] Modulus(int bits)
    {
        var n = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        var top = (bits - 1) % 8;
        n[0] = (byte)((n[0] & ((1 << top) - 1)) | (1 << top));
        n[^1] |= 1;
        return n;
    }

    private static VerificationKey? Import(byte[] n, byte[] e)
    {
        Assert.True(CoseKey.TryRead(new CborMap { { 1, 3 }, { 3, -257 }, { -1, n }, { -2, e } }.ToBytes(), out var key, out _));
        return AlgorithmSet.Supported.Find(CoseAlgorithm.RS256)!.Import(key);
    }
}
