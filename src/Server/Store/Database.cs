using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace OpenPassage.Server.Store;

/// <summary>
/// The database file: many readers beside one writer. A write is a list of statements that run in order in one transaction
/// with no branch between them: a later one asks in SQL what an earlier one did. So the same text can go to a server in one
/// round trip.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private readonly string connectionString;
    private readonly SqliteWriter writer;
    private volatile bool disposed;

    /// <summary>Opens the file, made for the owner only when it is new, and brings its schema up to date.</summary>
    /// <exception cref="OptionsValidationException">The database is newer than this program, or cannot be opened; the message is a sentence.</exception>
    public Database(IOptions<OpenPassageOptions> options, TimeProvider time)
    {
        var data = new DataDirectory(options);
        var builder = ConnectionString(options.Value.Database);
        builder.DataSource = Path.Combine(data.FullPath, builder.DataSource);
        builder.Pooling = false;
        // Beside busy_timeout, or a held database would be waited for half a minute.
        builder.DefaultTimeout = 5;
        connectionString = builder.ToString();
        try
        {
            DataDirectory.CreateFile(builder.DataSource);
            var session = new SqliteSession(connectionString);
            try
            {
                Schema.BringUpToDate(session, time);
            }
            catch
            {
                session.Dispose();
                throw;
            }

            writer = new SqliteWriter(session);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Make(nameof(OpenPassageOptions.Database), $"names {builder.DataSource}, which cannot be opened as a database: {e.Message}");
        }
    }

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

    /// <summary>The rows each statement touched, once all of them are on disk.</summary>
    public ValueTask<int[]> WriteAsync(Statement[] statements, CancellationToken cancellationToken) => writer.WriteAsync(statements, cancellationToken);

    /// <summary>The first row, or null.</summary>
    public ValueTask<T?> FindAsync<T>(Statement query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
        => new(Read(query, read, most: 1, cancellationToken) is [var row, ..] ? row : null);

    /// <summary>All rows: the query limits them.</summary>
    public ValueTask<IReadOnlyList<T>> ListAsync<T>(Statement query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        => new(Read(query, read, int.MaxValue, cancellationToken));

    /// <summary>The number in the first row's first column, or 0.</summary>
    public ValueTask<long> NumberAsync(Statement query, CancellationToken cancellationToken)
        => new(Read(query, row => row.GetInt64(0), most: 1, cancellationToken) is [var number, ..] ? number : 0);

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        writer.Dispose();
        while (readers.TryTake(out var session))
            session.Dispose();
    }

    private List<T> Read<T>(in Statement query, Func<DbDataReader, T> read, int most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!readers.TryTake(out var session))
            session = new SqliteSession(connectionString);
        try
        {
            return session.Query(query, read, most);
        }
        finally
        {
            if (disposed)
                session.Dispose();
            else
                readers.Add(session);
        }
    }
}
