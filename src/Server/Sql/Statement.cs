namespace OpenPassage.Server.Sql;

internal enum SqlType { Text, Number, Bytes }

/// <summary>A named value of a statement. The type is said, so that a null has one too.</summary>
internal readonly record struct Parameter(string Name, SqlType Type, object? Value)
{
    public static Parameter Text(string name, string? value) => new(name, SqlType.Text, value);

    public static Parameter Number(string name, long? value) => new(name, SqlType.Number, value);

    public static Parameter Flag(string name, bool? value) => new(name, SqlType.Number, value is { } flag ? (flag ? 1L : 0L) : null);

    public static Parameter Time(string name, DateTimeOffset? value) => new(name, SqlType.Number, value is { } time ? Micros.From(time) : null);

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

/// <summary>
/// A write that very many callers make at once, in two forms that do the same. Both count alike in their first statement, which
/// decides whether anything is done for a caller.
/// </summary>
/// <param name="One">
/// One caller's statements, each counting the rows it touched or returned, the first one's first column being a text for the
/// caller. The others run only when the first has touched something.
/// </param>
/// <param name="Many">
/// Statements for many callers of one app. <c>@app</c> is one value, every other name an array with a place for each caller.
/// The first ones return the <c>attempt</c> of each caller they did something for, which counts 1, and the text where there is
/// one; the rest return nothing.
/// </param>
internal sealed record FrequentWrite(string[] One, string[] Many)
{
    /// <summary>The parameter that is different for every caller.</summary>
    public const string Attempt = "attempt";
}

/// <summary>What came of a <see cref="FrequentWrite"/> for one caller.</summary>
/// <param name="Rows">What each statement counted.</param>
/// <param name="Text">What its query found.</param>
internal readonly record struct Written(int[] Rows, string? Text);

/// <summary>A read that very many callers make at once, in two forms that find the same.</summary>
/// <param name="One">One caller's query.</param>
/// <param name="Many">
/// The query of many callers of one app. <c>@app</c> is one value, every other name an array with a place for each caller. The
/// last column is the <c>place</c> of the caller whose row it is, from 1.
/// </param>
/// <param name="Read">Reads a row of either.</param>
internal sealed record FrequentRead<T>(string One, string Many, Func<Row, T> Read)
{
    /// <summary><see cref="Many"/>, as a write has its statements.</summary>
    public string[] Texts { get; } = [Many];
}

/// <summary>Times as the database keeps them: Unix microseconds, which is what the wire shows. 0 stands for never.</summary>
internal static class Micros
{
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? ToTimeOrNever(long micros) => micros == 0 ? null : ToTime(micros);
}
