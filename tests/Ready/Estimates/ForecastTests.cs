using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Ready.Tests.Estimates;

public sealed class ForecastTests
{
    private static readonly DateOnly LastWeek = new(2026, 11, 23);

    [Fact]
    public void Fewer_than_8_weeks_are_too_few()
    {
        Assert.Null(Forecast.Of([]));
        Assert.Null(Forecast.Of(Weeks(7, _ => 0.5)));
        Assert.NotNull(Forecast.Of(Weeks(8, _ => 0.5)));
    }

    [Fact]
    public void Weeks_without_devices_and_of_long_ago_do_not_count_as_weeks()
    {
        Assert.Null(Forecast.Of([new(LastWeek.AddDays(-7 * 20), 0, 0), .. Weeks(7, _ => 0.5)]));
        Assert.Null(Forecast.Of([new(LastWeek.AddDays(-7 * 156), 1000, 500), .. Weeks(7, _ => 0.5)]));
        Assert.NotNull(Forecast.Of([new(LastWeek.AddDays(-7 * 155), 1000, 500), .. Weeks(7, _ => 0.5)]));
    }

    [Fact]
    public void Fewer_than_500_devices_in_the_busiest_of_the_last_four_weeks_are_too_few()
    {
        Assert.Null(Forecast.Of(Weeks(20, _ => 0.5, devices: 499)));
        Assert.Null(Forecast.Of([.. Weeks(20, _ => 0.5, devices: 5000)[..^4], .. Weeks(4, _ => 0.5, devices: 499)]));
        Assert.NotNull(Forecast.Of([.. Weeks(20, _ => 0.5, devices: 499)[..^1], new(LastWeek, 500, 250)]));
    }

    [Theory]
    [InlineData("2026-11-23", "2027-02-01", "2027-05-01", "2027-11-01")]
    [InlineData("2026-11-30", "2027-02-01", "2027-05-01", "2027-11-01")]
    [InlineData("2026-08-31", "2026-11-01", "2027-02-01", "2027-08-01")]
    public void The_months_are_3_6_and_12_after_that_of_the_last_week(string last, params string[] months)
    {
        var shift = DateOnly.Parse(last).DayNumber - LastWeek.DayNumber;
        var weeks = Weeks(30, _ => 0.5).Select(week => week with { Week = week.Week.AddDays(shift) });

        Assert.Equal(months.Select(month => DateOnly.Parse(month)), Forecast.Of([.. weeks])!.Months.Select(month => month.Month));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.3)]
    [InlineData(0.97)]
    [InlineData(1)]
    public void A_share_that_stays_is_forecast_to_stay(double share)
    {
        var forecast = Forecast.Of(Weeks(60, _ => share))!;

        Assert.All(forecast.Months, month => Assert.Equal(share, month.Share, 0.01));
        Assert.All(forecast.Months, month => Assert.True(month.Low <= share + 0.001 && share - 0.001 <= month.High));
        Assert.InRange(forecast.PastError, 0, 0.002);
    }

    [Fact]
    public void Growth_goes_on_and_slows_down_towards_all()
    {
        // From a tenth to nine tenths within a year and a half; at the last week, 60 %.
        static double Growth(double week) => 1 / (1 + Math.Exp(-0.405 - 4.39 / 78 * week));

        var months = Forecast.Of(Weeks(52, Growth))!.Months;

        Assert.Equal(Growth(12), months[0].Share, 0.03);
        Assert.Equal(Growth(25), months[1].Share, 0.06);
        Assert.Equal(Growth(51), months[2].Share, 0.08);
        Assert.All(months.Zip([12, 25]), one => Assert.InRange(Growth(one.Second), one.First.Low, one.First.High));
    }

    [Fact]
    public void A_jump_six_weeks_ago_counts_and_what_was_before_it_hardly_does()
    {
        var months = Forecast.Of(Weeks(60, week => week > -6 ? 0.72 : 0.4))!.Months;

        Assert.Equal(0.72, months[0].Share, 0.02);
        Assert.InRange(months[0].Low, 0.55, 0.72);
    }

    [Fact]
    public void A_wave_of_bots_two_months_ago_moves_nothing()
    {
        var quiet = Forecast.Of(Weeks(40, _ => 0.6))!.Months[0];
        var weeks = Weeks(40, _ => 0.6);
        weeks[^9] = weeks[^9] with { Devices = 4 * weeks[^9].Devices };
        weeks[^8] = weeks[^8] with { Devices = 3 * weeks[^8].Devices };

        var month = Forecast.Of(weeks)!.Months[0];

        Assert.Equal(quiet.Share, month.Share, 0.01);
        Assert.InRange(month.High - month.Low, 0, 2 * (quiet.High - quiet.Low));
    }

    [Fact]
    public void A_last_week_that_is_off_may_be_bots_or_a_release_and_the_band_holds_both()
    {
        var weeks = Weeks(40, week => week == 0 ? 0.5 : 0.6);

        var month = Forecast.Of(weeks)!.Months[0];

        Assert.InRange(month.Low, 0, 0.51);
        Assert.InRange(month.High, 0.58, 1);
    }

    [Fact]
    public void A_yearly_wave_that_was_there_twice_is_expected_again()
    {
        static double Wave(double week) => 1 / (1 + Math.Exp(-0.3 * Math.Sin(2 * Math.PI * week / 52.18)));

        var months = Forecast.Of(Weeks(120, Wave))!.Months;

        // A quarter of a year on it is near its crest, and half a year later near its bottom.
        Assert.Equal(Wave(12), months[0].Share, 0.03);
        Assert.True(months[0].Share > months[1].Share + 0.02);
    }

    [Fact]
    public void Missing_weeks_pass_as_others_do()
    {
        static double Growth(double week) => 1 / (1 + Math.Exp(-0.02 * week));
        var all = Weeks(60, Growth);

        var some = Forecast.Of([.. all.Where((_, i) => i is 0 or > 50 || i % 3 == 1)])!.Months;

        Assert.All(some.Zip(Forecast.Of(all)!.Months), month => Assert.Equal(month.Second.Share, month.First.Share, 0.05));
    }

    [Fact]
    public void The_band_grows_with_distance_with_scatter_and_with_fewer_devices()
    {
        // Up and down by a point and a half, with no pattern that could be followed.
        var scattered = new Random(7);
        var quiet = Forecast.Of(Weeks(40, _ => 0.5))!.Months;
        var loud = Forecast.Of(Weeks(40, _ => 0.5 + 0.06 * (scattered.NextDouble() - 0.5)))!.Months;
        var few = Forecast.Of(Weeks(40, _ => 0.5, devices: 600))!.Months;

        foreach (var months in new[] { quiet, loud, few })
            Assert.True(Width(months[0]) < Width(months[1]) && Width(months[1]) < Width(months[2]));
        Assert.True(Width(loud[0]) > Width(quiet[0]));
        Assert.True(Width(few[0]) > Width(quiet[0]));
    }

    [Fact]
    public void The_band_is_never_narrower_than_sampling()
    {
        foreach (var devices in new long[] { 500, 5_000, 5_000_000 })
        {
            var month = Forecast.Of(Weeks(150, _ => 0.5, devices))!.Months[0];
            var chance = 1.645 * Math.Sqrt(0.25 / devices);

            Assert.True(Width(month) >= 1.99 * chance);
        }
    }

    [Fact]
    public void The_past_error_is_what_the_last_four_weeks_were_away_from_a_forecast_without_them()
    {
        var forecast = Forecast.Of(Weeks(40, week => week > -4 ? 0.7 : 0.5))!;

        Assert.Equal(0.2, forecast.PastError, 0.01);
    }

    [Fact]
    public void The_same_weeks_have_the_same_forecast()
    {
        var weeks = Weeks(30, week => 0.5 + week / 100);
        var (first, second) = (Forecast.Of(weeks)!, Forecast.Of(weeks)!);

        Assert.Equal(first.Months, second.Months);
        Assert.Equal(first.PastError, second.PastError);
    }

    [Fact]
    public void Weeks_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Forecast.Of([new(LastWeek, 1, 1), new(LastWeek, 1, 1)]));
        Assert.Throws<ArgumentException>(() => Forecast.Of([new(LastWeek, 1, 1), new(LastWeek.AddDays(-7), 1, 1)]));
        Assert.Throws<ArgumentException>(() => Forecast.Of([new(LastWeek, 1, 2)]));
        Assert.Throws<ArgumentException>(() => Forecast.Of([new(LastWeek, -1, -1)]));
        Assert.Throws<ArgumentNullException>(() => Forecast.Of(null!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_was_counted_shares_lie_within_the_band_and_the_band_within_0_and_1(int seed)
    {
        var draw = new Random(seed);
        for (var run = 0; run < 40; run++)
        {
            var week = LastWeek.AddDays(-7 * 200);
            var weeks = new List<WeekOfDevices>();
            for (var i = 0; i < 8 + draw.NextDouble() * 40; i++)
            {
                // Most often the next week, at times one after years, and not only on Mondays.
                week = week.AddDays(draw.NextDouble() < 0.9 ? 7 : (int)(1 + Math.Exp(7 * draw.NextDouble())));
                var devices = draw.NextDouble() < 0.1 ? long.MaxValue : (long)Math.Exp(43 * draw.NextDouble());
                var capable = draw.NextDouble() switch { < 0.3 => 0, < 0.6 => devices, _ => (long)(devices * draw.NextDouble()) };
                weeks.Add(new WeekOfDevices(week, devices, Math.Min(capable, devices)));
            }

            if (Forecast.Of(weeks) is not { } forecast)
                continue;

            Assert.InRange(forecast.PastError, 0, 1);
            Assert.Equal(3, forecast.Months.Count);
            foreach (var month in forecast.Months)
            {
                Assert.InRange(month.Share, 0, 1);
                Assert.InRange(month.Low, 0, month.Share);
                Assert.InRange(month.High, month.Share, 1);
            }
        }
    }

    private static double Width(ForecastMonth month) => month.High - month.Low;

    // The share is asked of a week: 0 is the last, -1 the one before.
    private static WeekOfDevices[] Weeks(int count, Func<double, double> share, long devices = 20_000) =>
    [
        .. Enumerable.Range(1 - count, count)
            .Select(week => new WeekOfDevices(LastWeek.AddDays(7 * week), devices, (long)Math.Round(devices * share(week)))),
    ];
}
