namespace OpenPassage.Server.Passkeys;

/// <summary>What <see cref="SpentTickets"/> says differently to PostgreSQL: the nonces of many callers at once.</summary>
internal static class SpentTicketsPostgres
{
    /// <summary>In the order of the tickets, so that batches on several nodes never wait for each other in a circle.</summary>
    public static readonly string[] SpendNonces =
    [
        """
        INSERT INTO spent (app_id, ticket, attempt, expires_at)
        SELECT @app, t.ticket, t.attempt, t.spent_until
        FROM unnest((SELECT @ticket), (SELECT @attempt), (SELECT @spent_until), (SELECT @credential), (SELECT @user)) AS t (ticket, attempt, spent_until, credential, user_id)
        CROSS JOIN LATERAL (SELECT p.user_id FROM passkeys p WHERE p.app_id = @app AND p.credential_id = t.credential LIMIT 1) AS passkey
        CROSS JOIN LATERAL (SELECT u.status FROM users u WHERE u.app_id = @app AND u.user_id = t.user_id LIMIT 1) AS owner
        WHERE passkey.user_id = t.user_id AND owner.status = 'active'
        ORDER BY t.ticket
        ON CONFLICT (app_id, ticket) DO NOTHING
        RETURNING attempt
        """,
        """
        SELECT t.attempt, owner.external_id
        FROM unnest((SELECT @attempt), (SELECT @user)) AS t (attempt, user_id)
        CROSS JOIN LATERAL (SELECT u.external_id FROM users u WHERE u.app_id = @app AND u.user_id = t.user_id LIMIT 1) AS owner
        WHERE owner.external_id IS NOT NULL
        """,
    ];
}
