using System.Diagnostics.Metrics;
using System.Text;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Tests.Telemetry;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new("test");

    public void Dispose() => meter.Dispose();

    private static string Text(Family family)
    {
        var text = new StringBuilder();
        PrometheusText.Write(text, family);
        return text.ToString();
    }

    [Fact]
    public void A_counter_adds_up_per_set_of_tags()
    {
        var family = new Family(meter.CreateCounter<long>("shop.orders", "{order}", "Orders."));
        family.Add(1, [new("color", "red")]);
        family.Add(2, [new("color", "red")]);
        family.Add(5, [new("color", "blue"), new("size", "l")]);
        family.Add(7, []);
        Assert.Equal(
            """
            # HELP shop_orders_total Orders.
            # TYPE shop_orders_total counter
            shop_orders_total 7
            shop_orders_total{color="blue",size="l"} 5
            shop_orders_total{color="red"} 3

            """,
            Text(family));
    }

    [Fact]
    public void What_tells_its_own_total_is_not_added_up()
    {
        var family = new Family(meter.CreateObservableCounter("seen", () => 0L));
        family.Add(3, []);
        family.Add(4, []);
        Assert.EndsWith("seen_total 4\n", Text(family), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_bucket_of_a_histogram_counts_the_smaller_ones_too_and_its_bound_belongs_to_it()
    {
        var family = new Family(
            meter.CreateHistogram(
                "took", "s", "Time.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.5, 2] }));
        foreach (var value in new[] { 0.0005, 0.001, 0.25, 2, 2.5 })
            family.Add(value, [new("of", "x")]);
        Assert.Equal(
            """
            # HELP took_seconds Time.
            # TYPE took_seconds histogram
            took_seconds_bucket{of="x",le="0.001"} 2
            took_seconds_bucket{of="x",le="0.5"} 3
            took_seconds_bucket{of="x",le="2"} 4
            took_seconds_bucket{of="x",le="+Inf"} 5
            took_seconds_sum{of="x"} 4.7515
            took_seconds_count{of="x"} 5

            """,
            Text(family));
    }

    [Fact]
    public void Backslashes_quotes_and_line_ends_are_escaped()
    {
        var family = new Family(meter.CreateCounter<long>("odd", null, "One\\two\nthree \"four\"."));
        family.Add(1, [new("path", "C:\\temp\n\"x\"")]);
        Assert.Equal(
            "# HELP odd_total One\\\\two\\nthree \"four\".\n# TYPE odd_total counter\nodd_total{path=\"C:\\\\temp\\n\\\"x\\\"\"} 1\n",
            Text(family));
    }

    [Fact]
    public async Task Callers_at_once_lose_nothing()
    {
        var family = new Family(
            meter.CreateHistogram("many", null, "", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1] }));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                family.Add(1, [new("of", "x")]);
        })));
        Assert.Contains("many_count{of=\"x\"} 80000\n", Text(family), StringComparison.Ordinal);
    }
}
