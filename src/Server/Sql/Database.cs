using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sql;

/// <summary>
/// What the stores ask of a database. A write is a list of statements that run in order in one transaction with no branch
/// between them: a later one asks in SQL what an earlier one did. So the same text can go to a server in one round trip.
/// </summary>
/// <remarks>
/// Every member throws <see cref="DatabaseUnavailableException"/> when the database is away or busy, and a
/// <see cref="DbException"/> when it refuses a statement.
/// </remarks>
internal abstract class Database : IDisposable
{
    private readonly ConcurrentDictionary<int, FrequentWrite> ranks = new();

    /// <summary>Whether several nodes may work on it: then what they must agree on is kept in it.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Ends a subquery that picks rows to remove: those that somebody else is at are left to him.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Opens the database that the options name and brings its schema up to date.</summary>
    /// <exception cref="OptionsValidationException">The database is newer than this program, or cannot be opened; the
    /// message is a sentence.</exception>
    public static Database Open(
        IOptions<OpenPassageOptions> options, TimeProvider time, Schema schema, Measurements? measurements = null, ILogger? logger = null)
        => PostgresDatabase.IsNamedBy(options.Value.Database)
            ? new PostgresDatabase(options, time, schema, measurements, logger)
            : new SqliteDatabase(options, time, schema, measurements);

    /// <summary>
    /// An expression for a text such that <c>&lt;</c> and <c>&gt;</c> compare its UTF-8 bytes, whatever the database's language.
    /// </summary>
    public abstract string InByteOrder(string text);

    /// <summary>The same for a column that has an index in byte order: the expression that the index is on.</summary>
    public abstract string InIndexedByteOrder(string column);

    /// <summary>The rows each statement touched, once all of them are on disk. What has begun is no longer cancelled.</summary>
    public abstract ValueTask<Touched> WriteAsync(Statement[] statements, CancellationToken cancellationToken);

    /// <summary>A write that many callers may make at once, once it is on disk. What has begun is no longer cancelled.</summary>
    /// <exception cref="ArgumentException">Another kind has the same rank.</exception>
    public ValueTask<Written> WriteAsync(FrequentWrite write, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
        => ReferenceEquals(ranks.GetOrAdd(write.Rank, write), write)
            ? WriteTogetherAsync(write, app, parameters, cancellationToken)
            : throw new ArgumentException($"Another kind of write has the rank {write.Rank}: which of the two locks first?", nameof(write));

    /// <summary>Does something while no other node that starts is at the same.</summary>
    public abstract ValueTask AloneAsync(Func<Task> act, CancellationToken cancellationToken);

    /// <summary>
    /// Why it is an earlier state than the last that a server worked on: a sentence; null: it is not, as far as can be known.
    /// </summary>
    public abstract ValueTask<string?> WhyOlderAsync(CancellationToken cancellationToken);

    /// <summary>A server works on it from now on, which it remembers for <see cref="WhyOlderAsync"/>.</summary>
    public abstract ValueTask BeginServingAsync(CancellationToken cancellationToken);

    /// <summary>The server has done its last work.</summary>
    public abstract ValueTask EndServingAsync(CancellationToken cancellationToken);

    /// <summary>The first row, or null.</summary>
    public async ValueTask<T?> FindAsync<T>(Statement query, Func<Row, T> read, CancellationToken cancellationToken)
        where T : class
        => await ReadAsync(query, read, most: 1, cancellationToken) is [var row, ..] ? row : null;

    /// <summary>All rows: the query limits them.</summary>
    public async ValueTask<IReadOnlyList<T>> ListAsync<T>(Statement query, Func<Row, T> read, CancellationToken cancellationToken)
        => await ReadAsync(query, read, int.MaxValue, cancellationToken);

    /// <summary>The rows of a read that many callers may make at once.</summary>
    public abstract ValueTask<IReadOnlyList<T>> ListAsync<T>(
        FrequentRead<T> read, AppId app, Parameter[] parameters, CancellationToken cancellationToken);

    /// <summary>The first row of such a read, or null.</summary>
    public async ValueTask<T?> FindAsync<T>(FrequentRead<T> read, AppId app, Parameter[] parameters, CancellationToken cancellationToken)
        where T : class
        => await ListAsync(read, app, parameters, cancellationToken) is [var row, ..] ? row : null;

    /// <summary>The BIGINT in the first row's first column, or 0.</summary>
    public async ValueTask<long> NumberAsync(Statement query, CancellationToken cancellationToken)
        => await ReadAsync(query, row => row.GetInt64(0), most: 1, cancellationToken) is [var number, ..] ? number : 0;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Writes together with whoever else waits.</summary>
    protected abstract ValueTask<Written> WriteTogetherAsync(
        FrequentWrite write, AppId app, Parameter[] parameters, CancellationToken cancellationToken);

    protected abstract ValueTask<List<T>> ReadAsync<T>(Statement query, Func<Row, T> read, int most, CancellationToken cancellationToken);
}

/// <summary>The database is away or busy. Nothing is wrong with the request: the same one may do better in a moment.</summary>
internal sealed class DatabaseUnavailableException(Exception inner, string advice = "")
    : Exception($"The database is unavailable or busy: {inner.Message}{advice}", inner);
