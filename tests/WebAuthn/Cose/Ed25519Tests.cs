using System.Numerics;
using System.Security.Cryptography;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class Ed25519Tests
{
    [Theory]
    [InlineData(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData(
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void The_vectors_of_RFC_8032_section_7_1_verify(string key, string data, string signature) =>
        Assert.True(Verify(key, data, signature));

    /// <summary>
    /// The cases of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko; SSR 2020). Here: cofactorless, S reduced,
    /// canonical encodings, no small order; a key with a small component beside the large one is not refused.
    /// </summary>
    [Theory]
    [InlineData(false, "a key of small order, R of small order, S = 0",
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(false, "a key of small order",
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04")]
    [InlineData(false, "R of small order",
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e")]
    [InlineData(true, "key and R of mixed order, whose small parts cancel",
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009")]
    [InlineData(false, "key and R of mixed order, good only with the cofactor",
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09")]
    [InlineData(false, "a key of mixed order, good only with the cofactor",
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405")]
    [InlineData(false, "S above L",
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514")]
    [InlineData(false, "S far above L",
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a4734e74f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c2")]
    [InlineData(false, "R not canonical and of small order, reduced before hashing",
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f")]
    [InlineData(false, "R not canonical and of small order, hashed as it is",
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908")]
    public void Edge_cases_are_judged_strictly(bool expected, string because, string data, string key, string signature) =>
        Assert.True(Verify(key, data, signature) == expected, because);

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    public void Keys_of_small_order_are_refused(string key) => Assert.Null(Import(key));

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", "x = 0 with a sign")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "x = 0 with a sign")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y = p")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "y = p")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y = p + 1")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "y = p + 1")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y = p + 3")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "y = p + 3")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", "no x belongs to y = 2")]
    public void Encodings_that_are_not_canonical_or_no_point_are_refused(string key, string because) =>
        Assert.True(Import(key) is null, because);

    [Fact]
    public void Neither_S_nor_S_plus_L_verifies_but_S()
    {
        Assert.SkipUnless(EdwardsKey.IsAvailable, "This machine does not sign with Ed25519.");
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        var signer = new EdwardsKey(Alg.EdDSA);
        var signature = signer.Sign([1]);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true);
        using var key = Import(Convert.ToHexString(signer.PublicKey));

        Assert.True(key!.Verify([1], signature));
        Assert.True((s + order).TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        Assert.False(key.Verify([1], signature));
    }

    [Fact]
    public void It_agrees_with_libcrypto_on_many_keys_and_lengths()
    {
        Assert.SkipUnless(EdwardsKey.IsAvailable, "This machine does not sign with Ed25519.");
        for (var length = 0; length < 700; length += 7)
        {
            var data = RandomNumberGenerator.GetBytes(length);
            var signer = new EdwardsKey(Alg.EdDSA);
            var signature = signer.Sign(data);
            using var key = Import(Convert.ToHexString(signer.PublicKey));

            Assert.True(key!.Verify(data, signature));
            signature[length % 64] ^= 0x10;
            Assert.False(key.Verify(data, signature));
        }
    }

    [Fact]
    public void Scalars_are_reduced_as_big_integers_are()
    {
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        Span<byte> result = stackalloc byte[32];
        for (var i = 0; i < 2_000; i++)
        {
            // Random numbers, all ones, and the neighbours of multiples of L, where quotients are misjudged.
            var number = i switch
            {
                0 => (BigInteger.One << 512) - 1,
                < 1000 => (order * ((BigInteger.One << 259) - i)) + (i % 3) - 1,
                _ => new BigInteger(RandomNumberGenerator.GetBytes(64), isUnsigned: true),
            };
            var bytes = new byte[64];
            Assert.True(number.TryWriteBytes(bytes, out _, isUnsigned: true));

            Ed25519Scalar.Reduce(bytes, result);

            Assert.Equal(number % order, new BigInteger(result, isUnsigned: true));
        }
    }

    private static bool Verify(string key, string data, string signature)
    {
        using var imported = Import(key);
        return imported?.Verify(Convert.FromHexString(data), Convert.FromHexString(signature)) ?? false;
    }

    private static VerificationKey? Import(string hex)
    {
        var cose = new CborMap { { 1, 1 }, { 3, -8 }, { -1, 6 }, { -2, Convert.FromHexString(hex) } };
        Assert.True(CoseKey.TryRead(cose.ToBytes(), out var key, out _));
        return AlgorithmSet.Supported.Find(CoseAlgorithm.EdDSA)!.Import(key);
    }
}
