using System.Runtime.InteropServices;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>The month and the week that a day lies in, by their first days, in days since 1970-01-01, UTC.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Week">Its Monday.</param>
/// <param name="MonthOfWeek">The month that the week begins in. Devices are known in their week by this month's secret.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Spans(long Month, long Week, long MonthOfWeek)
{
    public static Spans Of(DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        return new(Days.OfDate(FirstOf(day)), Days.OfDate(monday), Days.OfDate(FirstOf(monday)));
    }

    /// <summary>The month before it.</summary>
    public static long Before(long month) => Days.OfDate(Days.ToDate(month).AddMonths(-1));

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
}
