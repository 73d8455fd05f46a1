using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Events;

/// <summary>
/// Every event is written by these statements and no others. A store adds them to the list of its own write, so that an event is
/// kept exactly when what it tells of is; what <see cref="BesideEvents"/> asks for comes right behind.
/// </summary>
/// <remarks>
/// The parameters of a write with an event are <c>@app</c>, the event's id, <c>@user</c>, <c>@now</c> and those of <see cref="From"/>.
/// </remarks>
internal sealed class EventWriting(EventKinds kinds, IEnumerable<BesideEvents> beside)
{
    private const string Columns = "app_id, event_id, user_id, type, action, ip_addr, user_agent, created_at, completed_at, written_at";

    private readonly BesideEvents[] beside = [.. beside];

    /// <summary>Where it came from, and when what it tells of was begun.</summary>
    public static Parameter[] From(string ipAddress, string userAgent, DateTimeOffset started) =>
    [
        Text("ip_addr", GivenText.Cut(ipAddress)),
        Text("user_agent", GivenText.Cut(userAgent)),
        Time("started", started),
    ];

    /// <summary>The statements of one event, as texts.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="when">SQL: whether it did; null: it has.</param>
    /// <param name="id">The parameter that is the event's id.</param>
    public string[] One(EventKind kind, string? when = null, string id = "attempt")
    {
        var values = $"@app, @{id}, @user, {Words(kind)}, @ip_addr, @user_agent, @started, @now, @now";
        var rows = when is null ? $"VALUES ({values})" : $"SELECT {values} WHERE {when}";
        return [$"INSERT INTO events ({Columns}) {rows}", .. BesideOne(id)];
    }

    /// <summary>The same as statements.</summary>
    public Statement[] One(EventKind kind, Parameter[] parameters, string? when = null, string id = "attempt")
        => Array.ConvertAll(One(kind, when, id), sql => new Statement(sql, parameters));

    /// <summary>
    /// The statements of many callers' events, for a <see cref="FrequentWrite"/> that spends tickets: an event's id is the caller's
    /// <c>@attempt</c>.
    /// </summary>
    /// <param name="kind">What happened.</param>
    /// <param name="when">SQL behind the callers' rows, <c>t</c>, with <c>t.ticket</c> and <c>t.attempt</c>: to whom.</param>
    public string[] Many(EventKind kind, string when) =>
    [
        $"""
        INSERT INTO events ({Columns})
        SELECT @app, t.attempt, t.user_id, {Words(kind)}, t.ip_addr, t.user_agent, t.started, t.now, t.now
        FROM unnest((SELECT @user), (SELECT @ticket), (SELECT @attempt), (SELECT @ip_addr), (SELECT @user_agent), (SELECT @started), (SELECT @now))
            AS t (user_id, ticket, attempt, ip_addr, user_agent, started, now)
        {when}
        """,
        .. beside.Select(each => each.Insert("""
            (SELECT w.* FROM unnest((SELECT @attempt)) AS t (attempt)
             CROSS JOIN LATERAL (SELECT o.* FROM events o WHERE o.app_id = @app AND o.event_id = t.attempt LIMIT 1) AS w) AS e
            """)),
    ];

    /// <summary>
    /// The statements of a ceremony that was refused, for the code <c>@rejection</c>. A second one of the same id writes nothing.
    /// </summary>
    public Statement[] Refused(EventKind kind, Parameter[] parameters, string id)
    {
        var insert = $"""
            INSERT INTO events ({Columns}, outcome, rejection)
            VALUES (@app, @{id}, @user, {Words(kind)}, @ip_addr, @user_agent, @started, NULL, @now, 'refused', @rejection)
            ON CONFLICT (app_id, event_id) DO NOTHING
            """;
        return [new(insert, parameters), .. BesideOne(id).Select(sql => new Statement(sql, parameters))];
    }

    private IEnumerable<string> BesideOne(string id)
        => beside.Select(each => each.Insert($"(SELECT o.* FROM events o WHERE o.app_id = @app AND o.event_id = @{id}) AS e"));

    private string Words(EventKind kind) => kinds.Contains(kind)
        ? $"'{kind.Word}', '{kind.Action.ToWord()}'"
        : throw new ArgumentException($"No room lists this kind of event, and no filter would find it: {kind.Word}", nameof(kind));
}
