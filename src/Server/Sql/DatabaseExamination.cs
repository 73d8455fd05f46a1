using System.Data.Common;
using Npgsql;

namespace OpenPassage.Server.Sql;

#pragma warning disable RS0030 // For openpassage doctor, a command of its own.

/// <summary>
/// Looks at a database and leaves it as it is: no schema is brought up to date, no row is written. Members throw a
/// <see cref="DbException"/> when the database refuses.
/// </summary>
internal abstract class DatabaseExamination(Schema schema) : IDisposable
{
    /// <summary>What to call it; without a password.</summary>
    public abstract string Name { get; }

    /// <summary>The newest step that it has taken, for each room of this program that has taken any.</summary>
    public IReadOnlyDictionary<string, long> Steps { get; private set; } = new Dictionary<string, long>();

    /// <summary>Whether it has been worked on by a newer program.</summary>
    public bool IsNewer => Steps.Any(room => room.Value > schema.Newest[room.Key]);

    /// <summary>Whether this program can read what stands in it.</summary>
    public bool IsCurrent => schema.Newest.All(room => Steps.GetValueOrDefault(room.Key) == room.Value);

    /// <summary>Why nothing can be written: a sentence; null: it can.</summary>
    public abstract string? WhyNotWritable { get; }

    /// <summary>A number that the database keeps; null: it does not.</summary>
    public long? Number(string kind) => Query("SELECT kind, number FROM changes", row => (Kind: row.GetString(0), Number: row.GetInt64(1)))
        .Where(row => row.Kind == kind).Select(row => (long?)row.Number).FirstOrDefault();

    protected bool HasSchema => Steps.Count > 0;

    protected abstract bool HasTable(string name);

    /// <summary>Reads <see cref="Steps"/>.</summary>
    protected void ReadSteps()
    {
        var steps = HasTable("schema_steps")
            ? new Dictionary<string, long>(
                Query(
                    "SELECT room, MAX(step) FROM schema_steps GROUP BY room ORDER BY room",
                    row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))),
                StringComparer.Ordinal)
            : HasTable("schema_version")
                ? schema.AtVersion(Query("SELECT COALESCE(MAX(version), 0) FROM schema_version", row => row.GetInt64(0))[0])
                : new Dictionary<string, long>();
        Steps = steps.Where(room => room.Value > 0 && schema.Newest.ContainsKey(room.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The rows of a query.</summary>
    public abstract List<T> Query<T>(string sql, Func<Row, T> read);

    public abstract void Dispose();
}

/// <summary>A SQLite file.</summary>
internal sealed class SqliteExamination : DatabaseExamination
{
    private readonly string file;
    private readonly SqliteContinuity continuity;
    private readonly SqliteSession session;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The file is not there.</exception>
    public SqliteExamination(OpenPassageOptions options, Schema schema)
        : base(schema)
    {
        var builder = SqliteBackup.FileOf(options);
        builder.Mode = Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite;
        builder.Pooling = false;
        file = builder.DataSource;
        continuity = new SqliteContinuity(file);
        session = new SqliteSession(builder.ToString());
        ReadSteps();
    }

    public override string Name => file;

    public override string? WhyNotWritable
    {
        get
        {
            try
            {
                session.Execute(new("BEGIN IMMEDIATE"));
                session.Execute(new("ROLLBACK"));
                return null;
            }
            catch (Microsoft.Data.Sqlite.SqliteException e)
            {
                return e.Message;
            }
        }
    }

    /// <summary>
    /// Why it is an earlier state than the last that a server worked on here: a sentence; null: it is not, as far as can be known.
    /// </summary>
    public string? WhyOlder => HasSchema && IsCurrent
        ? continuity.WhyOlder(
            Query(SqliteContinuity.SelectState.Sql, row => row.GetInt64(0))[0],
            Query(SqliteContinuity.SelectWorked.Sql, row => row.GetInt64(0)).FirstOrDefault())
        : null;

    /// <summary>What <c>PRAGMA quick_check</c> finds first; null: nothing.</summary>
    public string? Damage => Query("PRAGMA quick_check(1)", row => row.GetString(0)) is [not "ok" and var found, ..] ? found : null;

    protected override bool HasTable(string name)
        => Query($"SELECT COUNT(*) FROM sqlite_master WHERE name = '{name}'", row => row.GetInt64(0))[0] > 0;

    public override void Dispose() => session.Dispose();

    public override List<T> Query<T>(string sql, Func<Row, T> read) => session.Query(new(sql) { OneOff = true }, read, int.MaxValue);
}

/// <summary>A PostgreSQL database.</summary>
internal sealed class PostgresExamination : DatabaseExamination
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;

    public PostgresExamination(OpenPassageOptions options, Schema schema)
        : base(schema)
    {
        var settings = PostgresDatabase.ConnectionString(options.Database);
        Name = $"{settings.Database} on {settings.Host}";
        PoolSize = settings.MaxPoolSize;
        IsPreparingChosen = settings.MaxAutoPrepare > 0 && PostgresDatabase.IsPreparingChosen(options.Database);
        settings.Pooling = false;
        source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableTransportSecurity().Build();
        try
        {
            connection = source.OpenConnection();
            ReadSteps();
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public override string Name { get; }

    /// <summary>Whether a connection pooler stands before it. Asked in a transaction, which not every pooler allows.</summary>
    public bool IsPooled
    {
        get
        {
            using var transaction = connection.BeginTransaction();
            return Query("SELECT CAST(pg_backend_pid() AS BIGINT)", row => row.GetInt64(0))[0] != connection.ProcessID;
        }
    }

    /// <summary>Whether statements are kept prepared because the operator said so.</summary>
    public bool IsPreparingChosen { get; }

    /// <summary>Connections that a node may hold.</summary>
    public int PoolSize { get; }

    public override string? WhyNotWritable
        => Setting("transaction_read_only") == "on" ? "It is read only: a standby, or default_transaction_read_only is on."
            : HasSchema
                && Query(
                    "SELECT CASE WHEN has_table_privilege('spent', 'INSERT') THEN CAST(1 AS BIGINT) ELSE 0 END",
                    row => row.GetInt64(0)) is [0]
                ? "The user may not write to its tables."
            : null;

    /// <summary>The time there.</summary>
    public DateTimeOffset Now
        => Micros.ToTime(Query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)", row => row.GetInt64(0))[0]);

    protected override bool HasTable(string name)
        => Query(
            $"""
            SELECT CAST(COUNT(*) AS BIGINT) FROM information_schema.tables
            WHERE table_name = '{name}' AND table_schema = ANY (current_schemas(false))
            """,
            row => row.GetInt64(0))[0] > 0;

    /// <summary>One of the server's settings; null where it knows none of this name, as servers that only speak the protocol may.</summary>
    public string? Setting(string name)
        => Query($"SELECT COALESCE(current_setting('{name}', true), '')", row => row.GetString(0)) is [{ Length: > 0 } value]
            ? value
            : null;

    public override void Dispose()
    {
        connection.Dispose();
        source.Dispose();
    }

    public override List<T> Query<T>(string sql, Func<Row, T> read)
    {
#pragma warning disable CA2100 // The text is ours.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var (row, rows) = (new PostgresRow(reader), new List<T>());
        while (reader.Read())
            rows.Add(read(row));
        return rows;
    }
}
