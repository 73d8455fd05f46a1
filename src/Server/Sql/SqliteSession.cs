using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenPassage.Server.Sql;

/// <summary>One SQLite connection with its settings and its prepared statements. Not thread-safe: one user at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteStatement> kept = new(StringComparer.Ordinal);

    private const int KeepLogAtClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    /// <param name="connectionString">Which file.</param>
    /// <param name="keepsLog">
    /// Whether the log stays beside the file when the last connection is closed. Only a server that ends in order does away with
    /// it: so a log that is missing tells that somebody else has, and a command leaves a crashed server's files as they are.
    /// </param>
    public SqliteSession(string connectionString, bool keepsLog = true)
    {
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            raw.sqlite3_db_config(connection.Handle, KeepLogAtClose, keepsLog ? 1 : 0, out _);
            // FULL: a sign-in that was answered survives a power cut. The busy timeout is for other processes, such as a backup.
            Run($"""
                PRAGMA busy_timeout = 5000;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA wal_autocheckpoint = {SqliteCheckpoints.LogPages};
                """);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>False once SQLite has rolled a transaction back by itself, as it does when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Runs a text of one statement or several, without parameters.</summary>
    public void Run(string script)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours.
        command.CommandText = script;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement; the rows it touched, or found if it is a query.</summary>
    public int Execute(in Statement statement)
    {
        string? text = null;
        return Execute(statement, ref text);
    }

    /// <summary>The same; a text that a query has found in its first column is kept.</summary>
    public int Execute(in Statement statement, ref string? text)
    {
        if (!statement.OneOff)
            return Execute(Kept(statement.Sql).Bind(statement.Parameters), ref text);
        using var once = new SqliteStatement(connection.Handle!, statement.Sql, kept: false);
        return Execute(once.Bind(statement.Parameters), ref text);
    }

    /// <summary>Runs a query and reads at most <paramref name="most"/> rows.</summary>
    public List<T> Query<T>(in Statement statement, Func<Row, T> read, int most)
    {
        if (!statement.OneOff)
            return Query(Kept(statement.Sql).Bind(statement.Parameters), read, most);
        using var once = new SqliteStatement(connection.Handle!, statement.Sql, kept: false);
        return Query(once.Bind(statement.Parameters), read, most);
    }

    public void Dispose()
    {
        foreach (var statement in kept.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private static List<T> Query<T>(SqliteStatement statement, Func<Row, T> read, int most)
    {
        var rows = new List<T>();
        try
        {
            while (rows.Count < most && statement.Step())
                rows.Add(read(statement));
            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    private int Execute(SqliteStatement statement, ref string? text)
    {
        try
        {
            var found = 0;
            for (; statement.Step(); found++)
                text = statement.IsNull(0) ? text : statement.GetString(0);
            return statement.FieldCount > 0 ? found : raw.sqlite3_changes(connection.Handle);
        }
        finally
        {
            statement.Reset();
        }
    }

    private SqliteStatement Kept(string sql)
    {
        if (!kept.TryGetValue(sql, out var statement))
            kept.Add(sql, statement = new(connection.Handle!, sql, kept: true));
        return statement;
    }
}
