using System.Security.Cryptography;
using OpenPassage.Authenticator;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.WebAuthn.Tests.Cose;

public sealed class MLDsaTests
{
    private static readonly byte[] Data = "data"u8.ToArray();

    /// <summary>
    /// The accumulated known answers that Go's crypto/mldsa and others pin: 100 keys from a SHAKE128 stream; each public key
    /// and its deterministic signature of the empty message go into one hash.
    /// </summary>
    [Theory]
    [InlineData(CoseAlgorithm.MLDsa44, "d51148e1f9f4fa1a723a6cf42e25f2a99eb5c1b378b3d2dbbd561b1203beeae4")]
    [InlineData(CoseAlgorithm.MLDsa65, "8358a1843220194417cadbc2651295cd8fc65125b5a5c1a239a16dc8b57ca199")]
    [InlineData(CoseAlgorithm.MLDsa87, "8c3ad714777622b8f21ce31bb35f71394f23bc0fcf3c78ace5d608990f3b061b")]
    public void Signatures_of_the_published_keys_verify(CoseAlgorithm id, string expected)
    {
        Assert.SkipUnless(MLDsaSigner.IsAvailable, "This platform has no SHAKE.");
        var seeds = Shake128.HashData([], 100 * 32);
        using var hash = new Shake128();
        for (var i = 0; i < 100; i++)
        {
            var signer = new MLDsaSigner((int)id, seeds[(32 * i)..(32 * (i + 1))]);
            var signature = signer.Sign([]);
            hash.AppendData(signer.PublicKey);
            hash.AppendData(signature);
            Assert.True(Verify(signer, [], signature));
            Assert.False(Verify(signer, [0], signature));
        }

        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset(32)));
    }

    [Fact]
    public void A_response_out_of_range_is_refused()
    {
        var (signer, signature) = Signed();
        // The first coefficient of z is γ1 - 0: the largest there is.
        signature[32] = signature[33] = 0;
        signature[34] &= 0xFC;

        Assert.False(Verify(signer, Data, signature));
    }

    [Fact]
    public void Hints_out_of_order_are_refused()
    {
        var (signer, signature) = Signed();
        var hints = signature.AsSpan(^84..);
        Assert.True(hints[80] >= 2, "The first row has no two hints to swap.");
        (hints[0], hints[1]) = (hints[1], hints[0]);

        Assert.False(Verify(signer, Data, signature));
    }

    [Fact]
    public void A_hint_twice_is_refused()
    {
        var (signer, signature) = Signed();
        var hints = signature.AsSpan(^84..);
        hints[1] = hints[0];

        Assert.False(Verify(signer, Data, signature));
    }

    [Fact]
    public void Hints_beyond_the_last_are_refused()
    {
        var (signer, signature) = Signed();
        var hints = signature.AsSpan(^84..);
        Assert.True(hints[83] < 80, "Every hint is used.");
        hints[79] = 1;

        Assert.False(Verify(signer, Data, signature));
    }

    [Theory]
    [InlineData(80, 0xFF)]
    [InlineData(81, 0)]
    [InlineData(83, 81)]
    [InlineData(83, 0)]
    public void Hint_counts_that_fall_or_exceed_the_bound_are_refused(int at, byte count)
    {
        var (signer, signature) = Signed();
        signature[^(84 - at)] = count;

        Assert.False(Verify(signer, Data, signature));
    }

    [Theory]
    [InlineData("", "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")]
    public void SHAKE128_answers_as_published(string text, string expected)
    {
        var output = new byte[32];
        var shake = Shake.Shake128();
        shake.Absorb(System.Text.Encoding.ASCII.GetBytes(text));
        shake.Squeeze(output);

        Assert.Equal(expected, Convert.ToHexStringLower(output));
    }

    [Theory]
    [InlineData("", "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f")]
    public void SHAKE256_answers_as_published(string text, string expected)
    {
        var output = new byte[32];
        var shake = Shake.Shake256();
        shake.Absorb(System.Text.Encoding.ASCII.GetBytes(text));
        shake.Squeeze(output);

        Assert.Equal(expected, Convert.ToHexStringLower(output));
    }

    [Fact]
    public void SHAKE_answers_as_the_platform_for_every_length_around_a_block()
    {
        Assert.SkipUnless(Shake128.IsSupported && Shake256.IsSupported, "This platform has no SHAKE.");
        var random = RandomNumberGenerator.GetBytes(400);
        byte[] output = new byte[500], expected = new byte[500];
        for (var length = 0; length <= random.Length; length++)
        {
            var shake = length % 2 == 0 ? Shake.Shake128() : Shake.Shake256();
            shake.Absorb(random.AsSpan(0, length / 3));
            shake.Absorb(random.AsSpan(length / 3, length - (length / 3)));
            shake.Squeeze(output.AsSpan(0, length));
            shake.Squeeze(output.AsSpan(length));
            if (length % 2 == 0)
                Shake128.HashData(random.AsSpan(0, length), expected);
            else
                Shake256.HashData(random.AsSpan(0, length), expected);
            Assert.Equal(expected, output);
        }
    }

    private static (MLDsaSigner Signer, byte[] Signature) Signed()
    {
        Assert.SkipUnless(MLDsaSigner.IsAvailable, "This platform has no SHAKE.");
        var signer = new MLDsaSigner(Alg.MLDsa44, new byte[32]);
        var signature = signer.Sign(Data);
        Assert.True(Verify(signer, Data, signature));
        return (signer, signature);
    }

    private static bool Verify(MLDsaSigner signer, byte[] data, byte[] signature)
    {
        Assert.True(CoseKey.TryRead(signer.ToCose().ToBytes(), out var key, out _));
        using var imported = AlgorithmSet.Supported.Find(key.Algorithm)!.Import(key);
        return imported!.Verify(data, signature);
    }
}
