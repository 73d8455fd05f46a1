using OpenPassage.Server.Audit;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Statistics;

/// <summary>What a kind and label add up to.</summary>
internal sealed record Sum(string Kind, string Label, long Number);

/// <summary>What a kind and label counted on one day.</summary>
internal sealed record DayCount(long Day, string Kind, string Label, long Number);

/// <summary>The counters' rows. A chart reads as many of them as there are days and labels, however many events they tell of.</summary>
internal sealed class CounterStore(Database database, AuditStore audit)
{
    /// <summary>Rows a transaction adds to at most: a sign-in's write waits for no more.</summary>
    public const int Batch = 500;

    private static readonly Removal ActiveUsers = new("active_users", "month, user_id");

    private const string AddOne = """
        INSERT INTO counters (app_id, kind, day, label, number) VALUES (@app, @kind, @day, @label, @number)
        ON CONFLICT (app_id, kind, day, label) DO UPDATE SET number = counters.number + excluded.number
        """;

    /// <summary>Adds to what other nodes have counted.</summary>
    public async ValueTask AddAsync(IEnumerable<KeyValuePair<Counter, long>> counted, CancellationToken cancellationToken)
        // In one order, so that two nodes do not wait for each other.
        => await database.WriteAsync(
            [
                .. counted
                    .OrderBy(one => one.Key.App.Value, StringComparer.Ordinal)
                    .ThenBy(one => one.Key.Kind, StringComparer.Ordinal)
                    .ThenBy(one => one.Key.Day)
                    .ThenBy(one => one.Key.Label, StringComparer.Ordinal)
                    .Select(one => new Statement(
                        AddOne,
                        Text("app", one.Key.App.Value),
                        Text("kind", one.Key.Kind),
                        Number("day", one.Key.Day),
                        Text("label", one.Key.Label),
                        Number("number", one.Value))),
            ],
            cancellationToken);

    /// <summary>Notes who was active; those of whom nobody had known it are counted.</summary>
    public async ValueTask AddActiveAsync(IReadOnlyList<ActiveUser> users, CancellationToken cancellationToken)
    {
        ActiveUser[] ordered = [.. users.OrderBy(user => user.App.Value, StringComparer.Ordinal)
            .ThenBy(user => user.Month)
            .ThenBy(user => user.UserId, StringComparer.Ordinal)];
        var touched = await database.WriteAsync(
            [
                .. ordered.Select(user => new Statement(
                    "INSERT INTO active_users (app_id, month, user_id) VALUES (@app, @month, @user) "
                        + "ON CONFLICT (app_id, month, user_id) DO NOTHING",
                    Text("app", user.App.Value),
                    Number("month", user.Month),
                    Text("user", user.UserId))),
            ],
            cancellationToken);
        var added = ordered
            .Where((_, i) => touched[i] == 1)
            .CountBy(user => new Counter(user.App, Counted.Active, user.Month, ""))
            .ToDictionary(one => one.Key, one => (long)one.Value);
        if (added.Count > 0)
            await AddAsync(added, cancellationToken);
    }

    /// <summary>Forgets who was active in months past; how many they were stays counted.</summary>
    public async ValueTask SweepAsync(long beforeMonth, CancellationToken cancellationToken)
        => await ActiveUsers.BelowAsync(database, "month", beforeMonth, cancellationToken);

    /// <summary>What each kind and label adds up to over these days.</summary>
    public ValueTask<IReadOnlyList<Sum>> SumAsync(AppId app, long from, long to, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                "SELECT kind, label, CAST(SUM(number) AS BIGINT) FROM counters WHERE app_id = @app AND day >= @from AND day <= @to "
                    + "GROUP BY kind, label",
                Text("app", app.Value),
                Number("from", from),
                Number("to", to)),
            row => new Sum(row.GetString(0), row.GetString(1), row.GetInt64(2)),
            cancellationToken);

    /// <summary>What one label of a kind adds up to from this day on.</summary>
    public ValueTask<long> SumAsync(AppId app, string kind, string label, long from, CancellationToken cancellationToken)
        => database.NumberAsync(
            new(
                "SELECT COALESCE(CAST(SUM(number) AS BIGINT), 0) FROM counters "
                    + "WHERE app_id = @app AND kind = @kind AND day >= @from AND label = @label",
                Text("app", app.Value),
                Text("kind", kind),
                Text("label", label),
                Number("from", from)),
            cancellationToken);

    /// <summary>What one kind counted, day by day.</summary>
    public ValueTask<IReadOnlyList<DayCount>> ListAsync(AppId app, string kind, long from, long to, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                "SELECT day, kind, label, number FROM counters WHERE app_id = @app AND kind = @kind AND day >= @from AND day <= @to "
                    + "ORDER BY day, label",
                Text("app", app.Value),
                Text("kind", kind),
                Number("from", from),
                Number("to", to)),
            row => new DayCount(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
            cancellationToken);

    /// <summary>The first day of which something is known; null: nothing is.</summary>
    public async ValueTask<long?> FirstDayAsync(AppId app, CancellationToken cancellationToken)
    {
        var day = await database.NumberAsync(
            new("SELECT COALESCE(MIN(day), -1) FROM counters WHERE app_id = @app", Text("app", app.Value)), cancellationToken);
        return day >= 0 ? day : null;
    }

    public async ValueTask<(long Users, long WithPasskey)> CountUsersAsync(AppId app, CancellationToken cancellationToken)
        => (
            await database.NumberAsync(new("SELECT COUNT(*) FROM users WHERE app_id = @app", Text("app", app.Value)), cancellationToken),
            await database.NumberAsync(
                new(
                    "SELECT COUNT(*) FROM (SELECT DISTINCT user_id FROM passkeys WHERE app_id = @app AND inactive_until = 0) p",
                    Text("app", app.Value)),
                cancellationToken));

    /// <summary>Says how long a sign-in by password takes; zero takes it back.</summary>
    public async ValueTask SetPasswordBaselineAsync(AppId app, TimeSpan takes, Actor actor, CancellationToken cancellationToken)
        => await database.WriteAsync(
            [
                audit.Line(
                    app, actor, "SetPasswordBaseline", app.Value, before: null, $$"""{"milliseconds":{{(long)takes.TotalMilliseconds}}}"""),
                new(
                    "UPDATE apps SET password_baseline = @milliseconds WHERE app_id = @app",
                    Text("app", app.Value),
                    Number("milliseconds", (long)takes.TotalMilliseconds)),
            ],
            cancellationToken);

    /// <summary>How long a sign-in by password takes in the operator's experience; null: not told.</summary>
    public async ValueTask<TimeSpan?> PasswordBaselineAsync(AppId app, CancellationToken cancellationToken)
    {
        var milliseconds = await database.NumberAsync(
            new("SELECT password_baseline FROM apps WHERE app_id = @app", Text("app", app.Value)), cancellationToken);
        return milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }
}
