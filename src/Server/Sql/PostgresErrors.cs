using System.Net.Sockets;
using Npgsql;

namespace OpenPassage.Server.Sql;

/// <summary>What PostgreSQL's errors mean for who waits.</summary>
internal static class PostgresErrors
{
    /// <summary>The transaction was rolled back because of others at work, and may succeed when it is tried again.</summary>
    public static bool IsOurTurnLost(PostgresException e)
        => e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Two nodes that start at once have made the same table.</summary>
    public static bool IsAnotherNodeAtIt(PostgresException e)
        => IsOurTurnLost(e)
            || e.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation;

    /// <summary>
    /// A prepared statement is not there, is there already or is another one: somebody else has had the connection in between.
    /// </summary>
    public static bool IsOfAnotherSession(PostgresException e)
        => e.SqlState is PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement
            // By the server's own name for the place, since its sentence may be in any language.
            || (e.SqlState == PostgresErrorCodes.ProtocolViolation && e.Routine == "exec_bind_message");

    /// <summary>
    /// What to do about what a pooler refuses, after a full stop; empty where nothing is known. Its sentences are in English only.
    /// </summary>
    public static string Advice(Exception e) => e switch
    {
        PostgresException { MessageText: var text } when text.Contains("statement pooling mode", StringComparison.Ordinal)
            => ". The pooler's pool_mode is statement, which allows no transactions: set it to transaction or session.",
        PostgresException { MessageText: var text } when text.Contains("unsupported startup parameter", StringComparison.Ordinal)
            => ". The pooler does not pass it on: remove it from OpenPassage:Database, and set it for the role (ALTER ROLE … SET …).",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }
            => ". Grant the rights that docs/guides/postgresql.md lists, or run 'openpassage schema' as the owner of the tables.",
        _ => "",
    };

    /// <summary>The server is gone, going, full, no longer the one that takes writes, or slower than we wait.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException mixed when IsOfAnotherSession(mixed) => false,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled } => true,
        PostgresException { SqlState: var state } => state[..2] is "08" or "53" or "57" or "58",
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
