using OpenPassage.Server.Events;

namespace OpenPassage.Server.Passkeys;

/// <summary>What <see cref="PasskeyStore"/> says differently to PostgreSQL: the sign-ins of many callers at once.</summary>
internal static class PasskeyStorePostgres
{
    // Lateral: by its key, one row at a time. The server's statistics lag behind tables that grow this fast, and a plan made
    // from them may read all tickets of the app instead.
    public const string WhoWon = """
        CROSS JOIN LATERAL (SELECT s.attempt FROM spent s WHERE s.app_id = @app AND s.ticket = t.ticket LIMIT 1) AS won
        WHERE won.attempt = t.attempt
        """;

    /// <summary>
    /// Passkeys, then tickets, are locked in the order of their keys, so that batches on several nodes never wait for each
    /// other in a circle. Of two callers with one ticket one inserts it. Sign-ins with one passkey are summed up first, since
    /// an update touches a row once.
    /// </summary>
    public static string[] SaveAuthentications(EventWriting events) =>
    [
        """
        INSERT INTO spent (app_id, ticket, attempt, expires_at)
        SELECT @app, t.ticket, t.attempt, t.spent_until
        FROM
            (SELECT u.ticket, u.attempt, u.spent_until, u.credential, u.user_id
             FROM unnest((SELECT @ticket), (SELECT @attempt), (SELECT @spent_until), (SELECT @credential), (SELECT @user))
                AS u (ticket, attempt, spent_until, credential, user_id)
             ORDER BY u.credential) AS t
        CROSS JOIN LATERAL
            (SELECT p.user_id FROM passkeys p
             WHERE p.app_id = @app AND p.credential_id = t.credential AND p.inactive_until = 0 FOR UPDATE) AS held
        WHERE held.user_id = t.user_id
        ORDER BY t.ticket
        ON CONFLICT (app_id, ticket) DO NOTHING
        RETURNING attempt
        """,

        // The backup state is the last caller's: the highest place decides, and carries the state as its last bit.
        $"""
        UPDATE passkeys AS p SET
            sign_count = CASE WHEN p.sign_count < a.sign_count THEN a.sign_count ELSE p.sign_count END,
            uv_initialized = CASE WHEN p.uv_initialized < a.uv_initialized THEN a.uv_initialized ELSE p.uv_initialized END,
            backup_state = a.backup_state,
            usage_count = p.usage_count + a.sign_ins,
            last_login_at = CASE WHEN p.last_login_at < a.now THEN a.now ELSE p.last_login_at END,
            updated_at = a.now
        FROM (
            SELECT t.credential, COUNT(*) AS sign_ins, MAX(t.sign_count) AS sign_count, MAX(t.uv_initialized) AS uv_initialized,
                   MAX(t.place * 2 + t.backup_state) % 2 AS backup_state, MAX(t.now) AS now
            FROM unnest((SELECT @credential), (SELECT @ticket), (SELECT @attempt), (SELECT @sign_count), (SELECT @uv_initialized), (SELECT @backup_state), (SELECT @now)) WITH ORDINALITY
                AS t (credential, ticket, attempt, sign_count, uv_initialized, backup_state, now, place)
            {WhoWon}
            GROUP BY t.credential
        ) AS a
        WHERE p.app_id = @app AND p.credential_id = a.credential
        """,
        .. events.Many(PasskeyEvents.Login, WhoWon),
    ];
}
