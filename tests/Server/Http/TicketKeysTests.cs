using System.Xml.Linq;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Tests.Http;

public class TicketKeysTests : IAsyncLifetime
{
    private static readonly byte[] Secret = [1, 2, 3];

    private RingFixture ring = null!;

    private FakeTime Time => ring.Time;

    public async ValueTask InitializeAsync() => ring = await RingFixture.CreateAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ring.DisposeAsync();
    }

    [Fact]
    public async Task What_one_node_wrapped_the_others_unwrap()
    {
        var (one, other) = (await ring.NodeAsync(), await ring.NodeAsync());
        Assert.True(other.TryUnwrap(one.Wrap(Secret), out var secret));
        Assert.Equal(Secret, secret);
        Assert.Single(await ring.Kept.ReadAsync(default));
    }

    [Fact]
    public async Task A_byte_changed_or_missing_unwraps_nothing()
    {
        var keys = await ring.NodeAsync();
        var wrapped = keys.Wrap(Secret);
        for (var i = 0; i < wrapped.Length; i++)
        {
            wrapped[i] ^= 1;
            Assert.False(keys.TryUnwrap(wrapped, out _));
            wrapped[i] ^= 1;
            Assert.False(keys.TryUnwrap(wrapped.AsSpan(0, i), out _));
        }

        Assert.True(keys.TryUnwrap(wrapped, out _));
    }

    [Fact]
    public async Task The_next_key_is_made_two_days_before_it_is_used_so_that_every_node_has_read_it_by_then()
    {
        var (one, other) = (await ring.NodeAsync(), await ring.NodeAsync());
        var first = TicketKeyRing.IdIn(one.Wrap(Secret));

        Time.Advance(TimeSpan.FromDays(88) - TimeSpan.FromMinutes(1));
        await one.FollowAsync(default);
        Assert.Single(await ring.Kept.ReadAsync(default));

        Time.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(one.FollowAsync(default), other.FollowAsync(default));
        Assert.Equal(2, (await ring.Kept.ReadAsync(default)).Count);
        await one.FollowAsync(default);
        var before = one.Wrap(Secret);
        Assert.Equal(first, TicketKeyRing.IdIn(before));

        Time.Advance(TimeSpan.FromDays(2));
        var second = one.Wrap(Secret);
        Assert.NotEqual(first, TicketKeyRing.IdIn(second));
        Assert.False(other.IsUnknown(second));
        Assert.True(other.TryUnwrap(second, out _));
        Assert.True(other.TryUnwrap(before, out _));
    }

    [Fact]
    public async Task A_server_that_could_make_no_key_in_time_seals_with_the_last_one()
    {
        var keys = await ring.NodeAsync();
        var last = keys.Wrap(Secret);
        Time.Advance(TimeSpan.FromDays(100));
        Assert.Equal(TicketKeyRing.IdIn(last), TicketKeyRing.IdIn(keys.Wrap(Secret)));

        await keys.FollowAsync(default);
        Assert.NotEqual(TicketKeyRing.IdIn(last), TicketKeyRing.IdIn(keys.Wrap(Secret)));
        Assert.True(keys.TryUnwrap(last, out _));
    }

    [Fact]
    public async Task A_key_that_was_revoked_unwraps_nothing_after_the_next_read_and_another_takes_its_place()
    {
        var keys = await ring.NodeAsync();
        var wrapped = keys.Wrap(Secret);
        var revocation = new XElement(
            "revocation",
            new XAttribute("version", 1),
            new XElement("revocationDate", Time.GetUtcNow().ToString("o")),
            new XElement("key", new XAttribute("id", TicketKeyRing.IdIn(wrapped).ToString("D"))),
            new XElement("reason", "It was seen."));
        await ring.Kept.AddAsync("revocation", revocation.ToString(), default);
        Assert.True(keys.TryUnwrap(wrapped, out _));

        await keys.FollowAsync(default);

        Assert.False(keys.TryUnwrap(wrapped, out _));
        Assert.NotEqual(TicketKeyRing.IdIn(wrapped), TicketKeyRing.IdIn(keys.Wrap(Secret)));
    }

    [Fact]
    public async Task A_key_that_another_node_has_just_made_is_learnt_when_it_is_asked_for()
    {
        var old = await ring.NodeAsync();
        await ring.LoseAllAsync();
        var wrapped = (await ring.NodeAsync()).Wrap(Secret);
        Assert.True(old.IsUnknown(wrapped));
        Assert.False(old.TryUnwrap(wrapped, out _));

        Assert.True(await old.LearnAsync(TicketKeyRing.IdIn(wrapped), default));

        Assert.False(old.IsUnknown(wrapped));
        Assert.True(old.TryUnwrap(wrapped, out _));
    }

    /// <summary>Threat 23: however many unknown keys are named at once, a bounded number waits, for one read.</summary>
    [Fact]
    public async Task Of_a_thousand_that_ask_for_unknown_keys_a_quarter_waits_and_the_others_are_turned_away_at_once()
    {
        var keys = await ring.NodeAsync();
        Assert.False(await keys.LearnAsync(Guid.NewGuid(), default));

        var asking = Enumerable.Range(0, 1000).Select(_ => keys.LearnAsync(Guid.NewGuid(), default).AsTask()).ToList();

        Assert.Equal(744, asking.Count(one => one.IsCompleted));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (asking.Exists(one => !one.IsCompleted))
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, patience.Token);
        }

        Assert.All(await Task.WhenAll(asking), Assert.False);
    }

    [Fact]
    public async Task Who_goes_away_waits_no_longer()
    {
        var keys = await ring.NodeAsync();
        await keys.LearnAsync(Guid.NewGuid(), default);
        using var gone = new CancellationTokenSource();
        var asking = keys.LearnAsync(Guid.NewGuid(), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }
}
