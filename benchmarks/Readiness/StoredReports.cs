using System.Data.Common;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>
/// A year of reports, put into the server's own tables: so many devices every month, and a row of this month for each of them, at an even
/// spread of hashes. In two passes, so that the pages of the index are as full as pages are that were filled in no order.
/// </summary>
internal sealed class StoredReports(DbConnection connection, bool postgres, string keyId)
{
    private const int Weeks = 53;

    private readonly Spans now = Spans.Of(TimeProvider.System.GetUtcNow());

    /// <summary>What 40 versions of three browsers on four systems say.</summary>
    private readonly Profile[] profiles =
    [
        .. from browser in new[] { "Chrome", "Edge", "Safari" }
           from system in new[] { ("Windows", 11), ("macOS", 15), ("Android", 14), ("iOS", 18) }
           from version in Enumerable.Range(101, 40)
           select new Profile(
               Platforms.Web, system.Item1, system.Item2, browser, version,
               Capabilities.SecurityKey | (version > 110 ? Capabilities.Platform | Capabilities.ConditionalUi : Capabilities.None)),
    ];

    /// <summary>Adds devices until there are so many.</summary>
    public async Task GrowAsync(long devices)
    {
        var before = await AskAsync($"SELECT COUNT(*) FROM {DeviceTables.Of(now.Month)}");
        await KindsAsync();
        await CountsAsync(devices);
        await DevicesAsync(devices - before);
        await ExecuteAsync(postgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
        if (postgres)
            await ExecuteAsync("CHECKPOINT");
    }

    /// <summary>Removes this month's devices.</summary>
    public Task ClearAsync() => ExecuteAsync($"DELETE FROM {DeviceTables.Of(now.Month)}");

    /// <summary>How many devices of this month were counted.</summary>
    public Task<long> CountedAsync() => AskAsync(
        $"""
        SELECT CAST(COALESCE(SUM(devices), 0) AS BIGINT) FROM readiness_counts
        WHERE span = 'month' AND start = {now.Month} AND key_id = '{keyId}'
        """);

    private async Task KindsAsync()
    {
        await ExecuteAsync("CREATE TEMP TABLE IF NOT EXISTS bench_kinds (n BIGINT PRIMARY KEY, profile_id BIGINT)");
        await ExecuteAsync("DELETE FROM bench_kinds");
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var (profile, i) in profiles.Select((profile, i) => (profile, i)))
        {
            await ExecuteAsync($"INSERT INTO bench_kinds VALUES ({i}, {profile.Id})", transaction);
            await ExecuteAsync(
                $"""
                INSERT INTO readiness_profiles VALUES (
                    {profile.Id}, '{profile.Platform}', '{profile.System}', {profile.SystemMajor}, '{profile.Browser}',
                    {profile.BrowserMajor}, {(int)profile.Reported})
                ON CONFLICT DO NOTHING
                """,
                transaction);
        }
        await transaction.CommitAsync();
    }

    private async Task CountsAsync(long devices)
    {
        var months = Enumerable.Range(0, 12)
            .Select(back => Days.OfDate(Days.ToDate(now.Month).AddMonths(-back))).Select(start => ("month", start, devices));
        var weeks = Enumerable.Range(0, Weeks).Select(back => ("week", now.Week - 7 * back, devices / 2));
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var (span, start, all) in months.Concat(weeks))
        {
            await ExecuteAsync(
                $"""
                INSERT INTO readiness_counts (key_id, span, start, profile_id, devices, nameless)
                SELECT '{keyId}', '{span}', {start}, profile_id, {all} / {profiles.Length}, 0 FROM bench_kinds WHERE true
                ON CONFLICT (key_id, span, start, profile_id) DO UPDATE SET devices = excluded.devices
                """,
                transaction);
        }
        await transaction.CommitAsync();
    }

    private async Task DevicesAsync(long devices)
    {
        var step = (1L << 60) / devices;
        const long Chunk = 200_000;
        foreach (var pass in new[] { 0, 1 })
        {
            for (var from = 0L; from < devices; from += Chunk)
            {
                var numbers = postgres
                    ? $"generate_series({from + pass}, {Math.Min(from + Chunk, devices) - 1}, 2) AS one (i)"
                    : $"""
                       (WITH RECURSIVE one (i) AS (
                           SELECT {from + pass} UNION ALL SELECT i + 2 FROM one WHERE i + 2 < {Math.Min(from + Chunk, devices)})
                       SELECT i FROM one) one
                       """;
                var device = postgres
                    ? $"""
                       decode(lpad(to_hex(i * {step} + CAST(floor(random() * {step}) AS BIGINT)), 15, '0')
                           || lpad(to_hex(CAST(floor(random() * 9e18) AS BIGINT)), 17, '0'), 'hex')
                       """
                    : $"unhex(printf('%015x%017x', i * {step} + abs(random() / 2) % {step}, abs(random() / 2)))";
                await ExecuteAsync(
                    $"""
                    INSERT INTO {DeviceTables.Of(now.Month)} (month, device, profile_id, week, week_profile_id)
                    SELECT {now.Month}, {device}, k.profile_id, {now.Week}, k.profile_id
                    FROM {numbers} CROSS JOIN bench_kinds k WHERE k.n = i % {profiles.Length}
                    """);
            }
        }
    }

    private async Task ExecuteAsync(string sql, DbTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout, command.Transaction) = (sql, 0, transaction);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> AskAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
