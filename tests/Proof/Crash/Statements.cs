namespace OpenPassage.Proof.Tests.Crash;

/// <summary>Questions to the database itself, on either engine.</summary>
internal static class Statements
{
    /// <summary>
    /// How many passkeys, events and sessions disagree: a passkey has as many login events as uses, and one registration event; an
    /// event has its ticket spent; a user of Complete has as many sessions as sign-ins, and none has ended. More than none: half of
    /// a save is there, or more than one.
    /// </summary>
    public const string HalfSaved = """
        SELECT (SELECT COUNT(*) FROM passkeys p
                WHERE p.usage_count <> (SELECT COUNT(*) FROM events e WHERE e.app_id = p.app_id AND e.user_id = p.user_id AND e.type = 'passkey_login'))
             + (SELECT COUNT(*) FROM passkeys p
                WHERE 1 <> (SELECT COUNT(*) FROM events e WHERE e.app_id = p.app_id AND e.user_id = p.user_id AND e.type = 'passkey_registered'))
             + (SELECT COUNT(*) FROM events e
                WHERE NOT EXISTS (SELECT 1 FROM spent s WHERE s.app_id = e.app_id AND s.attempt = e.event_id))
             + (SELECT COUNT(*) FROM users u
                WHERE u.app_id = 'proof-complete'
                    AND (SELECT COUNT(*) FROM sessions s WHERE s.app_id = u.app_id AND s.user_id = u.user_id AND s.revoked_at = 0)
                        <> u.carried_logins
                            + (SELECT COALESCE(SUM(p.usage_count), 0) FROM passkeys p WHERE p.app_id = u.app_id AND p.user_id = u.user_id))
        """;
}
