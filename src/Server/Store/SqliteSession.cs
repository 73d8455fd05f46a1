using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenPassage.Server.Store;

/// <summary>One SQLite connection with its settings and its prepared statements. Not thread-safe: one user at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            // FULL: a sign-in that was answered survives a power cut. The busy timeout is for other processes, such as a backup.
            Execute(new("""
                PRAGMA busy_timeout = 5000;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                """)
            { OneOff = true });
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>False once SQLite has rolled a transaction back by itself, as it does when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Runs a statement; the rows it touched.</summary>
    public int Execute(in Statement statement)
    {
        var command = Command(statement);
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            if (statement.OneOff)
                command.Dispose();
        }
    }

    /// <summary>Runs a query and reads at most <paramref name="most"/> rows.</summary>
    public List<T> Query<T>(in Statement statement, Func<DbDataReader, T> read, int most)
    {
        var command = Command(statement);
        try
        {
            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (rows.Count < most && reader.Read())
                rows.Add(read(reader));
            return rows;
        }
        finally
        {
            if (statement.OneOff)
                command.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Command(in Statement statement)
    {
        if (statement.OneOff || !prepared.TryGetValue(statement.Sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours; what callers bring comes as parameters.
            command.CommandText = statement.Sql;
#pragma warning restore CA2100
            if (!statement.OneOff)
                prepared.Add(statement.Sql, command);
        }

        for (var i = 0; i < statement.Parameters.Length; i++)
            Place(command.Parameters, i, statement.Parameters[i]).Value = statement.Parameters[i].Value ?? DBNull.Value;
        return command;
    }

    // Where it stood the last time, as a rule: the same statement is run with the same list.
    private static SqliteParameter Place(SqliteParameterCollection places, int usual, in Parameter parameter)
    {
        if (usual < places.Count && places[usual].ParameterName.AsSpan(1).SequenceEqual(parameter.Name))
            return places[usual];
        foreach (SqliteParameter place in places)
        {
            if (place.ParameterName.AsSpan(1).SequenceEqual(parameter.Name))
                return place;
        }

        return places.Add("@" + parameter.Name, parameter.Type switch
        {
            SqlType.Number => SqliteType.Integer,
            SqlType.Bytes => SqliteType.Blob,
            _ => SqliteType.Text,
        });
    }
}
