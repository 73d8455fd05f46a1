using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// Removes what tells devices of a month apart, once the month after it has ended too: first the secret, with which an id could be looked
/// for, then the rows, a few at a time. The counts stay.
/// </summary>
internal sealed class MonthEnding(Database database, MonthSecrets secrets, TimeProvider time, ILogger<MonthEnding> logger)
    : Loop(TimeSpan.FromMinutes(10), time, logger)
{
    private readonly TimeProvider time = time;

    // What a run before this one has left.
    private readonly HashSet<string> left = [.. DeviceTables.All];

    protected override string Failure => "Devices of months past could not be removed; it is tried again in ten minutes.";

    /// <summary>Removes what is to go by now.</summary>
    public async ValueTask RemoveAsync(CancellationToken cancellationToken)
    {
        var month = Days.OfMonth(time.GetUtcNow());
        var kept = Spans.Before(month);
        secrets.Forget(kept);
        await WriteAsync(new("DELETE FROM readiness_months WHERE month < @kept", Number("kept", kept)), cancellationToken);
        string[] used = [DeviceTables.Of(month), DeviceTables.Of(kept)];
        foreach (var table in DeviceTables.All)
        {
            if (await RemoveAsync(table, kept, cancellationToken) > 0)
                left.Add(table);
            if (used.Contains(table) || !left.Contains(table))
                continue;
            await EraseAsync(table, cancellationToken);
            left.Remove(table);
        }
    }

    protected override ValueTask TurnAsync(CancellationToken cancellationToken) => RemoveAsync(cancellationToken);

    private async ValueTask<int> RemoveAsync(string table, long kept, CancellationToken cancellationToken)
    {
        Statement few = new(
            $"""
            DELETE FROM {table} WHERE (month, device) IN (
                SELECT month, device FROM {table} WHERE month < @kept ORDER BY month, device LIMIT @batch {database.SkipLocked})
            """,
            Number("kept", kept),
            Number("batch", Removal.Batch));
        for (var all = 0; ;)
        {
            var rows = await WriteAsync(few, cancellationToken);
            all += rows;
            if (rows < Removal.Batch)
                return all;
        }
    }

    // The last page of a SQLite table stays its own, with what was in it. Nobody writes here before another month begins.
    private async ValueTask EraseAsync(string table, CancellationToken cancellationToken)
    {
        if (!database.IsShared && await database.NumberAsync(new($"SELECT COUNT(*) FROM {table}"), cancellationToken) == 0)
            await WriteAsync(new($"DELETE FROM {table}"), cancellationToken);
    }

    // SQLite overwrites what it removes where it is told to, and else leaves it in the file until something takes its place.
    private async ValueTask<int> WriteAsync(Statement remove, CancellationToken cancellationToken)
        => database.IsShared
            ? (await database.WriteAsync([remove], cancellationToken)).By(remove)
            : (await database.WriteAsync([new("PRAGMA secure_delete = 1"), remove, new("PRAGMA secure_delete = 0")], cancellationToken))[1];
}
