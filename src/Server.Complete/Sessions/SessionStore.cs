using System.Globalization;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>What a refresh has come to, where the token was the newest one.</summary>
internal sealed record Refreshed(string UserId, string Amr, DateTimeOffset SignedInAt, DateTimeOffset ExpiresAt);

/// <summary>The sessions of every app. A sign-in begins one, in its own transaction; a refresh moves one, in one statement.</summary>
internal sealed class SessionStore(
    Database database, PasskeyStore passkeys, EventWriting events, AuditStore audit, Measurements measurements, TimeProvider time)
{
    /// <summary>SQL: ends all of a user's.</summary>
    public const string RevokeAll =
        "UPDATE sessions SET revoked_at = @now WHERE app_id = @app AND user_id = @user AND revoked_at = 0";

    private const string Columns =
        "app_id, session_id, user_id, generation, rotated_at, created_at, last_used_at, absolute_at, expires_at, "
        + "ends_after, revoked_at, amr, device_id, ip_addr, user_agent";

    private const string Select = """
        SELECT s.session_id, s.user_id, s.generation, s.rotated_at, s.created_at, s.last_used_at, s.absolute_at, s.expires_at, s.revoked_at,
               s.amr, s.device_id, s.ip_addr, s.user_agent, u.status
        FROM sessions s JOIN users u ON u.app_id = s.app_id AND u.user_id = s.user_id
        """;

    private const string Values =
        "@app, @session, @user, @generation, @now, @now, @now, @absolute_at, @ends_at, @ends_at, 0, @amr, @device, @ip_addr, @user_agent";

    /// <summary>All of them.</summary>
    public static readonly Removal Rows = new("sessions", "session_id");

    /// <summary>Those that ended a day ago go.</summary>
    public static readonly KeptRows Kept = new(Rows, "expires_at", TimeSpan.FromDays(1), Bound: "ends_after");

    // Complete's sign-ins lock passkeys and tickets as Flex's do, and an app has the one or the other: then sessions, which no other
    // sign-in locks, since each is new.
    private readonly SaveSignIn signIn = passkeys.SavingWith(
        rank: 3,
        one: $"""
            INSERT INTO sessions ({Columns})
            SELECT {Values} FROM users u WHERE u.app_id = @app AND u.user_id = @user AND u.status = 'active' AND {PasskeyStore.WonNow}
            """,
        many: $"""
            INSERT INTO sessions ({Columns})
            SELECT @app, t.session, t.user_id, t.generation, t.now, t.now, t.now, t.absolute_at, t.ends_at, t.ends_at, 0, t.amr, t.device,
                   t.ip_addr, t.user_agent
            FROM unnest((SELECT @session), (SELECT @user), (SELECT @ticket), (SELECT @attempt), (SELECT @generation), (SELECT @now),
                        (SELECT @absolute_at), (SELECT @ends_at), (SELECT @amr), (SELECT @device), (SELECT @ip_addr), (SELECT @user_agent))
                AS t (session, user_id, ticket, attempt, generation, now, absolute_at, ends_at, amr, device, ip_addr, user_agent)
            CROSS JOIN LATERAL (SELECT u.status FROM users u WHERE u.app_id = @app AND u.user_id = t.user_id LIMIT 1) AS owner
            {PasskeyStorePostgres.WhoWon} AND owner.status = 'active'
            """);

    private static readonly FrequentWrite Move = new(
        Rank: 4,
        One:
        [
            """
            UPDATE sessions SET
                generation = generation + 1, rotated_at = @now, last_used_at = @now,
                expires_at = CASE WHEN absolute_at < @idle_at THEN absolute_at ELSE @idle_at END
            WHERE app_id = @app AND session_id = @session AND generation = @generation AND revoked_at = 0 AND expires_at > @now
                AND EXISTS (SELECT 1 FROM users u WHERE u.app_id = sessions.app_id AND u.user_id = sessions.user_id AND u.status = 'active')
            RETURNING user_id || ',' || amr || ',' || CAST(created_at AS TEXT) || ',' || CAST(expires_at AS TEXT)
            """,
        ],
        Many:
        [
            // Rows are locked in the order of their keys. Of two callers with one token one moves the session, whichever.
            """
            UPDATE sessions AS s SET
                generation = s.generation + 1, rotated_at = a.now, last_used_at = a.now,
                expires_at = CASE WHEN s.absolute_at < a.idle_at THEN s.absolute_at ELSE a.idle_at END
            FROM (
                SELECT t.session, t.attempt, t.generation, t.now, t.idle_at
                FROM
                    (SELECT u.session, u.attempt, u.generation, u.now, u.idle_at
                     FROM unnest((SELECT @session), (SELECT @attempt), (SELECT @generation), (SELECT @now), (SELECT @idle_at))
                        AS u (session, attempt, generation, now, idle_at)
                     ORDER BY u.session) AS t
                CROSS JOIN LATERAL
                    (SELECT h.user_id FROM sessions h WHERE h.app_id = @app AND h.session_id = t.session FOR UPDATE) AS held
                CROSS JOIN LATERAL
                    (SELECT o.status FROM users o WHERE o.app_id = @app AND o.user_id = held.user_id LIMIT 1) AS owner
                WHERE owner.status = 'active'
            ) AS a
            WHERE s.app_id = @app AND s.session_id = a.session AND s.generation = a.generation AND s.revoked_at = 0 AND s.expires_at > a.now
            RETURNING a.attempt, s.user_id || ',' || s.amr || ',' || CAST(s.created_at AS TEXT) || ',' || CAST(s.expires_at AS TEXT)
            """,
        ]);

    /// <summary>Begins one in the transaction that counts a sign-in.</summary>
    public AlongWithSignIn With(NewSession session, string deviceId)
        => new(signIn, Parameters(session, deviceId));

    /// <summary>Begins one in another transaction, on a condition.</summary>
    /// <param name="app">The user's.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="session">What begins.</param>
    /// <param name="deviceId">The passkey that did it.</param>
    /// <param name="caller">Who signed in.</param>
    /// <param name="when">SQL over <c>@app</c>, <c>@user</c> and <c>@device</c>.</param>
    public static Statement Beginning(AppId app, string userId, NewSession session, string deviceId, Caller caller, string when) => new(
        $"INSERT INTO sessions ({Columns}) SELECT {Values} WHERE {when}",
        [
            Text("app", app.Value), Text("user", userId), Time("now", session.CreatedAt),
            Text("ip_addr", GivenText.Cut(caller.IpAddress)), Text("user_agent", GivenText.Cut(caller.UserAgent)),
            .. Parameters(session, deviceId),
        ]);

    /// <summary>Moves a session on from a generation; null: that one is not its newest, or the session has ended.</summary>
    public async ValueTask<Refreshed?> TryMoveAsync(AppId app, RefreshToken token, TimeSpan inactivity, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var written = await database.WriteAsync(
            Move,
            app,
            [
                Text("app", app.Value), Text("session", token.SessionId), Text("attempt", Ids.Next()),
                Number("generation", token.Generation), Time("now", now), Time("idle_at", now + inactivity),
            ],
            cancellationToken);
        if (!written.Done || written.Text?.Split(',') is not [var user, var amr, var signedIn, var ends])
            return null;
        return new(user, amr, At(signedIn), At(ends));

        static DateTimeOffset At(string micros) => Micros.ToTime(long.Parse(micros, CultureInfo.InvariantCulture));
    }

    /// <summary>Null: there is none, or its user is gone.</summary>
    public ValueTask<Session?> FindAsync(AppId app, string sessionId, CancellationToken cancellationToken)
        => database.FindAsync(
            new($"{Select} WHERE s.app_id = @app AND s.session_id = @session", Text("app", app.Value), Text("session", sessionId)),
            Read,
            cancellationToken);

    /// <summary>A user's that have not ended, the latest first.</summary>
    public async ValueTask<IReadOnlyList<Session>> ListAsync(AppId app, string userId, CancellationToken cancellationToken)
        => await database.ListAsync(
            new(
                $"""
                {Select} WHERE s.app_id = @app AND s.user_id = @user AND s.revoked_at = 0 AND s.expires_at > @now
                ORDER BY s.created_at DESC, s.session_id
                """,
                Text("app", app.Value),
                Text("user", userId),
                Time("now", time.GetUtcNow())),
            Read,
            cancellationToken);

    /// <summary>Ends one of a user's. False: the user has no such one that goes on.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="userId">Whose in it.</param>
    /// <param name="sessionId">Which.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    /// <param name="actor">Who manages the app and does it, which the audit tells; null: the user.</param>
    public async ValueTask<bool> RevokeAsync(
        AppId app, string userId, string sessionId, CancellationToken cancellationToken, Actor? actor = null)
    {
        const string GoesOn = "session_id = @session AND expires_at > @now";
        Parameter[] which = [Text("user", userId), Text("session", sessionId), Time("now", time.GetUtcNow())];
        Statement revoke = new($"{RevokeAll} AND {GoesOn}", [Text("app", app.Value), .. which]);
        Statement[] line = actor is { } who
            ?
            [
                audit.Line(
                    app, who, "RevokeSession", userId, $$"""{"session_id":"{{sessionId}}"}""", after: null,
                    $"EXISTS (SELECT 1 FROM sessions WHERE app_id = @app AND user_id = @user AND revoked_at = 0 AND {GoesOn})", which),
            ]
            : [];
        return (await database.WriteAsync([.. line, revoke], cancellationToken)).By(revoke) == 1;
    }

    /// <summary>Ends all of a user's; somebody who manages the app does it, which the audit tells.</summary>
    public async ValueTask<int> RevokeAllAsync(AppId app, string userId, Actor actor, CancellationToken cancellationToken)
    {
        Parameter[] parameters = [Text("app", app.Value), Text("user", userId), Time("now", time.GetUtcNow())];
        Statement revoke = new(RevokeAll, parameters);
        var touched = await database.WriteAsync(
            [
                audit.Line(
                    app, actor, "RevokeSessions", userId, before: null, after: null,
                    "EXISTS (SELECT 1 FROM sessions WHERE app_id = @app AND user_id = @user AND revoked_at = 0)", [Text("user", userId)]),
                revoke,
            ],
            cancellationToken);
        return touched.By(revoke);
    }

    /// <summary>
    /// A refresh token was used again that a thief must have, or that a thief has used: the session ends, and an event says so.
    /// </summary>
    public async ValueTask RevokeReusedAsync(AppId app, Session session, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Parameter[] parameters =
        [
            Text("app", app.Value), Text("user", session.UserId), Text("session", session.Id), Text("attempt", Ids.Next()),
            .. EventWriting.From(caller.IpAddress, caller.UserAgent, now), Time("now", now),
        ];
        const string Goes = "EXISTS (SELECT 1 FROM sessions WHERE app_id = @app AND session_id = @session AND revoked_at = 0)";
        Statement revoke = new($"{RevokeAll} AND session_id = @session", parameters);
        var touched = await database.WriteAsync(
            [
                // Holds the row first: of two who come at once, one writes the event.
                new("UPDATE sessions SET last_used_at = last_used_at WHERE app_id = @app AND session_id = @session", parameters),
                .. events.One(CompleteEvents.RefreshTokenReused, parameters, Goes),
                revoke,
            ],
            cancellationToken);
        if (touched.By(revoke) == 1)
            measurements.RefreshTokenReused();
    }

    private static Parameter[] Parameters(NewSession session, string deviceId) =>
    [
        Text("session", session.Id),
        Number("generation", session.HasRefresh ? 1 : 0),
        Time("absolute_at", session.AbsoluteAt),
        Time("ends_at", session.ExpiresAt),
        Text("amr", session.Amr),
        Text("device", deviceId),
    ];

    private static Session Read(Row row) => new()
    {
        Id = row.GetString(0),
        UserId = row.GetString(1),
        Generation = row.GetInt64(2),
        RotatedAt = Micros.ToTime(row.GetInt64(3)),
        CreatedAt = Micros.ToTime(row.GetInt64(4)),
        LastUsedAt = Micros.ToTime(row.GetInt64(5)),
        AbsoluteAt = Micros.ToTime(row.GetInt64(6)),
        ExpiresAt = Micros.ToTime(row.GetInt64(7)),
        IsRevoked = row.GetInt64(8) != 0,
        Amr = row.GetString(9),
        DeviceId = row.GetString(10),
        IpAddress = row.GetString(11),
        UserAgent = row.GetString(12),
        UserStatus = UserStatuses.Parse(row.GetString(13)),
    };
}
