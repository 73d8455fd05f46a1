using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Ready.Tests.Estimates;

public sealed class IntervalTests
{
    [Theory]
    // R. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void It_is_the_interval_that_was_published(int capable, int devices, double low, double high)
    {
        var interval = Interval.Wilson(capable, devices);

        Assert.Equal((double)capable / devices, interval.Share);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    [InlineData(9e18)]
    [InlineData(0.4)]
    public void None_and_all_end_at_0_and_1_exactly(double devices)
    {
        var (none, all) = (Interval.Wilson(0, devices), Interval.Wilson(devices, devices));

        Assert.Equal((0, 0), (none.Share, none.Low));
        Assert.Equal((1, 1), (all.Share, all.High));
        Assert.InRange(none.High, 1e-20, 0.999);
        Assert.Equal(none.High, 1 - all.Low, 12);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(500)]
    public void It_covers_the_true_share_as_often_as_it_says(int devices)
    {
        var shares = Enumerable.Range(1, 199).Select(i => i / 200.0).ToArray();

        var covered = shares.Select(share => Coverage.Of(share, devices)).ToArray();

        Assert.InRange(covered.Average(), 0.945, 0.965);
        // Few devices cannot be split finely: at a share near 0 or 1, one more or less is much.
        Assert.All(covered, one => Assert.InRange(one, 0.83, 1));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, -3)]
    [InlineData(-1, 10)]
    [InlineData(11, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void What_is_no_share_is_refused(double capable, double devices)
        => Assert.Throws<ArgumentOutOfRangeException>(() => Interval.Wilson(capable, devices));

    [Fact]
    public void Its_ends_lie_around_the_share_and_within_0_and_1()
    {
        foreach (var devices in new double[] { 1, 3, 10, 1e3, 1e9, 1e18, 1e300 })
        {
            foreach (var part in new[] { 0, 1e-12, 0.1, 0.5, 0.9, 1 - 1e-12, 1 })
            {
                var interval = Interval.Wilson(part * devices, devices);

                Assert.InRange(interval.Share, 0, 1);
                Assert.InRange(interval.Low, 0, interval.Share);
                Assert.InRange(interval.High, interval.Share, 1);
            }
        }
    }
}
