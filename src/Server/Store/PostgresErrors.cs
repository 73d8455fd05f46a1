using System.Net.Sockets;
using Npgsql;

namespace OpenPassage.Server.Store;

/// <summary>What PostgreSQL's errors mean for who waits.</summary>
internal static class PostgresErrors
{
    /// <summary>The transaction was rolled back because of others at work, and may succeed when it is tried again.</summary>
    public static bool IsOurTurnLost(PostgresException e) => e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Two nodes that start at once have made the same table.</summary>
    public static bool IsAnotherNodeAtIt(PostgresException e)
        => IsOurTurnLost(e) || e.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation;

    /// <summary>The server is gone, going, full, no longer the one that takes writes, or slower than we wait.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled } => true,
        PostgresException { SqlState: var state } => state[..2] is "08" or "53" or "57" or "58",
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
