using System.Text.Json;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>Who is signed in. A row a session, so that every one can be ended from anywhere, at once.</summary>
internal sealed class SessionStore(Database database, ConsoleApp console, AuditStore audit, TimeProvider time)
{
    // Every page would be a write otherwise.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Begins one; the cookie's text.</summary>
    public async ValueTask<string> BeginAsync(string userId, Caller caller, CancellationToken cancellationToken)
    {
        var token = Session.NewToken();
        await database.WriteAsync(
            [
                new(
                    """
                    INSERT INTO operator_sessions (session_hash, user_id, created_at, last_seen_at, verified_at, ip_addr, user_agent)
                    VALUES (@hash, @user, @now, @now, @now, @ip_addr, @user_agent)
                    """,
                    Bytes("hash", Session.HashOf(token)),
                    Text("user", userId),
                    Time("now", time.GetUtcNow()),
                    Text("ip_addr", GivenText.Cut(caller.IpAddress)),
                    Text("user_agent", GivenText.Cut(caller.UserAgent))),
            ],
            cancellationToken);
        return token;
    }

    /// <summary>The session of a cookie, unless it is over or its operator is gone.</summary>
    public async ValueTask<Session?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (token is not { Length: > 0 and <= 100 })
            return null;
        var now = time.GetUtcNow();
        var hash = Session.HashOf(token);
        var session = await database.FindAsync(
            new($"{Select} WHERE s.session_hash = @hash", Text("app", console.Id.Value), Bytes("hash", hash)),
            row => Read(row, Session.FormTokenOf(token)),
            cancellationToken);
        if (session is null || session.IsOver(now))
            return null;
        if (now >= session.LastSeenAt + SeenEvery)
            await WriteAsync(
                "UPDATE operator_sessions SET last_seen_at = @now WHERE session_hash = @hash AND last_seen_at < @now",
                hash,
                now,
                cancellationToken);
        return session;
    }

    /// <summary>An operator's sessions that are not over, the latest first.</summary>
    public async ValueTask<IReadOnlyList<Session>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var all = await database.ListAsync(
            new($"{Select} WHERE s.user_id = @user ORDER BY s.created_at DESC", Text("app", console.Id.Value), Text("user", userId)),
            row => Read(row, formToken: ""),
            cancellationToken);
        return [.. all.Where(session => !session.IsOver(now))];
    }

    /// <summary>The operator has just shown a passkey again.</summary>
    public async ValueTask ConfirmAsync(Session session, CancellationToken cancellationToken)
        => await WriteAsync(
            "UPDATE operator_sessions SET verified_at = @now WHERE session_hash = @hash",
            session.Hash,
            time.GetUtcNow(),
            cancellationToken);

    public async ValueTask EndAsync(byte[] hash, CancellationToken cancellationToken)
        => await WriteAsync("DELETE FROM operator_sessions WHERE session_hash = @hash", hash, time.GetUtcNow(), cancellationToken);

    /// <summary>Ends one of an operator's sessions.</summary>
    public async ValueTask EndAsync(Session session, Actor actor, CancellationToken cancellationToken)
    {
        const string ThisOne = "user_id = @user AND session_hash = @hash";
        Parameter[] parameters = [Text("user", session.Operator.UserId), Bytes("hash", session.Hash)];
        await database.WriteAsync(
            [
                audit.Line(
                    AuditStore.Server, actor, "EndSession", session.Operator.Name,
                    JsonSerializer.Serialize(EndedSession.Of(session), EndedSessionJson.Default.EndedSession), after: null,
                    $"EXISTS (SELECT 1 FROM operator_sessions WHERE {ThisOne})", parameters),
                new($"DELETE FROM operator_sessions WHERE {ThisOne}", parameters),
            ],
            cancellationToken);
    }

    /// <summary>Ends all of an operator's sessions but this one.</summary>
    public async ValueTask EndOthersAsync(Session but, Actor actor, CancellationToken cancellationToken)
    {
        const string Others = "user_id = @user AND session_hash <> @hash";
        IReadOnlyList<EndedSession> ended = [.. (await ListAsync(but.Operator.UserId, cancellationToken))
            .Where(session => !session.Hash.AsSpan().SequenceEqual(but.Hash))
            .Select(EndedSession.Of)];
        Parameter[] parameters = [Text("user", but.Operator.UserId), Bytes("hash", but.Hash)];
        await database.WriteAsync(
            [
                // Sessions that are over lie about until they are swept: to end them is no change.
                .. ended is [] ? (Statement[])[] :
                [
                    audit.Line(
                        AuditStore.Server, actor, "EndSessions", but.Operator.Name,
                        JsonSerializer.Serialize(ended, EndedSessionJson.Default.IReadOnlyListEndedSession), after: null,
                        $"EXISTS (SELECT 1 FROM operator_sessions WHERE {Others})", parameters),
                ],
                new($"DELETE FROM operator_sessions WHERE {Others}", parameters),
            ],
            cancellationToken);
    }

    /// <summary>Removes what is over.</summary>
    public async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(
            [
                new(
                    "DELETE FROM operator_sessions WHERE created_at < @begun OR last_seen_at < @seen",
                    Time("begun", now - Session.Lifetime),
                    Time("seen", now - Session.Idle)),
            ],
            cancellationToken);
    }

    private const string Select = """
        SELECT s.session_hash, o.user_id, u.external_id, o.role, s.created_at, s.last_seen_at, s.verified_at, s.ip_addr, s.user_agent
        FROM operator_sessions s JOIN operators o ON o.user_id = s.user_id
            JOIN users u ON u.app_id = @app AND u.user_id = o.user_id AND u.status = 'active'
        """;

    private static Session Read(Row row, string formToken) => new(
        row.GetBytes(0),
        new(row.GetString(1), row.GetString(2), OperatorRoles.Of(row.GetString(3)) ?? OperatorRole.Viewer),
        Micros.ToTime(row.GetInt64(4)),
        Micros.ToTime(row.GetInt64(5)),
        Micros.ToTime(row.GetInt64(6)))
    {
        FormToken = formToken,
        IpAddress = row.GetString(7),
        UserAgent = row.GetString(8),
    };

    private async ValueTask WriteAsync(string sql, byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
        => await database.WriteAsync([new(sql, Bytes("hash", hash), Time("now", now))], cancellationToken);
}
