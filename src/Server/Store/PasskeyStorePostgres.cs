namespace OpenPassage.Server.Store;

/// <summary>What <see cref="PasskeyStore"/> says differently to PostgreSQL: the sign-ins of many callers at once.</summary>
internal static class PasskeyStorePostgres
{
    private const string WhoWon = "JOIN spent s ON s.app_id = @app AND s.ticket = t.ticket AND s.attempt = t.attempt";

    /// <summary>
    /// Passkeys, then tickets, are locked in the order of their keys, so that batches on several nodes never wait for each
    /// other in a circle. Of two callers with one ticket one inserts it. Sign-ins with one passkey are summed up first, since
    /// an update touches a row once.
    /// </summary>
    public static readonly string[] SaveAuthentications =
    [
        """
        SELECT t.attempt
        FROM unnest(@credential, @attempt) AS t (credential, attempt)
        JOIN passkeys p ON p.app_id = @app AND p.credential_id = t.credential
        ORDER BY p.credential_id
        FOR UPDATE OF p
        """,
        """
        INSERT INTO spent (app_id, ticket, attempt, expires_at)
        SELECT @app, t.ticket, t.attempt, t.spent_until
        FROM unnest(@ticket, @attempt, @spent_until, @credential) AS t (ticket, attempt, spent_until, credential)
        JOIN passkeys p ON p.app_id = @app AND p.credential_id = t.credential
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
            FROM unnest(@credential, @ticket, @attempt, @sign_count, @uv_initialized, @backup_state, @now) WITH ORDINALITY
                AS t (credential, ticket, attempt, sign_count, uv_initialized, backup_state, now, place)
            {WhoWon}
            GROUP BY t.credential
        ) AS a
        WHERE p.app_id = @app AND p.credential_id = a.credential
        """,
        $"""
        INSERT INTO events (app_id, event_id, user_id, type, action, ip_addr, user_agent, created_at, completed_at, written_at)
        SELECT @app, t.attempt, p.user_id, 'passkey_login', 'login', t.ip_addr, t.user_agent, t.started, t.now, t.now
        FROM unnest(@credential, @ticket, @attempt, @ip_addr, @user_agent, @started, @now)
            AS t (credential, ticket, attempt, ip_addr, user_agent, started, now)
        {WhoWon}
        JOIN passkeys p ON p.app_id = @app AND p.credential_id = t.credential
        """,
    ];
}
