namespace OpenPassage.Server.Passkeys;

/// <summary>
/// What <see cref="SignIns"/> asks PostgreSQL: the questions of many callers at once. Lateral, with a limit or an order: row by
/// row and by key, whatever the server's statistics say of tables that grow this fast. Arrays stand behind a <c>SELECT</c> of their
/// own, here and in what is written: so the planner cannot see their length, for which it would plan anew each time.
/// </summary>
internal static class SignInsPostgres
{
    public const string UsersByExternalId = """
        SELECT u.user_id, u.user_handle, u.status, CAST(CASE WHEN has.one IS NULL THEN 0 ELSE 1 END AS BIGINT), t.place
        FROM unnest((SELECT @external_id)) WITH ORDINALITY AS t (external_id, place)
        CROSS JOIN LATERAL
            (SELECT u.user_id, u.user_handle, u.status FROM users u WHERE u.app_id = @app AND u.external_id = t.external_id LIMIT 1) AS u
        LEFT JOIN LATERAL
            (SELECT 1 AS one FROM passkeys p
             WHERE p.app_id = @app AND p.user_id = u.user_id AND p.inactive_until = 0 LIMIT 1) AS has ON TRUE
        """;

    public const string OfferRows = """
        SELECT CAST(CASE WHEN s.one IS NULL THEN 0 ELSE 1 END AS BIGINT), u.status, p.credential_id, p.transports, t.place
        FROM unnest((SELECT @user), (SELECT @ticket)) WITH ORDINALITY AS t (user_id, ticket, place)
        CROSS JOIN LATERAL (SELECT u.status FROM users u WHERE u.app_id = @app AND u.user_id = t.user_id LIMIT 1) AS u
        LEFT JOIN LATERAL (SELECT 1 AS one FROM spent s WHERE s.app_id = @app AND s.ticket = t.ticket LIMIT 1) AS s ON TRUE
        LEFT JOIN LATERAL
            (SELECT p.credential_id, p.transports FROM passkeys p WHERE p.app_id = @app AND p.user_id = t.user_id AND p.inactive_until = 0
             ORDER BY p.created_at, p.device_id) AS p ON TRUE
        """;

    public const string IdentifierOfferRows = """
        SELECT i.value, i.verified_at, u.user_id, u.user_handle, u.status, p.credential_id, p.transports, p.device_type, t.place
        FROM unnest((SELECT @kind), (SELECT @value)) WITH ORDINALITY AS t (kind, value, place)
        CROSS JOIN LATERAL
            (SELECT i.value, i.verified_at, i.user_id FROM identifiers i
             WHERE i.app_id = @app AND i.kind = t.kind AND i.value >= t.value ORDER BY i.value LIMIT 1) AS i
        CROSS JOIN LATERAL
            (SELECT u.user_id, u.user_handle, u.status FROM users u WHERE u.app_id = @app AND u.user_id = i.user_id LIMIT 1) AS u
        LEFT JOIN LATERAL
            (SELECT p.credential_id, p.transports, p.device_type FROM passkeys p
             WHERE p.app_id = @app AND p.user_id = u.user_id AND p.inactive_until = 0 ORDER BY p.created_at, p.device_id) AS p ON TRUE
        """;

    public const string PasskeysAtOrAfterId = """
        SELECT p.user_id, u.status, u.user_handle, p.credential_id, p.public_key, p.sign_count, p.uv_initialized,
               p.backup_eligible, p.backup_state, p.device_id, p.inactive_until, t.place
        FROM unnest((SELECT @credential)) WITH ORDINALITY AS t (credential, place)
        CROSS JOIN LATERAL
            (SELECT p.user_id, p.credential_id, p.public_key, p.sign_count, p.uv_initialized, p.backup_eligible, p.backup_state,
                    p.device_id, p.inactive_until
             FROM passkeys p WHERE p.app_id = @app AND p.credential_id >= t.credential ORDER BY p.credential_id LIMIT 1) AS p
        CROSS JOIN LATERAL (SELECT u.status, u.user_handle FROM users u WHERE u.app_id = @app AND u.user_id = p.user_id LIMIT 1) AS u
        """;
}
