namespace OpenPassage.Server.Sql;

/// <summary>
/// A write that very many callers make at once, in two forms that do the same. The first statement of either decides whether anything
/// is done for a caller.
/// </summary>
/// <remarks>
/// On PostgreSQL the kinds that wait at one moment go out in one transaction, on every node at once. None of them can wait for each
/// other in a circle, since all take their locks in one order: kind by kind by their <see cref="Rank"/>, within a kind table by table
/// as its statements stand, within a table by the key (each statement over arrays orders its rows so). A transaction waits for a lock
/// only while all that it holds comes earlier in that order, so of those that wait, the one that holds the latest lock waits for
/// nobody. What writes alone, such as a revocation, holds the passkey's row first; should it still meet a group the wrong way round,
/// PostgreSQL refuses one of the two, which is tried once more.
/// </remarks>
/// <param name="Rank">Its place among the kinds; two kinds with one rank are refused.</param>
/// <param name="One">
/// One caller's statements. The first may return a text for the caller in its first column; the others run only when it has touched or
/// returned something.
/// </param>
/// <param name="Many">
/// Statements for many callers of one app. <c>@app</c> is one value, every other name an array with a place for each caller.
/// The first returns the <c>attempt</c> of each caller it did something for. Any may return attempts with a text for the caller.
/// </param>
internal sealed record FrequentWrite(int Rank, string[] One, string[] Many)
{
    /// <summary>The parameter that is different for every caller.</summary>
    public const string Attempt = "attempt";
}

/// <summary>What came of a <see cref="FrequentWrite"/> for one caller.</summary>
/// <param name="Done">Whether anything was: its first statement touched a row.</param>
/// <param name="Text">What its query found.</param>
internal readonly record struct Written(bool Done, string? Text);

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
