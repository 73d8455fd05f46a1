using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sql;

/// <summary>A SQLite file: many readers beside one writer.</summary>
internal sealed class SqliteDatabase : Database
{
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private readonly string connectionString;
    private readonly SqliteContinuity continuity;
    private readonly SqliteCheckpoints checkpoints;
    private readonly SqliteWriter writer;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim alone = new(1);
    private bool isClosed;
    private volatile bool disposed;

    /// <summary>Opens the file, made for the owner only when it is new, and brings its schema up to date.</summary>
    /// <exception cref="OptionsValidationException">The database is newer than this program, or cannot be opened; the
    /// message is a sentence.</exception>
    public SqliteDatabase(IOptions<OpenPassageOptions> options, TimeProvider time, Schema schema, Measurements? measurements = null)
    {
        var data = new DataDirectory(options);
        var builder = ConnectionString(options.Value.Database);
        builder.DataSource = Path.Combine(data.FullPath, builder.DataSource);
        builder.Pooling = false;
        // Beside busy_timeout, or a held database would be waited for half a minute.
        builder.DefaultTimeout = 5;
        connectionString = builder.ToString();
        this.time = time;
        try
        {
            continuity = new SqliteContinuity(Path.GetFullPath(builder.DataSource));
            DataDirectory.CreateFile(builder.DataSource);
            var session = new SqliteSession(connectionString);
            try
            {
                BringUpToDate(session, time, schema);
                checkpoints = new SqliteCheckpoints(new SqliteSession(connectionString), continuity, time);
                writer = new SqliteWriter(session, checkpoints, measurements);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Make(
                nameof(OpenPassageOptions.Database), $"names {builder.DataSource}, which cannot be opened as a database: {e.Message}");
        }
    }

    public override bool IsShared => false;

    /// <summary>Nothing: the one writer is never at two things.</summary>
    public override string SkipLocked => "";

    /// <summary>A path, or a connection string of SQLite.</summary>
    /// <exception cref="ArgumentException">It has a keyword that SQLite does not know, or names no file.</exception>
    public static SqliteConnectionStringBuilder ConnectionString(string database)
    {
        var builder = database.Contains('=', StringComparison.Ordinal)
            ? new SqliteConnectionStringBuilder(database)
            : new SqliteConnectionStringBuilder { DataSource = database };
        if (builder.DataSource is "" or ":memory:" || builder.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException("It names no file.", nameof(database));
        return builder;
    }

    public override string InByteOrder(string text) => text;

    public override string InIndexedByteOrder(string column) => column;

    public override async ValueTask<Touched> WriteAsync(Statement[] statements, CancellationToken cancellationToken)
    {
        try
        {
            return new(statements, (await writer.WriteAsync(statements, ifFirst: false, cancellationToken)).Rows);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            throw new DatabaseUnavailableException(e);
        }
    }

    public override async ValueTask<IReadOnlyList<T>> ListAsync<T>(
        FrequentRead<T> read, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
        => await ReadAsync(new(read.One, parameters), read.Read, int.MaxValue, cancellationToken);

    public override async ValueTask AloneAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        await alone.WaitAsync(cancellationToken);
        try
        {
            await act();
        }
        finally
        {
            alone.Release();
        }
    }

    public override async ValueTask<string?> WhyOlderAsync(CancellationToken cancellationToken)
        => continuity.WhyOlder(
            await NumberAsync(SqliteContinuity.SelectState, cancellationToken),
            await NumberAsync(SqliteContinuity.SelectWorked, cancellationToken));

    public override async ValueTask BeginServingAsync(CancellationToken cancellationToken)
    {
        await WriteAsync([State(SqliteContinuity.InUse), SqliteContinuity.Work(time)], cancellationToken);
        continuity.Mark(await NumberAsync(SqliteContinuity.SelectWorked, cancellationToken));
        checkpoints.Serve();
    }

    public override async ValueTask EndServingAsync(CancellationToken cancellationToken)
    {
        checkpoints.Rest();
        await WriteAsync([State(SqliteContinuity.Closed), SqliteContinuity.Work(time)], cancellationToken);
        continuity.Mark(await NumberAsync(SqliteContinuity.SelectWorked, cancellationToken));
        isClosed = true;
    }

    protected override async ValueTask<Written> WriteTogetherAsync(
        FrequentWrite write, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
    {
        try
        {
            var (rows, text) = await writer.WriteAsync(
                Array.ConvertAll(write.One, sql => new Statement(sql, parameters)), ifFirst: true, cancellationToken);
            return new(rows[0] > 0, text);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            throw new DatabaseUnavailableException(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || disposed)
            return;
        disposed = true;
        alone.Dispose();
        writer.Dispose();
        while (readers.TryTake(out var session))
            session.Dispose();
        if (isClosed)
            CloseFile();
    }

    // The last connection to a file that is closed copies the log and does away with it.
    private void CloseFile()
    {
        try
        {
            using var last = new SqliteSession(connectionString, keepsLog: false);
        }
        catch (SqliteException)
        {
            // The log stays, and nothing is lost.
        }
    }

    private static Statement State(long state) => new($"PRAGMA user_version = {state}") { OneOff = true };

    protected override ValueTask<List<T>> ReadAsync<T>(Statement query, Func<Row, T> read, int most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(disposed, this);
        SqliteSession? session = null;
        try
        {
            if (!readers.TryTake(out session))
                session = new SqliteSession(connectionString);
            return new(session.Query(query, read, most));
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            throw new DatabaseUnavailableException(e);
        }
        finally
        {
            if (disposed)
                session?.Dispose();
            else if (session is not null)
                readers.Add(session);
        }
    }

    /// <summary>
    /// Another process holds the file (SQLITE_BUSY, SQLITE_LOCKED), or the disk is full or failing (SQLITE_FULL, SQLITE_IOERR).
    /// </summary>
    public static bool IsPassing(SqliteException e) => e.SqliteErrorCode is 5 or 6 or 13 or 10;

    private static void BringUpToDate(SqliteSession session, TimeProvider time, Schema schema)
    {
        session.Execute(new("BEGIN IMMEDIATE"));
        try
        {
            schema.BringUpToDate(
                "sqlite",
                time,
                sql => session.Query(sql, row => row.GetInt64(0), most: 1)[0],
                statement =>
                {
                    if (statement.OneOff)
                        session.Run(statement.Sql);
                    else
                        session.Execute(statement);
                });
            session.Execute(new("COMMIT"));
        }
        catch
        {
            if (session.InTransaction)
                session.Execute(new("ROLLBACK"));
            throw;
        }
    }
}
