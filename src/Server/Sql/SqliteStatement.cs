using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenPassage.Server.Sql;

/// <summary>
/// One prepared statement, and the row it is at. It stands on SQLite's own interface: a sign-in is a handful of statements of a
/// few microseconds each, and ADO.NET's commands, readers and parameters took longer than SQLite itself.
/// </summary>
internal sealed class SqliteStatement : Row, IDisposable
{
    private const int OnStack = 512;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt handle;

    // In the order of the list it was last given; 0: the text does not use the name.
    private readonly List<(string Name, int Place)> places = [];

    /// <param name="connection">Where it runs.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="kept">Whether it will run again and again.</param>
    /// <exception cref="SqliteException">The text is wrong.</exception>
    public SqliteStatement(sqlite3 connection, string sql, bool kept)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, kept ? (uint)raw.SQLITE_PREPARE_PERSISTENT : 0, out handle));
    }

    public override int FieldCount => raw.sqlite3_column_count(handle);

    /// <summary>Gives it its values, until the next ones.</summary>
    public SqliteStatement Bind(Parameter[] parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var place = Place(i, parameters[i].Name);
            if (place > 0)
                Check(Bind(place, parameters[i].Value));
        }

        return this;
    }

    /// <summary>Moves to the next row. False after the last one.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            Check(code);
        return false;
    }

    /// <summary>Ends it, so that it holds nothing and can run again. What went wrong has been said by <see cref="Step"/>.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public override bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    // By its length: a text may have a zero within.
    public override string GetString(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    public override long GetInt64(int column) => raw.sqlite3_column_int64(handle, column);

    public override byte[] GetBytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public void Dispose() => handle.Dispose();

    private int Place(int usual, string name)
    {
        if (usual < places.Count && ReferenceEquals(places[usual].Name, name))
            return places[usual].Place;
        foreach (var (known, place) in places)
        {
            if (known == name)
                return place;
        }

        places.Add((name, raw.sqlite3_bind_parameter_index(handle, "@" + name)));
        return places[^1].Place;
    }

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(handle, place),
        long number => raw.sqlite3_bind_int64(handle, place, number),
        // A blob of no length at no address would be a null.
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(handle, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(handle, place, bytes),
        _ => BindText(place, (string)value),
    };

    private int BindText(int place, string text)
    {
        // The same holds for a text of no length.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(handle, place, text);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        return raw.sqlite3_bind_text(handle, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection);
}
