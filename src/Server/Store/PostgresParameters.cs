using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace OpenPassage.Server.Store;

/// <summary>Our parameters as Npgsql's.</summary>
internal static class PostgresParameters
{
    public static void Add(NpgsqlParameterCollection to, in Statement statement)
    {
        foreach (var parameter in statement.Parameters)
        {
            if (Statement.Uses(statement.Sql, parameter.Name))
                to.Add(One(parameter));
        }
    }

    public static NpgsqlParameter One(in Parameter parameter) => new(parameter.Name, TypeOf(parameter.Type)) { Value = parameter.Value ?? DBNull.Value };

    /// <summary>One parameter of each of many callers, as an array. None of them is null.</summary>
    /// <param name="callers">Every caller's parameters, all in the same order.</param>
    /// <param name="index">Which one.</param>
    public static NpgsqlParameter Array(IReadOnlyList<Parameter[]> callers, int index)
    {
        var (name, type, _) = callers[0][index];
        return type switch
        {
            SqlType.Text => Array<string>(name, type, callers, index),
            SqlType.Number => Array<long>(name, type, callers, index),
            SqlType.Bytes => Array<byte[]>(name, type, callers, index),
            _ => throw new UnreachableException(),
        };
    }

    private static NpgsqlParameter<T[]> Array<T>(string name, SqlType type, IReadOnlyList<Parameter[]> callers, int index)
    {
        var values = new T[callers.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (T)callers[i][index].Value!;
        return new(name, NpgsqlDbType.Array | TypeOf(type)) { TypedValue = values };
    }

    private static NpgsqlDbType TypeOf(SqlType type) => type switch
    {
        SqlType.Text => NpgsqlDbType.Text,
        SqlType.Number => NpgsqlDbType.Bigint,
        SqlType.Bytes => NpgsqlDbType.Bytea,
        _ => throw new UnreachableException(),
    };
}
