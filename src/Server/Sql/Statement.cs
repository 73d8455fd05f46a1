namespace OpenPassage.Server.Sql;

internal enum SqlType { Text, Number, Bytes }

/// <summary>A named value of a statement. The type is said, so that a null has one too.</summary>
internal readonly record struct Parameter(string Name, SqlType Type, object? Value)
{
    public static Parameter Text(string name, string? value) => new(name, SqlType.Text, value);

    public static Parameter Number(string name, long? value) => new(name, SqlType.Number, value);

    public static Parameter Flag(string name, bool? value) => new(name, SqlType.Number, value is { } flag ? (flag ? 1L : 0L) : null);

    public static Parameter Time(string name, DateTimeOffset? value)
        => new(name, SqlType.Number, value is { } time ? Micros.From(time) : null);

    public static Parameter Bytes(string name, byte[]? value) => new(name, SqlType.Bytes, value);
}

/// <summary>
/// SQL with <c>@name</c> parameters. Statements of one write may share a parameter list; a name that the text does not use is
/// passed over. Text that is made anew each time says so with <see cref="OneOff"/> and is not kept prepared.
/// </summary>
internal readonly record struct Statement(string Sql, params Parameter[] Parameters)
{
    public bool OneOff { get; init; }
}

/// <summary>How many rows each statement of a write touched, in the statements' order.</summary>
/// <param name="statements">The write.</param>
/// <param name="rows">What each of them counted.</param>
internal readonly struct Touched(Statement[] statements, int[] rows)
{
    /// <summary>How many statements there were.</summary>
    public int Length => rows.Length;

    /// <summary>What the statement at this place touched.</summary>
    public int this[int place] => rows[place];

    /// <summary>What this statement of the write touched.</summary>
    public int By(Statement statement) => rows[Array.IndexOf(statements, statement)];
}

/// <summary>Times as the database keeps them: Unix microseconds, which is what the wire shows. 0 stands for never.</summary>
internal static class Micros
{
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static long OrNever(DateTimeOffset? time) => time is { } at ? From(at) : 0;

    public static DateTimeOffset? ToTimeOrNever(long micros) => micros == 0 ? null : ToTime(micros);
}
