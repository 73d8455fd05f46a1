namespace OpenPassage.Server.Sql;

/// <summary>
/// The row that a query is at, the same for both engines. Columns count from 0; a value is asked for only where it is not null.
/// </summary>
internal abstract class Row
{
    public abstract int FieldCount { get; }

    public abstract bool IsNull(int column);

    public abstract string GetString(int column);

    public abstract long GetInt64(int column);

    public abstract byte[] GetBytes(int column);
}
