using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenPassage.Server.Store;

/// <summary>One SQLite connection with its settings and its prepared statements. Not thread-safe: one user at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Prepared> prepared = new(StringComparer.Ordinal);

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
        if (!statement.OneOff)
            return Kept(statement).Bind(statement.Parameters).ExecuteNonQuery();
        using var once = new Prepared(connection, statement.Sql);
        return once.Bind(statement.Parameters).ExecuteNonQuery();
    }

    /// <summary>Runs a query and reads at most <paramref name="most"/> rows.</summary>
    public List<T> Query<T>(in Statement statement, Func<DbDataReader, T> read, int most)
    {
        if (!statement.OneOff)
            return Rows(Kept(statement).Bind(statement.Parameters), read, most);
        using var once = new Prepared(connection, statement.Sql);
        return Rows(once.Bind(statement.Parameters), read, most);
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private static List<T> Rows<T>(SqliteCommand command, Func<DbDataReader, T> read, int most)
    {
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (rows.Count < most && reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private Prepared Kept(in Statement statement)
    {
        if (!prepared.TryGetValue(statement.Sql, out var kept))
            prepared.Add(statement.Sql, kept = new(connection, statement.Sql));
        return kept;
    }

    /// <summary>A statement with a place for each parameter that its text uses.</summary>
    private sealed class Prepared : IDisposable
    {
        private readonly SqliteCommand command;

        // In the order of the list it was last given; no place: the text does not use the name.
        private readonly List<(string Name, SqliteParameter? Place)> places = [];

        public Prepared(SqliteConnection connection, string sql)
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours; what callers bring comes as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
        }

        public SqliteCommand Bind(Parameter[] parameters)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                if (Place(i, parameters[i]) is { } place)
                    place.Value = parameters[i].Value ?? DBNull.Value;
            }

            return command;
        }

        public void Dispose() => command.Dispose();

        private SqliteParameter? Place(int usual, in Parameter parameter)
        {
            if (usual < places.Count && places[usual].Name == parameter.Name)
                return places[usual].Place;
            foreach (var (name, known) in places)
            {
                if (name == parameter.Name)
                    return known;
            }

            var place = Statement.Uses(command.CommandText, parameter.Name) ? new SqliteParameter("@" + parameter.Name, TypeOf(parameter.Type)) : null;
            if (place is not null)
                command.Parameters.Add(place);
            places.Add((parameter.Name, place));
            return place;
        }

        private static SqliteType TypeOf(SqlType type) => type switch
        {
            SqlType.Number => SqliteType.Integer,
            SqlType.Bytes => SqliteType.Blob,
            _ => SqliteType.Text,
        };
    }
}
