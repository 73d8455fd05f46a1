using OpenPassage.Server.Values;

namespace OpenPassage.Server.Statistics;

/// <summary>Reads an app's figures: the dashboard draws them, management answers with them.</summary>
internal sealed class FigureReader(CounterStore store, UserCounts users, TimeProvider time)
{
    /// <summary>The day it is.</summary>
    public long Today => Days.Of(time.GetUtcNow());

    /// <summary>Of a range that has a word; see <see cref="DayRange.All"/>.</summary>
    public async Task<Figures> ReadAsync(AppId app, string word, CancellationToken cancellationToken)
        => await ReadAsync(
            app, DayRange.Of(word, Today, word == "all" ? await store.FirstDayAsync(app, cancellationToken) : null), cancellationToken);

    public async Task<Figures> ReadAsync(AppId app, DayRange range, CancellationToken cancellationToken)
    {
        var sums = await store.SumAsync(app, range.From, range.To, cancellationToken);
        var succeeded = await store.ListAsync(app, Counted.Succeeded, range.From, range.To, cancellationToken);
        // Months begin before most ranges do: a year of them is always shown. This month's figure is wanted whenever a range ends.
        var active = await store.ListAsync(
            app, Counted.Active, Math.Min(range.From, range.To - 365), Math.Max(range.To, Today), cancellationToken);
        return new Figures(range, sums, succeeded, active, await store.PasswordBaselineAsync(app, cancellationToken))
        {
            Users = await users.OfAsync(app, cancellationToken),
            ThisMonth = Days.OfMonth(time.GetUtcNow()),
        };
    }
}
