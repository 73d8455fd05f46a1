using System.Collections.Frozen;
using OpenPassage.Server.Ready.Estimates;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>
/// Reads the counts, of which there are as many as keys, months, weeks and kinds of device, however many reports they tell of. A query
/// reads ranges of their primary key and nothing else: the keys say which, and kinds of device, which never change, are kept in memory.
/// </summary>
internal sealed class PictureRows(Database database)
{
    // SQLite takes the tables of a CROSS JOIN in this order. Left to itself it reads all counts and looks up the key of each.
    private const string OfKeys = """
        FROM readiness_keys k CROSS JOIN readiness_counts c
        WHERE c.key_id = k.key_id AND c.span = @span AND c.start >= @from AND c.start <= @to
        """;

    // Replaced as a whole when there are new ones.
    private FrozenDictionary<long, Kind> known = FrozenDictionary<long, Kind>.Empty;

    /// <summary>How many devices of each kind there were, and in which months there were any.</summary>
    public async ValueTask<(IReadOnlyList<Kind> Kinds, IReadOnlyList<DateOnly> Months)> MonthsAsync(
        PictureQuery query, CancellationToken cancellationToken)
    {
        var rows = await database.ListAsync(
            Of("k.app_id, c.start, c.profile_id, c.devices, c.nameless", "month", query, query.Months.First),
            row => (App: row.GetString(0), Start: row.GetInt64(1), Profile: row.GetInt64(2), Devices: row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
        var sums = new Dictionary<(string App, long Profile), (long Devices, long Nameless)>();
        var months = new SortedSet<long>();
        foreach (var (app, start, profile, devices, nameless) in rows)
        {
            var sum = sums.GetValueOrDefault((app, profile));
            sums[(app, profile)] = (sum.Devices + devices, sum.Nameless + nameless);
            if (devices > 0)
                months.Add(start);
        }

        var kinds = await KindsAsync(sums.Keys.Select(key => key.Profile), cancellationToken);
        return (
            [.. sums.Where(sum => kinds.ContainsKey(sum.Key.Profile)).Select(sum => kinds[sum.Key.Profile] with
            {
                App = sum.Key.App, Devices = sum.Value.Devices, Nameless = sum.Value.Nameless,
            })],
            [.. months.Select(Days.ToDate)]);
    }

    /// <summary>How many devices there were in each week, and how many of them can.</summary>
    public async ValueTask<IReadOnlyList<WeekOfDevices>> WeeksAsync(
        PictureQuery query, DateOnly from, CancellationToken cancellationToken)
    {
        var rows = await database.ListAsync(
            Of("c.start, c.profile_id, c.devices", "week", query, from),
            row => (Start: row.GetInt64(0), Profile: row.GetInt64(1), Devices: row.GetInt64(2)),
            cancellationToken);
        var kinds = await KindsAsync(rows.Select(row => row.Profile), cancellationToken);
        var able = kinds.Where(kind => query.Ability.Counts(kind.Value)).Select(kind => kind.Key).ToFrozenSet();
        var weeks = new SortedDictionary<long, Tally>();
        foreach (var (start, profile, devices) in rows.Where(row => row.Devices > 0))
            weeks[start] = weeks.GetValueOrDefault(start) + new Tally(devices, able.Contains(profile) ? devices : 0);
        return [.. weeks.Select(week => new WeekOfDevices(Days.ToDate(week.Key), week.Value.Devices, week.Value.Capable))];
    }

    private async ValueTask<FrozenDictionary<long, Kind>> KindsAsync(IEnumerable<long> profiles, CancellationToken cancellationToken)
    {
        var all = known;
        if (profiles.All(all.ContainsKey))
            return all;
        var rows = await database.ListAsync(
            new("SELECT profile_id, platform, system, system_major, browser, browser_major, capabilities FROM readiness_profiles"),
            row => KeyValuePair.Create(
                row.GetInt64(0),
                new Kind(
                    "",
                    new(
                        row.GetString(1),
                        row.GetString(2),
                        (int)row.GetInt64(3),
                        row.GetString(4),
                        (int)row.GetInt64(5),
                        (Capabilities)row.GetInt64(6)),
                    Devices: 0,
                    Nameless: 0)),
            cancellationToken);
        return known = rows.ToFrozenDictionary();
    }

    private static Statement Of(string columns, string span, PictureQuery query, DateOnly from) => new(
        $"SELECT {columns} {OfKeys}{(query.App is null ? "" : " AND k.app_id = @app")}",
        Text("span", span),
        Number("from", Days.OfDate(from)),
        Number("to", Days.OfDate(query.Months.End)),
        Text("app", query.App?.Value));
}
