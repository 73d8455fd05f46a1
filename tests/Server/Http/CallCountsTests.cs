using System.Net;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Tests.Http;

public sealed class CallCountsTests
{
    private readonly FakeTime time = new();

    [Fact]
    public void Each_address_has_its_calls_a_minute_and_each_app_its_own()
    {
        var counts = new CallCounts(2, time);
        Assert.Null(counts.Take("a", Address("192.0.2.1")));
        Assert.Null(counts.Take("a", Address("192.0.2.1")));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), counts.Take("a", Address("192.0.2.1")));
        Assert.Null(counts.Take("b", Address("192.0.2.1")));
        Assert.Null(counts.Take("a", Address("192.0.2.2")));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(counts.Take("a", Address("192.0.2.1")));
    }

    [Fact]
    public void A_household_of_IPv6_is_one_caller()
    {
        var counts = new CallCounts(1, time);
        Assert.Null(counts.Take("a", Address("2001:db8:0:1::1")));
        Assert.NotNull(counts.Take("a", Address("2001:db8:0:1:ffff::2")));
        Assert.Null(counts.Take("a", Address("2001:db8:0:2::1")));
        // The same bytes, and two callers.
        Assert.Null(counts.Take("a", Address("32.1.13.184")));
    }

    /// <summary>Threat 23: whoever has more networks than the server has memory fills no memory, and is counted all the same.</summary>
    [Fact]
    public void More_networks_than_are_told_apart_are_counted_together()
    {
        var counts = new CallCounts(1, time, mostCallers: 10);
        for (var i = 0; i < 10; i++)
            Assert.Null(counts.Take("a", Address($"2001:db8:0:{i:x}::1")));

        // By provider, then all together: one more each.
        Assert.Null(counts.Take("a", Address("2001:db8:1:1::1")));
        Assert.NotNull(counts.Take("a", Address("2001:db8:1:2::1")));
        for (var i = 1; i < 10; i++)
            Assert.Null(counts.Take("a", Address($"2001:{i:x}::1")));
        Assert.Null(counts.Take("a", Address("2001:aaaa::1")));
        Assert.NotNull(counts.Take("a", Address("2001:bbbb::1")));
        Assert.NotNull(counts.Take("b", Address("192.0.2.1")));
        // Who was told apart before still is.
        Assert.NotNull(counts.Take("a", Address("2001:db8:0:3::1")));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(counts.Take("a", Address("2001:bbbb::1")));
    }

    [Fact]
    public void Of_calls_at_once_no_more_pass_than_may()
    {
        var counts = new CallCounts(100, time);
        var passed = 0;
        Parallel.For(0, 2000, _ => Interlocked.Add(ref passed, counts.Take("a", Address("192.0.2.1")) is null ? 1 : 0));
        Assert.Equal(100, passed);
    }

    private static IPAddress Address(string text) => IPAddress.Parse(text);
}
