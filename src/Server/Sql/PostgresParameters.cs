using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace OpenPassage.Server.Sql;

/// <summary>Our parameters as Npgsql's, in the order of a text.</summary>
internal static class PostgresParameters
{
    public static void Add(NpgsqlParameterCollection to, PostgresText text, Parameter[] parameters)
    {
        foreach (var name in text.Names)
            to.Add(One(parameters[IndexOf(name, parameters)]));
    }

    /// <summary>Those of many callers: <c>@app</c> as one value, the others as arrays. None of them is null.</summary>
    /// <param name="to">Where they are added.</param>
    /// <param name="text">The text that uses them.</param>
    /// <param name="app">The value of <c>@app</c>.</param>
    /// <param name="callers">Every caller's parameters, all in the same order.</param>
    public static void Add(NpgsqlParameterCollection to, PostgresText text, string app, Parameter[][] callers)
    {
        foreach (var name in text.Names)
            to.Add(name == "app" ? One(Parameter.Text(name, app)) : Array(callers, IndexOf(name, callers[0])));
    }

    private static int IndexOf(string name, Parameter[] parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Name == name)
                return i;
        }

        throw new ArgumentException($"No value for @{name}.", nameof(parameters));
    }

    private static NpgsqlParameter One(in Parameter parameter)
        => new() { NpgsqlDbType = TypeOf(parameter.Type), Value = parameter.Value ?? DBNull.Value };

    private static NpgsqlParameter Array(Parameter[][] callers, int index) => callers[0][index].Type switch
    {
        SqlType.Text => Array<string>(NpgsqlDbType.Text, callers, index),
        SqlType.Number => Array<long>(NpgsqlDbType.Bigint, callers, index),
        SqlType.Bytes => Array<byte[]>(NpgsqlDbType.Bytea, callers, index),
        _ => throw new UnreachableException(),
    };

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, Parameter[][] callers, int index)
    {
        var values = new T[callers.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = (T)callers[i][index].Value!;
        return new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
    }

    private static NpgsqlDbType TypeOf(SqlType type) => type switch
    {
        SqlType.Text => NpgsqlDbType.Text,
        SqlType.Number => NpgsqlDbType.Bigint,
        SqlType.Bytes => NpgsqlDbType.Bytea,
        _ => throw new UnreachableException(),
    };
}
