namespace OpenPassage.Server.Ready.Estimates;

/// <summary>What was seen in a week.</summary>
/// <param name="Week">Its Monday.</param>
/// <param name="Devices">All.</param>
/// <param name="Capable">Those that can.</param>
internal sealed record WeekOfDevices(DateOnly Week, long Devices, long Capable);

/// <summary>A share to come.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">The 90 % band's lower end.</param>
/// <param name="High">Its upper end.</param>
internal sealed record ForecastMonth(DateOnly Month, double Share, double Low, double High);

/// <summary>
/// A share 3, 6 and 12 months from now, and how wrong the same forecast was of late. How it is made, how good it is and what it cannot
/// see: docs/decisions/0038-forecast.md.
/// </summary>
/// <param name="Months">Three of them.</param>
/// <param name="PastError">The mean distance, as a share, of what a forecast without the last four weeks said of them.</param>
internal sealed record Forecast(IReadOnlyList<ForecastMonth> Months, double PastError)
{
    private const int FewestWeeks = 8;
    private const long FewestDevices = 500;
    private const int Latest = 4;

    /// <summary>Three years: two of a year's seasons to compare, and one more.</summary>
    private const int MostWeeks = 156;

    /// <summary>90 % of the standard normal distribution lie between minus and plus this.</summary>
    private const double Z90 = 1.6448536269514722;

    private static readonly int[] MonthsAhead = [3, 6, 12];

    /// <summary>
    /// Null: fewer than 8 weeks with devices in the last three years, or fewer than 500 devices in the busiest of the last four of them,
    /// are too few for one.
    /// </summary>
    /// <param name="weeks">Whole weeks without the one that it is now, ascending; some may be missing.</param>
    /// <exception cref="ArgumentException">They do not ascend, or more devices can than there are.</exception>
    public static Forecast? Of(IReadOnlyList<WeekOfDevices> weeks)
    {
        ArgumentNullException.ThrowIfNull(weeks);
        for (var i = 0; i < weeks.Count; i++)
        {
            if (i > 0 && weeks[i].Week <= weeks[i - 1].Week)
                throw new ArgumentException($"The week of {weeks[i].Week:O} does not come after {weeks[i - 1].Week:O}.", nameof(weeks));
            if (weeks[i].Devices < 0 || weeks[i].Capable < 0 || weeks[i].Capable > weeks[i].Devices)
                throw new ArgumentException($"In the week of {weeks[i].Week:O}, more or less than all devices can.", nameof(weeks));
        }
        var oldest = weeks.Count == 0 ? 0 : weeks[^1].Week.DayNumber - 7 * (MostWeeks - 1);
        var seen = weeks.Where(week => week.Devices > 0 && week.Week.DayNumber >= oldest).ToArray();
        if (seen.Length < FewestWeeks || seen[^Latest..].Max(week => week.Devices) < FewestDevices)
            return null;

        var course = ShareCourse.Of(seen);
        var typical = seen[^Latest..].Select(week => week.Devices).Order().ElementAt(Latest / 2);
        var months = MonthsAhead.Select(ahead => Month(course, seen[^1].Week, ahead, typical)).ToArray();
        return new Forecast(months, ErrorOf(seen));
    }

    private static ForecastMonth Month(ShareCourse course, DateOnly last, int ahead, long devices)
    {
        var month = last.AddMonths(ahead);
        month = new DateOnly(month.Year, month.Month, 1);
        // The middle of the Mondays in it.
        var (share, low, high) = course.At((int)Math.Round((month.DayNumber + 15 - last.DayNumber) / 7.0));
        // What so many devices would show by chance is the least that the band must be.
        var chance = Interval.Wilson(share * devices, devices, Z90);
        return new ForecastMonth(month, share, Math.Min(low, chance.Low), Math.Max(high, chance.High));
    }

    private static double ErrorOf(WeekOfDevices[] seen)
    {
        var course = ShareCourse.Of(seen[..^Latest]);
        var last = seen[^(Latest + 1)].Week;
        return seen[^Latest..].Average(week =>
            Math.Abs(course.ShareAt((week.Week.DayNumber - last.DayNumber) / 7) - (double)week.Capable / week.Devices));
    }
}
