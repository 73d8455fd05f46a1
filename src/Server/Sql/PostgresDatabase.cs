using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sql;

/// <summary>PostgreSQL 15 or newer, and what speaks its protocol: any number of nodes work on it at once.</summary>
internal sealed class PostgresDatabase : Database
{
    // What a connection string leaves open. Sessions keep no state, so nothing is reset between two users of a connection.
    private const string Defaults =
        "Application Name=OpenPassage;Maximum Pool Size=32;Timeout=5;Command Timeout=10;Tcp Keepalive=true;Tcp Keepalive Time=30;"
        + "Max Auto Prepare=64;Auto Prepare Min Usages=2;No Reset On Close=true;";

    // Any number that other users of the same server are unlikely to choose.
    private const string TakeLock = "SELECT pg_advisory_xact_lock(7303014420847203)";

    // Long enough for another node to apply a large step of the schema.
    private const int LockSeconds = 300;

    // Where the rows are: a number of the server, one of the database and one of the table. What a dump is restored into has others.
    private static readonly Statement Place = new(
        """
        SELECT (system_identifier # (CAST(CAST(CAST('spent' AS regclass) AS oid) AS bigint) << 31)
            # (SELECT CAST(d.oid AS bigint) FROM pg_database d WHERE d.datname = current_database())) & 9223372036854775807
        FROM pg_control_system()
        """);

    private static readonly Statement SelectPlace = new("SELECT number FROM changes WHERE kind = 'place'");

    private readonly ConcurrentDictionary<(AppId App, bool Writes), PostgresGroup> groups = new();
    private readonly PostgresConnections connections;
    private readonly bool hasLocks;

    /// <summary>Opens the database and brings its schema up to date, one node at a time.</summary>
    /// <exception cref="OptionsValidationException">The database is newer than this program, or cannot be opened; the
    /// message is a sentence.</exception>
    public PostgresDatabase(
        IOptions<OpenPassageOptions> options, TimeProvider time, Schema schema, Measurements? measurements = null, ILogger? logger = null)
    {
        Measurements = measurements;
        var settings = ConnectionString(options.Value.Database);
        try
        {
            connections = new PostgresConnections(settings, IsPreparingChosen(options.Value.Database), logger);
            using var connection = connections.Open();
            hasLocks = HasLocks(connection);
            if (connections.IsPooled && WhyNotFound(connection, settings) is { } reason)
                throw WrongSetting.Make(nameof(OpenPassageOptions.Database), reason);
            BringUpToDate(connection, time, schema);
        }
        catch (Exception e)
        {
            connections?.Dispose();
            if (e is not (NpgsqlException or System.Net.Sockets.SocketException))
                throw;
            throw WrongSetting.Make(
                nameof(OpenPassageOptions.Database),
                $"names {settings.Database} on {settings.Host}, "
                    + $"which cannot be opened as a database: {e.Message}{PostgresErrors.Advice(e)}");
        }
    }

    public override bool IsShared => true;

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    internal Measurements? Measurements { get; }

    /// <summary>Whether a setting is a connection string with a <c>Host</c>.</summary>
    public static bool IsNamedBy(string database)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = database }.ContainsKey("Host");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The connection string with our defaults for what it leaves open.</summary>
    /// <exception cref="ArgumentException">It has a keyword that Npgsql does not know.</exception>
    public static NpgsqlConnectionStringBuilder ConnectionString(string database)
        // A batch here is a transaction; multiplexed, its statements would share a connection with those of others.
        => new(Defaults + database) { Multiplexing = false };

    public override string InByteOrder(string text) => $"convert_to({text}, 'UTF8')";

    public override string InIndexedByteOrder(string column) => $"{column} COLLATE \"C\"";

    public override async ValueTask<Touched> WriteAsync(Statement[] statements, CancellationToken cancellationToken)
    {
        try
        {
            return new(statements, await RunAsync(statements, cancellationToken));
        }
        catch (PostgresException e) when (IsWorthAnotherTry(e))
        {
            return new(statements, await RunAsync(statements, cancellationToken));
        }
    }

    public override async ValueTask<IReadOnlyList<T>> ListAsync<T>(
        FrequentRead<T> read, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var caller = new PostgresReading<T>(read, parameters);
        Group(app, writes: false).Add(caller);
        return await caller.Done;
    }

    public override async ValueTask AloneAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (hasLocks)
        {
            await using var command = new NpgsqlCommand(TakeLock, connection) { CommandTimeout = LockSeconds };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await act();
        await transaction.CommitAsync(cancellationToken);
    }

    public override async ValueTask<string?> WhyOlderAsync(CancellationToken cancellationToken)
    {
        var remembered = await NumberAsync(SelectPlace, cancellationToken);
        return remembered != 0 && await PlaceAsync(cancellationToken) is { } here && here != remembered
            ? "The tables are not where a server last used them: they were restored from a dump, or moved."
            : null;
    }

    public override async ValueTask BeginServingAsync(CancellationToken cancellationToken)
    {
        if (await PlaceAsync(cancellationToken) is { } here && here != await NumberAsync(SelectPlace, cancellationToken))
        {
            await WriteAsync(
                [
                    new(
                        "INSERT INTO changes (kind, number) VALUES ('place', @here) "
                            + "ON CONFLICT (kind) DO UPDATE SET number = excluded.number",
                        Parameter.Number("here", here)),
                ],
                cancellationToken);
        }
    }

    public override ValueTask EndServingAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A connection for one transaction.</summary>
    /// <exception cref="DatabaseUnavailableException">None is to be had now.</exception>
    internal async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var since = Measurements?.Timestamp() ?? 0;
        try
        {
            return await connections.OpenAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw new DatabaseUnavailableException(e);
        }
        finally
        {
            Measurements?.Waited(since);
        }
    }

    /// <summary>The exception for a failure after which no open connection can be trusted; they are made anew.</summary>
    internal DatabaseUnavailableException Away(Exception e)
    {
        connections.Clear();
        return new(e, PostgresErrors.Advice(e));
    }

    /// <summary>Whether a write that failed so was rolled back through no fault of its own, and may be tried once more.</summary>
    internal bool IsWorthAnotherTry(PostgresException e) => PostgresErrors.IsOurTurnLost(e) || connections.IsMixedUp(e);

    protected override async ValueTask<Written> WriteTogetherAsync(
        FrequentWrite write, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var caller = new PostgresWriting(write, parameters);
        Group(app, writes: true).Add(caller);
        return await caller.Done;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connections.Dispose();
    }

    protected override async ValueTask<List<T>> ReadAsync<T>(
        Statement query, Func<Row, T> read, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync(query, read, most, cancellationToken);
        }
        catch (Exception e) when (e is DatabaseUnavailableException || (e is PostgresException mixed && connections.IsMixedUp(mixed)))
        {
            // The server may have been restarted since the connection was last used: a new one tells.
            return await QueryAsync(query, read, most, cancellationToken);
        }
    }

    // Null where it is not told, as servers that only speak the protocol may do.
    private async ValueTask<long?> PlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await NumberAsync(Place, cancellationToken);
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    private PostgresGroup Group(AppId app, bool writes)
        => groups.GetOrAdd((app, writes), static (key, database) => new PostgresGroup(database, key.App, key.Writes), this);

    private async ValueTask<List<T>> QueryAsync<T>(Statement query, Func<Row, T> read, int most, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            var text = PostgresText.Of(query);
            await using var command = new NpgsqlCommand(text.Sql, connection);
            PostgresParameters.Add(command.Parameters, text, query.Parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var (row, rows) = (new PostgresRow(reader), new List<T>());
            while (rows.Count < most && await reader.ReadAsync(cancellationToken))
                rows.Add(read(row));
            return rows;
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw Away(e);
        }
    }

    private async ValueTask<int[]> RunAsync(Statement[] statements, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            // One round trip. When a statement fails, the server skips the rest, and closing the connection rolls back.
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new("BEGIN"));
            foreach (var statement in statements)
            {
                var text = PostgresText.Of(statement);
                var command = new NpgsqlBatchCommand(text.Sql);
                PostgresParameters.Add(command.Parameters, text, statement.Parameters);
                batch.BatchCommands.Add(command);
            }

            batch.BatchCommands.Add(new("COMMIT"));
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return [.. statements.Select((_, i) => batch.BatchCommands[i + 1].RecordsAffected)];
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw Away(e);
        }
    }

    /// <summary>Whether a connection string says how many statements are kept prepared.</summary>
    public static bool IsPreparingChosen(string database)
        // By two different defaults: only what is chosen comes out the same.
        => new NpgsqlConnectionStringBuilder("Max Auto Prepare=1;" + database).MaxAutoPrepare
            == new NpgsqlConnectionStringBuilder("Max Auto Prepare=2;" + database).MaxAutoPrepare;

#pragma warning disable RS0030 // What follows waits on the thread of the start, before anything listens.

    // A pooler that is told to ignore what it does not pass on would have the tables made somewhere else.
    private static string? WhyNotFound(NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings)
    {
        if (settings.SearchPath is not { Length: > 0 } wanted)
            return null;
        using var command = new NpgsqlCommand("SELECT current_setting('search_path')", connection);
        var there = (string)command.ExecuteScalar()!;
        return Plain(there) == Plain(wanted)
            ? null
            : $"has Search Path={wanted}, and the pooler does not pass it on (it is {there}): "
                + $"set it for the role, with ALTER ROLE … SET search_path = {wanted}.";

        static string Plain(string path) => path.Replace(" ", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);
    }

    private static bool HasLocks(NpgsqlConnection connection)
    {
        try
        {
            using var command = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(0)", connection);
            command.ExecuteNonQuery();
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFunction)
        {
            return false;
        }
    }

    private void BringUpToDate(NpgsqlConnection connection, TimeProvider time, Schema schema)
    {
        for (var more = 5; ; more--)
        {
            using var transaction = connection.BeginTransaction();
            try
            {
                if (hasLocks)
                    Execute(connection, new(TakeLock));
                schema.BringUpToDate("postgres", time, query => Number(connection, query), statement => Execute(connection, statement));
                transaction.Commit();
                return;
            }
            catch (PostgresException e) when (more > 0 && PostgresErrors.IsAnotherNodeAtIt(e))
            {
                // Without locks: whoever was first has made it by now.
            }
        }
    }

    private static void Execute(NpgsqlConnection connection, Statement statement)
    {
        var text = PostgresText.Of(statement);
        using var command = new NpgsqlCommand(text.Sql, connection) { CommandTimeout = LockSeconds };
        PostgresParameters.Add(command.Parameters, text, statement.Parameters);
        command.ExecuteNonQuery();
    }

    private static long Number(NpgsqlConnection connection, Statement query)
    {
        var text = PostgresText.Of(query);
        using var command = new NpgsqlCommand(text.Sql, connection);
        PostgresParameters.Add(command.Parameters, text, query.Parameters);
        return (long)command.ExecuteScalar()!;
    }
}
