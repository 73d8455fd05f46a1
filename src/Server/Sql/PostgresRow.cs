using Npgsql;

namespace OpenPassage.Server.Sql;

/// <summary>The row that a reader of Npgsql is at.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : Row
{
    public override int FieldCount => reader.FieldCount;

    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override string GetString(int column) => reader.GetString(column);

    public override long GetInt64(int column) => reader.GetInt64(column);

    public override byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);
}
