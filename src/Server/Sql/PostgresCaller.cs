namespace OpenPassage.Server.Sql;

/// <summary>One of the many who wait in a <see cref="PostgresGroup"/>.</summary>
/// <param name="rank">Where the statements stand among those of other kinds (<see cref="FrequentWrite.Rank"/>).</param>
/// <param name="statements">What those who do the same send together.</param>
/// <param name="parameters">This one's values.</param>
internal abstract class PostgresCaller(int rank, string[] statements, Parameter[] parameters)
{
    public int Rank => rank;

    public string[] Statements => statements;

    public Parameter[] Parameters => parameters;

    /// <summary>Forgets what an earlier try has brought.</summary>
    public abstract void Begin();

    /// <summary>A row that one of the statements returned for this caller.</summary>
    public abstract void Take(int statement, Row row);

    /// <summary>All is done, and on disk.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception e);
}

// What reads takes no locks: any order will do.
internal sealed class PostgresReading<T>(FrequentRead<T> read, Parameter[] parameters) : PostgresCaller(rank: 0, read.Texts, parameters)
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T> rows = [];

    public Task<IReadOnlyList<T>> Done => done.Task;

    public override void Begin() => rows = [];

    public override void Take(int statement, Row row) => rows.Add(read.Read(row));

    public override void Answer() => done.TrySetResult(rows);

    public override void Fail(Exception e) => done.TrySetException(e);
}

internal sealed class PostgresWriting(FrequentWrite write, Parameter[] parameters) : PostgresCaller(write.Rank, write.Many, parameters)
{
    private readonly TaskCompletionSource<Written> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Written written;

    public Task<Written> Done => done.Task;

    public override void Begin() => written = default;

    public override void Take(int statement, Row row)
        => written = new(written.Done || statement == 0, row.FieldCount > 1 ? row.GetString(1) : written.Text);

    public override void Answer() => done.TrySetResult(written);

    public override void Fail(Exception e) => done.TrySetException(e);
}
