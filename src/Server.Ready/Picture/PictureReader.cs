using OpenPassage.Server.Apps;
using OpenPassage.Server.Ready.Estimates;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>Reads the picture that management answers with, the console draws and the command line prints.</summary>
internal sealed class PictureReader(PictureRows rows, FigureReader figures, TimeProvider time)
{
    /// <summary>The day it is, in UTC.</summary>
    public DateOnly Today => Days.ToDate(figures.Today);

    /// <param name="query">Of what.</param>
    /// <param name="type">The product whose app it is; null: it is asked of all apps.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReadinessPicture> ReadAsync(PictureQuery query, AppType? type, CancellationToken cancellationToken)
    {
        var (kinds, counted) = await rows.MonthsAsync(query, cancellationToken);
        var months = counted.Count;
        var all = Tally.Of(kinds, Ability.Local);
        var weeks = await WeeksAsync(query, cancellationToken);
        return new(
            query.Months.First,
            query.Months.End,
            all.Monthly(months),
            Nameless(kinds, months),
            all.IsEnough(months) ? [.. Ability.All.Select(ability => Share(kinds, ability, months))] : [],
            [.. query.By.Of(kinds, query.Ability, months).Select(cell => GroupShare.Of(cell, months))],
            LeftBehind.Of(kinds, query.Ability, months),
            [.. weeks.Where(week => week.Devices >= Tally.Least).Select(Share)],
            Forecast(weeks),
            query.App is { } app && type is { } product && months > 0
                ? Funnel.Of(all, months, await FiguresAsync(app, query, counted[0], cancellationToken), product)
                : null);
    }

    private async Task<Figures> FiguresAsync(AppId app, PictureQuery query, DateOnly first, CancellationToken cancellationToken)
        => await figures.ReadAsync(app, DayRange.Between(Days.OfDate(first), Days.OfDate(query.Months.End)), cancellationToken);

    // A month's devices are not asked for where there are only reports without one.
    private static long Nameless(IReadOnlyList<Kind> kinds, int months)
        => Tally.Monthly(kinds.Sum(kind => kind.Nameless), Math.Max(months, 1));

    private static CapabilityShare Share(IReadOnlyList<Kind> kinds, Ability ability, int months)
    {
        var tally = Tally.Of(kinds, ability);
        var interval = tally.Interval(months);
        long Monthly(Func<Kind, bool> which) => Tally.Monthly(kinds.Where(which).Sum(kind => kind.Devices), months);
        return new(
            ability.Name,
            Tally.Monthly(tally.Capable, months),
            interval.Share,
            interval.Low,
            interval.High,
            Monthly(ability.IsReported),
            Monthly(ability.IsKnown),
            ability.Uses);
    }

    private static WeekShare Share(WeekOfDevices week)
    {
        var interval = new Tally(week.Devices, week.Capable).Interval(1);
        return new(week.Week, week.Devices, interval.Share, interval.Low, interval.High);
    }

    private async ValueTask<IReadOnlyList<WeekOfDevices>> WeeksAsync(PictureQuery query, CancellationToken cancellationToken)
    {
        var year = query.Months.Last.AddMonths(-11);
        var from = year < query.Months.First ? year : query.Months.First;
        return await rows.WeeksAsync(query, from, cancellationToken);
    }

    // The week that it is now has told only a part of itself: those who come at its end may be others.
    private ForecastFigures? Forecast(IReadOnlyList<WeekOfDevices> weeks)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return Estimates.Forecast.Of([.. weeks.Where(week => week.Week.AddDays(7) <= today)]) is not { } forecast ? null : new(
            [.. forecast.Months.Select(month => new MonthShare(
                month.Month, Tally.Rounded(month.Share), Tally.Rounded(month.Low), Tally.Rounded(month.High)))],
            Tally.Rounded(forecast.PastError));
    }
}
