using System.Security.Cryptography;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Tests.Http;

/// <summary>AES-GCM gives its key away when one nonce is used for two contents.</summary>
public sealed class SealingKeyTests
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(SealingKey.SecretLength);
    private static readonly byte[] Purpose = [1, .. "shop"u8];

    /// <summary>Each copy has the key, the counters, the clock and the random numbers of the other.</summary>
    [Fact]
    public void Two_machines_resumed_from_one_picture_never_seal_two_contents_with_one_nonce()
    {
        var (one, other) = (Copy(), Copy());
        var nonces = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            Assert.True(nonces.Add(NonceOf(Sealed(one, Purpose, BitConverter.GetBytes(2 * i)))));
            Assert.True(nonces.Add(NonceOf(Sealed(other, Purpose, BitConverter.GetBytes((2 * i) + 1)))));
        }
    }

    [Fact]
    public void One_content_is_sealed_the_same_by_both_so_that_nothing_is_learnt_from_two() =>
        Assert.Equal(Sealed(Copy(), Purpose, "content"u8), Sealed(Copy(), Purpose, "content"u8));

    [Fact]
    public void One_content_for_two_purposes_has_two_nonces_and_so_has_what_moves_from_the_one_to_the_other()
    {
        var key = Copy();
        string[] nonces =
        [
            NonceOf(Sealed(key, [1], "shop"u8)), NonceOf(Sealed(key, [2], "shop"u8)),
            NonceOf(Sealed(key, [1, (byte)'s'], "hop"u8)), NonceOf(Sealed(key, [], [1, .. "shop"u8])),
        ];
        Assert.Equal(4, nonces.Distinct().Count());
    }

    [Fact]
    public void Another_key_makes_another_nonce() =>
        Assert.NotEqual(
            NonceOf(Sealed(Copy(), Purpose, "content"u8)),
            NonceOf(Sealed(new SealingKey([], RandomNumberGenerator.GetBytes(SealingKey.SecretLength), default), Purpose, "content"u8)));

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(1100)]
    [InlineData(70_000)]
    public void What_was_sealed_opens_whatever_its_length(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(content, Copy().Open(Purpose, Sealed(Copy(), Purpose, content)));
    }

    private static SealingKey Copy() => new([], Secret, default);

    private static byte[] Sealed(SealingKey key, ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> content)
    {
        var made = new byte[content.Length + SealingKey.NonceLength + SealingKey.TagLength];
        key.Seal(purpose, content, made);
        return made;
    }

    private static string NonceOf(byte[] made) => Convert.ToHexString(made.AsSpan(0, SealingKey.NonceLength));
}
