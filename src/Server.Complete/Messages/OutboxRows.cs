using OpenPassage.Server.Events;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>A message that this node is at.</summary>
internal sealed record Claimed(AppId App, string Id, string Claim)
{
    public required string UserId { get; init; }
    public required string Kind { get; init; }
    public required string Channel { get; init; }
    public required string Lane { get; init; }
    public required byte[] Sealed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>It is given up then.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How often it was tried and postponed.</summary>
    public required long Attempts { get; init; }

    /// <summary>Another node may take it over then.</summary>
    public required DateTimeOffset LeasedUntil { get; init; }
}

/// <summary>A message as operators are shown it: never what it says, nor to whom it went.</summary>
internal sealed record OutboxRow(
    string Id, string Kind, string Channel, string State, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, long Attempts, string Error)
{
    /// <summary>Empty: it was written before languages were noted.</summary>
    public required string Language { get; init; }

    /// <summary>The domain of its address, or the country of its number.</summary>
    public required string Lane { get; init; }

    /// <summary>When it is tried next; or, while a node is at it, when another one may take it over. Null: it has ended.</summary>
    public required DateTimeOffset? DueAt { get; init; }
}

/// <summary>What senders ask of the outbox's rows, and what they make of them.</summary>
internal sealed class OutboxRows(Database database, EventWriting events, TimeProvider time)
{
    /// <summary>For the console, and for budgets. One that is waiting is never as old.</summary>
    public static readonly KeptRows Kept = new(new("outbox", "message_id"), "created_at", TimeSpan.FromDays(7));

    private const string Select =
        "SELECT message_id, kind, channel, state, created_at, ended_at, attempts, error, language, lane, due_at FROM outbox";

    // Whoever lost the row to another node, its lease being over, changes it no more.
    private const string Mine = "app_id = @app AND message_id = @id AND claim = @claim AND due_at > 0";

    private readonly string[] givenUp = events.One(
        MessageEvents.GivenUp, $"@user <> '' AND EXISTS (SELECT 1 FROM outbox WHERE {Mine})", id: "id");

    /// <summary>
    /// Takes messages that are due, in the order in which they are: no other node is at them until the lease is over.
    /// </summary>
    /// <param name="most">How many of each app.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="notBy">The channels by which nothing goes now.</param>
    /// <param name="notTo">The lanes that have enough to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<IReadOnlyList<Claimed>> ClaimAsync(
        int most, TimeSpan lease, IEnumerable<string> notBy, IEnumerable<string> notTo, CancellationToken cancellationToken)
    {
        var (channels, channelParameters) = NotIn.Of("channel", notBy, Text);
        var (lanes, laneParameters) = NotIn.Of("lane", notTo, Text);
        var now = time.GetUtcNow();
        var until = now + lease;
        Parameter[] parameters =
        [
            Time("now", now), Time("until", until), Number("most", most), Text("claim", Ids.New()), .. channelParameters, .. laneParameters,
        ];
        var due = $"due_at > 0 AND due_at <= @now{channels}{lanes}";
        var apps = await database.ListAsync(
            new($"SELECT app_id FROM outbox WHERE {due} GROUP BY app_id", parameters) { OneOff = true },
            row => new AppId(row.GetString(0)),
            cancellationToken);
        List<Claimed> claimed = [];
        foreach (var app in apps)
            claimed.AddRange(await ClaimAsync(due, [Text("app", app.Value), .. parameters], until, cancellationToken));
        return claimed;
    }

    /// <summary>Whoever took them has taken charge of them: what they said is erased.</summary>
    public Statement[] Sent(Claimed message) =>
    [
        new(
            $"UPDATE outbox SET state = 'sent', sealed = NULL, due_at = 0, ended_at = @now, error = '' WHERE {Mine}",
            Parameters(message)),
    ];

    /// <summary>It is tried again later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="due">When.</param>
    /// <param name="error">Why not now.</param>
    /// <param name="tried">Whether that was about this message, and not about all.</param>
    public Statement[] Postponed(Claimed message, DateTimeOffset due, string error, bool tried = true) =>
    [
        new(
            $"UPDATE outbox SET attempts = attempts + @tried, due_at = @due, error = @error WHERE {Mine}",
            [.. Parameters(message), Time("due", due), Flag("tried", tried), Text("error", GivenText.Cut(error))]),
    ];

    /// <summary>Nobody has tried it: any node may.</summary>
    public Statement[] Released(Claimed message, DateTimeOffset due) =>
        [new($"UPDATE outbox SET due_at = @due WHERE {Mine}", [.. Parameters(message), Time("due", due)])];

    /// <summary>It is tried no more, and what it said is erased. Where it is about a user, an event says so.</summary>
    /// <param name="message">The message.</param>
    /// <param name="state"><c>refused</c> or <c>given_up</c>.</param>
    /// <param name="error">Why.</param>
    public Statement[] Ended(Claimed message, string state, string error)
    {
        Parameter[] parameters =
        [
            .. Parameters(message), Text("state", state), Text("error", GivenText.Cut(error)), Text("user", message.UserId),
            .. EventWriting.From(ipAddress: "", userAgent: "", started: message.CreatedAt),
        ];
        return
        [
            .. givenUp.Select(sql => new Statement(sql, parameters)),
            new($"UPDATE outbox SET state = @state, sealed = NULL, due_at = 0, ended_at = @now, error = @error WHERE {Mine}", parameters),
        ];
    }

    /// <summary>An app's messages, newest first.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="state">One of <see cref="MessageStates.All"/>; null: in any.</param>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public ValueTask<IReadOnlyList<OutboxRow>> ListAsync(
        AppId app, string? state, PageMark? after, int limit, CancellationToken cancellationToken)
        => database.ListAsync(
            new(
                $"""
                {Select} WHERE app_id = @app{In(state)}{(after is null ? "" : " AND (created_at, message_id) < (@mark_at, @mark_id)")}
                ORDER BY created_at DESC, message_id DESC LIMIT @limit
                """,
                [Text("app", app.Value), Number("limit", limit), .. PageMark.Parameters(after)]),
            Read,
            cancellationToken);

    /// <summary>One of an app's messages; null: there is none of this id.</summary>
    public ValueTask<OutboxRow?> FindAsync(AppId app, string id, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"{Select} WHERE app_id = @app AND message_id = @id", Text("app", app.Value), Text("id", id)), Read, cancellationToken);

    // As words and not as parameters: only then are the indexes found that hold the rows of a state alone.
    private static string In(string? state)
    {
        if (state is null)
            return "";
        var word = MessageStates.All.Single(one => one == state);
        return word == MessageStates.Waiting ? $" AND due_at > 0 AND state = '{word}'" : $" AND state = '{word}'";
    }

    private static OutboxRow Read(Row row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        Micros.ToTime(row.GetInt64(4)),
        Micros.ToTimeOrNever(row.GetInt64(5)),
        row.GetInt64(6),
        row.GetString(7))
    {
        Language = row.GetString(8),
        Lane = row.GetString(9),
        DueAt = Micros.ToTimeOrNever(row.GetInt64(10)),
    };

    private async ValueTask<IReadOnlyList<Claimed>> ClaimAsync(
        string due, Parameter[] parameters, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Picked once: a subquery that locks may be run again for each row, and would pick more than it should.
        Statement claim = new(
            $"""
            WITH picked AS MATERIALIZED
                (SELECT message_id FROM outbox WHERE app_id = @app AND {due} ORDER BY due_at LIMIT @most {database.SkipLocked})
            UPDATE outbox SET due_at = @until, claim = @claim
            WHERE app_id = @app AND due_at > 0 AND due_at <= @now AND message_id IN (SELECT message_id FROM picked)
            """,
            parameters)
        { OneOff = true };
        if ((await database.WriteAsync([claim], cancellationToken)).By(claim) == 0)
            return [];
        return await database.ListAsync(
            new(
                """
                SELECT app_id, message_id, claim, user_id, kind, channel, lane, sealed, created_at, until_at, attempts
                FROM outbox WHERE due_at = @until AND app_id = @app AND claim = @claim ORDER BY created_at, message_id
                """,
                parameters),
            row => new Claimed(new(row.GetString(0)), row.GetString(1), row.GetString(2))
            {
                UserId = row.GetString(3),
                Kind = row.GetString(4),
                Channel = row.GetString(5),
                Lane = row.GetString(6),
                Sealed = row.GetBytes(7),
                CreatedAt = Micros.ToTime(row.GetInt64(8)),
                Until = Micros.ToTime(row.GetInt64(9)),
                Attempts = row.GetInt64(10),
                LeasedUntil = until,
            },
            cancellationToken);
    }

    private Parameter[] Parameters(Claimed message) =>
        [Text("app", message.App.Value), Text("id", message.Id), Text("claim", message.Claim), Time("now", time.GetUtcNow())];
}
