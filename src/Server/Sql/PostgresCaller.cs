namespace OpenPassage.Server.Sql;

/// <summary>One of the many who wait in a <see cref="PostgresGroup"/>.</summary>
/// <param name="statements">What those who do the same send together.</param>
/// <param name="parameters">This one's values.</param>
internal abstract class PostgresCaller(string[] statements, Parameter[] parameters)
{
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

internal sealed class PostgresReading<T>(FrequentRead<T> read, Parameter[] parameters) : PostgresCaller(read.Texts, parameters)
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T> rows = [];

    public Task<IReadOnlyList<T>> Done => done.Task;

    public override void Begin() => rows = [];

    public override void Take(int statement, Row row) => rows.Add(read.Read(row));

    public override void Answer() => done.TrySetResult(rows);

    public override void Fail(Exception e) => done.TrySetException(e);
}

internal sealed class PostgresWriting(FrequentWrite write, Parameter[] parameters) : PostgresCaller(write.Many, parameters)
{
    private readonly TaskCompletionSource<Written> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Written written;

    public Task<Written> Done => done.Task;

    public override void Begin() => written = new(new int[Statements.Length], null);

    public override void Take(int statement, Row row)
    {
        written.Rows[statement] = 1;
        if (row.FieldCount > 1)
            written = written with { Text = row.GetString(1) };
    }

    public override void Answer() => done.TrySetResult(written);

    public override void Fail(Exception e) => done.TrySetException(e);
}
