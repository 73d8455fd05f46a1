using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Tests.Http;

public sealed class TicketSealTests
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly byte[] Purpose = [1, .. "shop"u8];

    private readonly FakeTime time = new();
    private readonly CountingProvider ring = new();
    private readonly TicketSeal seal;

    public TicketSealTests() => seal = new(ring, time);

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
    public void It_opens_on_another_node_that_shares_the_key_ring()
    {
        Assert.True(new TicketSeal(ring, time).TryOpen(Purpose, seal.Seal(Purpose, "content"u8), out var opened));
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
    public void No_nonce_comes_twice_whoever_seals_at_once()
    {
        var nonces = new HashSet<string>();
        Parallel.For(0, 4000, _ =>
        {
            var made = seal.Seal(Purpose, []);
            lock (nonces)
                Assert.True(nonces.Add(Convert.ToHexString(made.AsSpan(1 + made[0], NonceLength))));
        });
        Assert.Equal(1, ring.Wrapped);
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
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(KeyIn(first), KeyIn(seal.Seal(Purpose, [])));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(KeyIn(first), KeyIn(seal.Seal(Purpose, [])));
        Assert.Equal(2, ring.Wrapped);

        Assert.True(seal.TryOpen(Purpose, first, out var opened));
        Assert.Equal("first"u8, opened);
    }

    [Fact]
    public void The_framework_is_asked_once_for_a_key_and_again_after_an_hour()
    {
        var other = new TicketSeal(ring, time);
        for (var i = 0; i < 10; i++)
            Assert.True(other.TryOpen(Purpose, seal.Seal(Purpose, []), out _));
        Assert.Equal(1, ring.Unwrapped);

        var late = seal.Seal(Purpose, []);
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(other.TryOpen(Purpose, late, out _));
        Assert.Equal(2, ring.Unwrapped);
    }

    [Fact]
    public void More_nodes_than_are_remembered_open_each_others_tickets()
    {
        var nodes = Enumerable.Range(0, 70).Select(_ => new TicketSeal(ring, time)).ToList();
        for (var round = 0; round < 2; round++)
            Assert.All(nodes, node => Assert.True(seal.TryOpen(Purpose, node.Seal(Purpose, [1]), out _)));
    }

    [Fact]
    public void A_key_that_the_ring_has_lost_opens_nothing()
    {
        var made = new TicketSeal(new EphemeralDataProtectionProvider(), time).Seal(Purpose, "content"u8);
        Assert.False(seal.TryOpen(Purpose, made, out var opened));
        Assert.Null(opened);
    }

    [Fact]
    public void Something_else_that_the_ring_protects_is_no_key()
    {
        // As long as a wrapped key and of the same ring, but made for something else; and of the same purpose, but of another length.
        AssertIsNoKey(ring.CreateProtector("another purpose").Protect(new byte[32]));
        AssertIsNoKey(ring.CreateProtector("ticket key").Protect(new byte[16]));
    }

    [Fact]
    public void Strangers_bytes_neither_open_nor_are_remembered()
    {
        for (var length = 0; length < 400; length++)
            Assert.False(seal.TryOpen(Purpose, RandomNumberGenerator.GetBytes(length), out _));
        seal.TryOpen(Purpose, seal.Seal(Purpose, []), out _);
        Assert.Equal(1, ring.Wrapped);
    }

    private void AssertIsNoKey(byte[] wrapped)
    {
        using var guess = new AesGcm(new byte[32], TagLength);
        byte[] made = [(byte)wrapped.Length, .. wrapped, .. new byte[NonceLength + TagLength]];
        guess.Encrypt(made.AsSpan(1 + wrapped.Length, NonceLength), [], [], made.AsSpan(^TagLength..), Purpose);
        Assert.False(seal.TryOpen(Purpose, made, out _));
    }

    private static string KeyIn(byte[] made) => Convert.ToHexString(made.AsSpan(1, made[0]));

    /// <summary>A real key ring that counts what it is asked for.</summary>
    private sealed class CountingProvider : IDataProtectionProvider
    {
        private readonly EphemeralDataProtectionProvider provider = new();
        private int wrapped;
        private int unwrapped;

        public int Wrapped => wrapped;

        public int Unwrapped => unwrapped;

        public IDataProtector CreateProtector(string purpose) => new Protector(this, provider.CreateProtector(purpose));

        private sealed class Protector(CountingProvider counting, IDataProtector protector) : IDataProtector
        {
            public IDataProtector CreateProtector(string purpose) => new Protector(counting, protector.CreateProtector(purpose));

            public byte[] Protect(byte[] plaintext)
            {
                Interlocked.Increment(ref counting.wrapped);
                return protector.Protect(plaintext);
            }

            public byte[] Unprotect(byte[] protectedData)
            {
                Interlocked.Increment(ref counting.unwrapped);
                return protector.Unprotect(protectedData);
            }
        }
    }
}
