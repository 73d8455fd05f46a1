using System.Globalization;
using System.Text;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// Counts devices exactly: each once a month and once a week, as what it last was in that span. What a batch of reports changes is worked
/// out by the database from what it knew of their devices before, in one transaction and a fixed number of statements, however many
/// reports there are. Batches of one month take turns, on all nodes together, so that none works from what another is changing.
/// </summary>
/// <remarks>
/// A device is known by a hash under the secret of its month, so a week that begins in one month and ends in the next would see it as two.
/// Therefore a device's week stands with the month that the week begins in: in the first days of a month, a report touches the device of
/// this month for the month alone, and the device of the month before for the week alone.
/// </remarks>
internal sealed class DeviceCounts(Database database, MonthSecrets secrets, KnownProfiles profiles)
{
    private const string Add = """
        ON CONFLICT (key_id, span, start, profile_id) DO UPDATE
        SET devices = readiness_counts.devices + excluded.devices, nameless = readiness_counts.nameless + excluded.nameless
        """;

    // A key that was revoked in the meantime counts no more: its app may be gone.
    private const string OfKeysThatWork = "WHERE EXISTS (SELECT 1 FROM readiness_keys k WHERE k.key_id = n.key_id AND k.revoked_at = 0)";

    private readonly string batch = database.IsShared ? DeviceCountsPostgres.Batch : "json_each(@batch) AS b";
    private readonly string device = database.IsShared ? DeviceCountsPostgres.Device : "unhex(b.value ->> 0)";

    /// <summary>Counts reports of one day. When it fails, nothing of them is counted.</summary>
    public async ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken)
    {
        var spans = Spans.Of(reports[0].At);
        var ids = await profiles.CountedAsAsync(
            reports.Select(report => (report.KeyId, report.Profile)), spans.Week, cancellationToken);
        var (ofMonth, ofWeek) = (
            await secrets.GetAsync(spans.Month, cancellationToken), await secrets.GetAsync(spans.MonthOfWeek, cancellationToken));
        var named = reports.Where(report => report.DeviceId.Length > 0).ToList();
        List<Statement> statements = [];
        if (database.IsShared)
            statements.Add(DeviceCountsPostgres.TakeTurn(spans));
        if (named is not [] && spans.MonthOfWeek == spans.Month)
        {
            statements.AddRange(Count(spans.Month, spans.Week, isOfMonth: true, isOfWeek: true, Devices(named, ofMonth, ids)));
        }
        else if (named is not [])
        {
            statements.AddRange(Count(spans.Month, week: 0, isOfMonth: true, isOfWeek: false, Devices(named, ofMonth, ids)));
            statements.AddRange(Count(spans.MonthOfWeek, spans.Week, isOfMonth: false, isOfWeek: true, Devices(named, ofWeek, ids)));
        }

        if (named.Count < reports.Count)
            statements.Add(CountNameless(spans, reports, ids));
        await database.WriteAsync([.. statements], cancellationToken);
    }

    // First what changes, by what is known of the devices; then what is known.
    private Statement[] Count(long month, long week, bool isOfMonth, bool isOfWeek, string devices)
    {
        var table = DeviceTables.Of(month);
        Parameter[] parameters =
        [
            Text("batch", devices), Number("month", month), Number("week", week), Flag("of_month", isOfMonth), Flag("of_week", isOfWeek),
        ];
        return
        [
            new(
                $"""
                WITH known AS MATERIALIZED (
                    SELECT b.value ->> 1 AS key_id, CAST(b.value ->> 2 AS BIGINT) AS profile_id,
                        COALESCE(d.profile_id, 0) AS was, COALESCE(d.week, 0) AS week, COALESCE(d.week_profile_id, 0) AS week_was
                    FROM {batch} LEFT JOIN {table} d ON d.month = @month AND d.device = {device}),
                moves AS (
                    SELECT key_id, 'month' AS span, @month AS start, profile_id, 1 AS number FROM known
                    WHERE @of_month = 1 AND was <> profile_id
                    UNION ALL
                    SELECT key_id, 'month' AS span, @month AS start, was AS profile_id, -1 AS number FROM known
                    WHERE @of_month = 1 AND was <> profile_id AND was <> 0
                    UNION ALL
                    SELECT key_id, 'week' AS span, @week AS start, profile_id, 1 AS number FROM known
                    WHERE @of_week = 1 AND (week < @week OR (week = @week AND week_was <> profile_id))
                    UNION ALL
                    SELECT key_id, 'week' AS span, @week AS start, week_was AS profile_id, -1 AS number FROM known
                    WHERE @of_week = 1 AND week = @week AND week_was <> profile_id)
                INSERT INTO readiness_counts (key_id, span, start, profile_id, devices, nameless)
                SELECT n.key_id, n.span, n.start, n.profile_id, SUM(n.number), 0 FROM moves n
                {OfKeysThatWork}
                GROUP BY n.key_id, n.span, n.start, n.profile_id HAVING SUM(n.number) <> 0
                {Add}
                """,
                parameters),
            new(
                $"""
                INSERT INTO {table} (month, device, profile_id, week, week_profile_id)
                SELECT @month, {device}, @of_month * CAST(b.value ->> 2 AS BIGINT), @week, @of_week * CAST(b.value ->> 2 AS BIGINT)
                FROM {batch}
                WHERE true
                ON CONFLICT (month, device) DO UPDATE
                SET profile_id = CASE WHEN @of_month = 1 THEN excluded.profile_id ELSE {table}.profile_id END,
                    week = CASE WHEN excluded.week >= {table}.week THEN excluded.week ELSE {table}.week END,
                    week_profile_id = CASE
                        WHEN @of_week = 1 AND excluded.week >= {table}.week THEN excluded.week_profile_id ELSE {table}.week_profile_id END
                WHERE (@of_month = 1 AND {table}.profile_id <> excluded.profile_id)
                    OR (@of_week = 1
                        AND ({table}.week < excluded.week
                            OR ({table}.week = excluded.week AND {table}.week_profile_id <> excluded.week_profile_id)))
                """,
                parameters),
        ];
    }

    private Statement CountNameless(
        Spans spans, IReadOnlyList<Report> reports, Dictionary<(string Key, Profile Profile), long> ids)
    {
        var text = new StringBuilder("[");
        foreach (var ((key, profile), number) in reports
            .Where(report => report.DeviceId.Length == 0)
            .CountBy(report => (report.KeyId, ids[(report.KeyId, report.Profile)])))
            text.Append(text.Length > 1 ? "," : "").Append(CultureInfo.InvariantCulture, $"""["","{key}",{profile},{number}]""");
        return new(
            $"""
            INSERT INTO readiness_counts (key_id, span, start, profile_id, devices, nameless)
            SELECT n.key_id, s.span, s.start, n.profile_id, 0, n.number
            FROM (
                SELECT b.value ->> 1 AS key_id, CAST(b.value ->> 2 AS BIGINT) AS profile_id, CAST(b.value ->> 3 AS BIGINT) AS number
                FROM {batch}) n
            CROSS JOIN (SELECT 'month' AS span, @month AS start UNION ALL SELECT 'week' AS span, @week AS start) s
            {OfKeysThatWork}
            {Add}
            """,
            Text("batch", text.Append(']').ToString()),
            Number("month", spans.Month),
            Number("week", spans.Week));
    }

    /// <summary>The devices of some reports, each once and as what it was last, in JSON: hash, key's id, profile's id.</summary>
    private static string Devices(
        IEnumerable<Report> reports, byte[] secret, Dictionary<(string Key, Profile Profile), long> ids)
    {
        Dictionary<UInt128, (string Key, long Profile)> devices = [];
        foreach (var report in reports)
            devices[MonthSecrets.Hash(secret, report.KeyId, report.DeviceId)] = (report.KeyId, ids[(report.KeyId, report.Profile)]);
        var text = new StringBuilder("[", devices.Count * 90);
        // As the table has them, whose pages are then gone through once.
        foreach (var (device, (key, profile)) in devices.OrderBy(one => one.Key))
            text.Append(text.Length > 1 ? "," : "").Append(CultureInfo.InvariantCulture, $"""["{device:x32}","{key}",{profile}]""");
        return text.Append(']').ToString();
    }
}
