using System.Text;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Events;

/// <summary>Which events; null: whichever.</summary>
internal sealed record EventQuery
{
    public string? UserId { get; init; }

    /// <summary>
    /// Whose, as a person says it: by the external id, in each app its own user; else by email address or phone number; else by the
    /// user's id.
    /// </summary>
    public string? Whose { get; init; }

    /// <summary>The word of an <see cref="EventKind"/>.</summary>
    public string? Type { get; init; }

    public bool? Refused { get; init; }

    /// <summary>The code of what refused.</summary>
    public string? Rejection { get; init; }

    /// <summary>From then on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before then.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>An event as it is found: with whose it is, and why it failed if it did.</summary>
/// <param name="App">Whose app's.</param>
/// <param name="Id">24 letters and digits.</param>
/// <param name="At">When it ended.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="ExternalId">The user's; null: the user has none, or is gone.</param>
/// <param name="UserName">What the user is called, as <see cref="User.Name"/>; null: the user is gone.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Refused">Whether it was refused.</param>
/// <param name="Rejection">The code of what refused.</param>
/// <param name="StartedAt">When the ceremony was begun, as far as that is known.</param>
/// <param name="IpAddress">Empty when no page did it.</param>
/// <param name="UserAgent">As it was sent.</param>
internal sealed record FoundEvent(
    AppId App,
    string Id,
    DateTimeOffset At,
    string UserId,
    string? ExternalId,
    string? UserName,
    EventKind Kind,
    bool Refused,
    string? Rejection,
    DateTimeOffset StartedAt,
    string IpAddress,
    string UserAgent);

/// <summary>
/// Finds events, newest first. Every question that can be asked has an index that begins with what it asks, so that a page
/// costs its own rows however many others there are; only two conditions at once read past what the second leaves out, and
/// what is refused is always looked for among the refused.
/// </summary>
internal sealed class EventSearch(Database database, EventKinds kinds)
{
    /// <summary>Those of one app; of all apps when it is null, each of which is asked for a page of its own.</summary>
    public async ValueTask<IReadOnlyList<FoundEvent>> ListAsync(
        AppId? app, EventQuery query, PageMark? after, int limit, CancellationToken cancellationToken)
    {
        if (app is { } one)
            return await ListAsync(one, query, after, limit, cancellationToken);
        List<FoundEvent> found = [];
        foreach (var each in await database.ListAsync(
            new("SELECT app_id FROM apps WHERE source <> 'console'"), row => new AppId(row.GetString(0)), cancellationToken))
        {
            found.AddRange(await ListAsync(each, query, after, limit, cancellationToken));
            found.Sort(static (a, b) => b.At != a.At ? b.At.CompareTo(a.At) : string.CompareOrdinal(b.Id, a.Id));
            if (found.Count > limit)
                found.RemoveRange(limit, found.Count - limit);
        }

        return found;
    }

    private ValueTask<IReadOnlyList<FoundEvent>> ListAsync(
        AppId app, EventQuery query, PageMark? after, int limit, CancellationToken cancellationToken)
    {
        // Byte by byte, so that the order is one across apps, whatever the database's language.
        var (id, markId) = (database.InByteOrder("e.event_id"), database.InByteOrder("@mark_id"));
        var where = new StringBuilder("e.app_id = @app");
        List<Parameter> parameters = [Text("app", app.Value), Number("limit", limit), .. PageMark.Parameters(after)];
        if (after is not null)
            where.Append($" AND (e.written_at, {id}) < (@mark_at, {markId})");
        if (query.UserId is { } user)
            Add(" AND e.user_id = @user", Text("user", user));
        if (query.Whose is { } whose)
        {
            Add(
                $"""
                 AND e.user_id = COALESCE(
                    (SELECT w.user_id FROM users w WHERE w.app_id = @app AND w.external_id = @whose),
                    (SELECT i.user_id FROM identifiers i
                     WHERE i.app_id = @app AND i.kind IN ('{IdentifierKind.Email}', '{IdentifierKind.Phone}') AND i.value = @whose_value
                     LIMIT 1),
                    @whose)
                """,
                Text("whose", whose));
            parameters.Add(Text("whose_value", whose.ToLowerInvariant()));
        }

        // The words of a partial index; without them it is not taken, as it must not be for the few refused among all registrations.
        var rare = query.Type != EventKinds.Frequent && query is { Refused: not true, Rejection: null };
        if (query.Type is { } type)
            Add(rare ? $" AND e.type <> '{EventKinds.Frequent}' AND e.type = @type" : " AND e.type = @type", Text("type", type));
        if (query.Refused is { } refused)
            where.Append(refused ? " AND e.outcome = 'refused'" : " AND e.outcome = 'ok'");
        if (query.Rejection is { } rejection)
            Add(" AND e.outcome = 'refused' AND e.rejection = @rejection", Text("rejection", rejection));
        if (query.From is { } from)
            Add(" AND e.written_at >= @from", Time("from", from));
        if (query.To is { } to)
            Add(" AND e.written_at < @to", Time("to", to));

        // The inner query picks the page; only its rows look for their users.
        return database.ListAsync(
            new(
                $"""
                SELECT e.app_id, e.event_id, e.written_at, e.user_id, u.external_id, e.type, e.outcome, e.rejection, e.created_at, e.ip_addr,
                       e.user_agent, e.action, COALESCE(u.external_id, {UserStore.FirstIdentifier}, u.user_id)
                FROM (SELECT e.* FROM events e WHERE {where} ORDER BY e.written_at DESC, {id} DESC LIMIT @limit) e
                LEFT JOIN users u ON u.app_id = e.app_id AND u.user_id = e.user_id
                ORDER BY e.written_at DESC, {id} DESC
                """,
                [.. parameters])
            { OneOff = true },
            Read,
            cancellationToken);

        void Add(string condition, Parameter parameter)
        {
            where.Append(condition);
            parameters.Add(parameter);
        }
    }

    private FoundEvent Read(Row row) => new(
        new(row.GetString(0)),
        row.GetString(1),
        Micros.ToTime(row.GetInt64(2)),
        row.GetString(3),
        row.IsNull(4) ? null : row.GetString(4),
        row.IsNull(12) ? null : row.GetString(12),
        kinds.Read(row.GetString(5), EventActions.Parse(row.GetString(11))),
        row.GetString(6) == "refused",
        row.IsNull(7) ? null : row.GetString(7),
        Micros.ToTime(row.GetInt64(8)),
        row.GetString(9),
        row.GetString(10));
}
