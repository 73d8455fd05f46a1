using Npgsql;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crash;

/// <summary>Questions to the database itself, on either engine.</summary>
internal static class Statements
{
    /// <summary>
    /// How many passkeys and events disagree: a passkey has as many login events as uses, and one registration event; an event has
    /// its ticket spent. More than none: half of a save is there.
    /// </summary>
    public const string HalfSaved = """
        SELECT (SELECT COUNT(*) FROM passkeys p
                WHERE p.usage_count <> (SELECT COUNT(*) FROM events e WHERE e.app_id = p.app_id AND e.user_id = p.user_id AND e.type = 'passkey_login'))
             + (SELECT COUNT(*) FROM passkeys p
                WHERE 1 <> (SELECT COUNT(*) FROM events e WHERE e.app_id = p.app_id AND e.user_id = p.user_id AND e.type = 'passkey_registered'))
             + (SELECT COUNT(*) FROM events e
                WHERE NOT EXISTS (SELECT 1 FROM spent s WHERE s.app_id = e.app_id AND s.attempt = e.event_id))
        """;

    /// <summary>One number from PostgreSQL.</summary>
    public static async Task<object?> AskAsync(PostgresDaemon postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
