using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Events;

/// <summary>Something that happened to a user.</summary>
internal sealed record Event
{
    public required string Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never finished; then the status is <c>incomplete</c>.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Empty when a backend did it.</summary>
    public required string IpAddress { get; init; }

    /// <summary>The word of an <see cref="EventKind"/>.</summary>
    public required string Type { get; init; }

    public required string UserAgent { get; init; }
    public required EventAction Action { get; init; }

    public bool Complete => CompletedAt is not null;

    /// <summary>Such as <c>Chrome on macOS</c>; empty when unknown.</summary>
    public string UserAgentDisplay => Devices.UserAgent.Display(UserAgent) ?? "";
}

/// <summary>The events of every app. They are written with what they tell of, by <see cref="EventWriting"/>.</summary>
internal sealed class EventStore(Database database)
{
    private static readonly Removal Old = new("events", "event_id");

    /// <summary>A user's newest events, newest first.</summary>
    public ValueTask<IReadOnlyList<Event>> RecentAsync(AppId app, string userId, int count, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                """
                SELECT event_id, created_at, completed_at, ip_addr, type, user_agent, action
                FROM events WHERE app_id = @app AND user_id = @user
                ORDER BY written_at DESC, event_id LIMIT @count
                """,
                Text("app", app.Value),
                Text("user", userId),
                Number("count", count)),
            row => new Event
            {
                Id = row.GetString(0),
                CreatedAt = Micros.ToTime(row.GetInt64(1)),
                CompletedAt = row.IsNull(2) ? null : Micros.ToTime(row.GetInt64(2)),
                IpAddress = row.GetString(3),
                Type = row.GetString(4),
                UserAgent = row.GetString(5),
                Action = EventActions.Parse(row.GetString(6)),
            },
            cancellationToken);

    /// <summary>Where a user has signed in from, as far as events tell; the latest ones, some of them twice.</summary>
    public ValueTask<IReadOnlyList<string>> SignInAddressesAsync(AppId app, string userId, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                """
                SELECT ip_addr FROM events
                WHERE app_id = @app AND user_id = @user AND action IN ('login', 'register') AND outcome = 'ok'
                ORDER BY written_at DESC, event_id LIMIT 200
                """,
                Text("app", app.Value),
                Text("user", userId)),
            row => row.GetString(0),
            cancellationToken);

    /// <summary>What the browser called itself in which the newest event of these kinds came about; null: there is none.</summary>
    public ValueTask<string?> LastUserAgentAsync(
        AppId app, string userId, EventKind one, EventKind other, CancellationToken cancellationToken)
        => database.FindAsync(
            new(
                """
                SELECT user_agent FROM events
                WHERE app_id = @app AND user_id = @user AND type IN (@one, @other) AND outcome = 'ok'
                ORDER BY written_at DESC, event_id LIMIT 1
                """,
                Text("app", app.Value),
                Text("user", userId),
                Text("one", one.Word),
                Text("other", other.Word)),
            row => row.GetString(0),
            cancellationToken);

    /// <summary>How many of a user's events of one kind were refused since then.</summary>
    public ValueTask<long> RefusedSinceAsync(
        AppId app, string userId, EventKind kind, DateTimeOffset since, CancellationToken cancellationToken)
        => database.NumberAsync(
            new(
                """
                SELECT COUNT(*) FROM events
                WHERE app_id = @app AND user_id = @user AND written_at >= @since AND type = @kind AND outcome = 'refused'
                """,
                Text("app", app.Value),
                Text("user", userId),
                Text("kind", kind.Word),
                Time("since", since)),
            cancellationToken);

    /// <summary>Removes what is older, a few rows at a time; how many it removed.</summary>
    public ValueTask<int> RemoveBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
        => Old.BeforeAsync(database, "written_at", time, cancellationToken);
}
