using Microsoft.Extensions.Logging;
using Npgsql;

namespace OpenPassage.Server.Sql;

#pragma warning disable RS0030 // What waits in here is a start, before anything listens; calls open connections with OpenAsync.

/// <summary>
/// Connections to a PostgreSQL server, and whether statements are kept prepared on them. They are not behind a connection pooler
/// such as PgBouncer, which may lend one connection of its own to several clients: their prepared statements have the same
/// names, and one client's name would run another's statement (docs/decisions/0018-poolers-and-restores.md).
/// </summary>
internal sealed class PostgresConnections : IDisposable
{
    // A pooler makes up the number that it gives a client; the server's own is that of the process. One statement, so that it is one
    // round trip, and so that nothing stays behind on a connection that a pooler lends to others too. Without a pooler: every
    // query here has an index. Tables that were empty a minute ago have grown since their plans were made, and a plan that reads
    // such a table from end to end is kept until statistics follow.
    private const string Greet =
        "SELECT pg_backend_pid(), CASE WHEN pg_backend_pid() = $1 THEN set_config('enable_seqscan', 'off', false) END";

    private readonly Lock gate = new();
    private readonly NpgsqlConnectionStringBuilder settings;
    private readonly ILogger? logger;
    private volatile NpgsqlDataSource source;
    private NpgsqlDataSource? replaced;
    private volatile bool prepares;
    private volatile bool isPooled;
    private volatile bool trusted;

    /// <param name="settings">Where to.</param>
    /// <param name="isChosen">Whether the operator has said how many statements are kept prepared.</param>
    /// <param name="logger">Hears of a pooler.</param>
    public PostgresConnections(NpgsqlConnectionStringBuilder settings, bool isChosen, ILogger? logger)
    {
        (this.settings, this.logger) = (settings, logger);
        // With less the greeting itself would be prepared.
        settings.AutoPrepareMinUsages = Math.Max(2, settings.AutoPrepareMinUsages);
        prepares = settings.MaxAutoPrepare > 0;
        source = Build(prepares);
        if (!isChosen || !prepares)
            return;
        try
        {
            trusted = true;
            trusted = IsTrustworthy();
        }
        catch
        {
            source.Dispose();
            throw;
        }

        if (isPooled && !trusted)
            StopPreparing();
    }

    /// <summary>Whether a pooler stands between, as far as a connection has told.</summary>
    public bool IsPooled => isPooled;

    public NpgsqlConnection Open()
    {
        var used = source;
        var connection = used.OpenConnection();
        if (used == source)
            return connection;
        connection.Dispose();
        return source.OpenConnection();
    }

    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var used = source;
        var connection = await used.OpenConnectionAsync(cancellationToken);
        if (used == source)
            return connection;
        // It has told of a pooler when it was opened.
        await connection.DisposeAsync();
        return await source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>All connections are made anew.</summary>
    public void Clear() => source.Clear();

    /// <summary>
    /// Whether a statement failed for want of a session of its own. Then none is prepared any more, and the same may be tried again.
    /// </summary>
    public bool IsMixedUp(PostgresException e)
    {
        if (!PostgresErrors.IsOfAnotherSession(e))
            return false;
        StopPreparing();
        return true;
    }

    public void Dispose()
    {
        source.Dispose();
        replaced?.Dispose();
    }

    private NpgsqlDataSource Build(bool preparing)
    {
        var chosen = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        if (!preparing)
            chosen.MaxAutoPrepare = 0;
        return new NpgsqlSlimDataSourceBuilder(chosen.ConnectionString).EnableArrays().EnableTransportSecurity()
            .UsePhysicalConnectionInitializer(GreetServer, GreetServerAsync)
            .Build();
    }

    private void GreetServer(NpgsqlConnection connection)
    {
        using var command = Greeting(connection);
        Heard(connection, (int)command.ExecuteScalar()!);
    }

    private async Task GreetServerAsync(NpgsqlConnection connection)
    {
        await using var command = Greeting(connection);
        Heard(connection, (int)(await command.ExecuteScalarAsync())!);
    }

    private static NpgsqlCommand Greeting(NpgsqlConnection connection)
        => new(Greet, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = connection.ProcessID } } };

    private void Heard(NpgsqlConnection connection, int process)
    {
        if (process == connection.ProcessID)
            return;
        isPooled = true;
        if (!trusted)
            StopPreparing();
    }

    private void StopPreparing()
    {
        lock (gate)
        {
            if (!prepares)
                return;
            prepares = trusted = false;
            replaced = source;
            source = Build(preparing: false);
            // What is in use is closed when it comes back.
            replaced.Clear();
        }

        logger?.LogWarning(
            "PostgreSQL is reached through a connection pooler, such as PgBouncer: "
                + "prepared statements are not kept from now on, which costs "
            + "some processor time. Connect directly, or read docs/guides/postgresql.md on Max Auto Prepare.");
    }

    // Whether a pooler is there, and each client's statements are its own all the same: it gives them other names, as PgBouncer 1.21
    // does, or gives each client a connection of its own, as far as can be seen from here. Tried without preparing.
    private bool IsTrustworthy()
    {
        using var trial = Build(preparing: false);
        using var first = trial.OpenConnection();
        if (!isPooled)
            return false;
        using var second = trial.OpenConnection();
        return !KeepsNames(first) || !Lends(first, second);
    }

    private static bool KeepsNames(NpgsqlConnection connection)
    {
        try
        {
            // In one transaction all reaches one connection of the pooler's.
            using var transaction = connection.BeginTransaction();
            using var prepared = new NpgsqlCommand("SELECT 'OpenPassage looks for a pooler'", connection);
            prepared.Prepare();
            using var names = new NpgsqlCommand(
                "SELECT COUNT(*) FROM pg_prepared_statements WHERE name LIKE '\\_p%' AND statement LIKE 'SELECT ''OpenPassage looks%'",
                connection);
            var kept = (long)names.ExecuteScalar()! > 0;
            prepared.Unprepare();
            return kept;
        }
        catch (PostgresException e) when (PostgresErrors.IsOfAnotherSession(e))
        {
            return true;
        }
    }

    // Whether a second client is served by the connection that the first one, still there, was served by. A busy pooler may hide it
    // once.
    private static bool Lends(NpgsqlConnection first, NpgsqlConnection second)
    {
        for (var i = 0; i < 10; i++)
        {
            if (Process(first) == Process(second))
                return true;
        }

        return false;

        static int Process(NpgsqlConnection connection)
        {
            using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
            return (int)command.ExecuteScalar()!;
        }
    }
}
