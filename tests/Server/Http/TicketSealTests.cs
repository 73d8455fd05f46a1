using System.Security.Cryptography;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Tests.Http;

public sealed class TicketSealTests : IAsyncLifetime
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly byte[] Purpose = [1, .. "shop"u8];

    private RingFixture ring = null!;
    private TicketKeys keys = null!;
    private TicketSeal seal = null!;

    private FakeTime Time => ring.Time;

    public async ValueTask InitializeAsync()
    {
        ring = await RingFixture.CreateAsync();
        seal = new(keys = await ring.NodeAsync(), Time);
    }

    public ValueTask DisposeAsync() => ring.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void What_was_sealed_opens(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        Assert.True(seal.TryOpen(Purpose, seal.Seal(Purpose, content), out var opened));
        Assert.Equal(content, opened);
    }

    [Fact]
    public async Task It_opens_on_another_node_that_shares_the_key_ring()
    {
        Assert.True(new TicketSeal(await ring.NodeAsync(), Time).TryOpen(Purpose, seal.Seal(Purpose, "content"u8), out var opened));
        Assert.Equal("content"u8, opened);
    }

    [Fact]
    public void It_opens_for_no_other_purpose()
    {
        var made = seal.Seal(Purpose, "content"u8);
        Assert.False(seal.TryOpen([2, .. "shop"u8], made, out _));
        Assert.False(seal.TryOpen([1, .. "shoq"u8], made, out _));
        Assert.False(seal.TryOpen([], made, out _));
    }

    [Fact]
    public void No_nonce_comes_twice_and_no_second_key_whoever_seals_at_once()
    {
        var (nonces, keysUsed) = (new HashSet<string>(), new HashSet<string>());
        Parallel.For(0, 4000, i =>
        {
            var made = seal.Seal(Purpose, BitConverter.GetBytes(i));
            lock (nonces)
            {
                Assert.True(nonces.Add(Convert.ToHexString(made.AsSpan(1 + made[0], NonceLength))));
                keysUsed.Add(KeyIn(made));
            }
        });
        Assert.Single(keysUsed);
    }

    [Fact]
    public void Many_open_at_once_what_many_seal_at_once() => Parallel.For(0, 4000, i =>
    {
        var content = BitConverter.GetBytes(i);
        Assert.True(seal.TryOpen(Purpose, seal.Seal(Purpose, content), out var opened));
        Assert.Equal(content, opened);
    });

    [Fact]
    public void A_key_seals_for_an_hour_and_its_tickets_open_afterwards()
    {
        var first = seal.Seal(Purpose, "first"u8);
        Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(KeyIn(first), KeyIn(seal.Seal(Purpose, [])));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(KeyIn(first), KeyIn(seal.Seal(Purpose, [])));

        Assert.True(seal.TryOpen(Purpose, first, out var opened));
        Assert.Equal("first"u8, opened);
    }

    [Fact]
    public async Task A_key_is_unwrapped_once_and_again_after_an_hour()
    {
        var (early, late) = (seal.Seal(Purpose, [1]), seal.Seal(Purpose, [2]));
        var reader = await ring.NodeAsync();
        var other = new TicketSeal(reader, Time);
        Assert.True(other.TryOpen(Purpose, early, out _));
        await ring.LoseAllAsync();
        await reader.FollowAsync(default);

        Time.Advance(TimeSpan.FromMinutes(59));
        Assert.True(other.TryOpen(Purpose, late, out _));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(other.TryOpen(Purpose, late, out _));
    }

    [Fact]
    public void More_nodes_than_are_remembered_open_each_others_tickets()
    {
        var nodes = Enumerable.Range(0, 70).Select(_ => new TicketSeal(keys, Time)).ToList();
        for (var round = 0; round < 2; round++)
            Assert.All(nodes, node => Assert.True(seal.TryOpen(Purpose, node.Seal(Purpose, [1]), out _)));
    }

    [Fact]
    public async Task A_seal_under_a_key_that_this_node_has_not_read_opens_once_it_is_learnt()
    {
        await ring.LoseAllAsync();
        var made = new TicketSeal(await ring.NodeAsync(), Time).Seal(Purpose, "content"u8);
        Assert.False(seal.TryOpen(Purpose, made, out _));
        Assert.True(await seal.LearnKeyOfAsync(made, default));
        Assert.True(seal.TryOpen(Purpose, made, out var opened));
        Assert.Equal("content"u8, opened);
        Assert.False(await seal.LearnKeyOfAsync(made, default));
    }

    [Fact]
    public async Task A_key_that_the_ring_has_lost_opens_nothing()
    {
        var made = seal.Seal(Purpose, "content"u8);
        await ring.LoseAllAsync();
        var another = new TicketSeal(await ring.NodeAsync(), Time);
        Assert.False(another.TryOpen(Purpose, made, out var opened));
        Assert.Null(opened);
        Assert.False(await another.LearnKeyOfAsync(made, default));
    }

    [Fact]
    public void Something_else_that_the_ring_protects_is_no_key()
    {
        // Of the same ring and of another length; and of the right length, with a bit changed.
        AssertIsNoKey(keys.Wrap(new byte[16]));
        var bent = keys.Wrap(new byte[SealingKey.SecretLength]);
        bent[^1] ^= 1;
        AssertIsNoKey(bent);
    }

    /// <summary>Threat 23: only what looks like a seal in every respect has the ring read.</summary>
    [Fact]
    public async Task Strangers_bytes_neither_open_nor_have_the_ring_read()
    {
        for (var length = 0; length < 400; length++)
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            // A key's length of its own choosing: none is as long as ours.
            if (length > 0)
                bytes[0] = (byte)(length % 92);
            Assert.False(seal.TryOpen(Purpose, bytes, out _));
            Assert.False(await seal.LearnKeyOfAsync(bytes, default));
        }
    }

    private void AssertIsNoKey(byte[] wrapped)
    {
        using var guess = new AesGcm(new byte[32], TagLength);
        byte[] made = [(byte)wrapped.Length, .. wrapped, .. new byte[NonceLength + TagLength]];
        guess.Encrypt(made.AsSpan(1 + wrapped.Length, NonceLength), [], [], made.AsSpan(^TagLength..), Purpose);
        Assert.False(seal.TryOpen(Purpose, made, out _));
    }

    private static string KeyIn(byte[] made) => Convert.ToHexString(made.AsSpan(1, made[0]));
}
