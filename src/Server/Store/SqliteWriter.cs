using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Store;

/// <summary>
/// Group commit: one thread takes whatever waits, runs it in one transaction, each caller's statements in a savepoint of
/// their own, and answers after the commit. A lone caller never waits for company; many callers share one disk flush.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>The most callers in one transaction, so that none waits long.</summary>
    private const int MaxGroup = 256;

    private static readonly Statement Begin = new("BEGIN IMMEDIATE");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement Rollback = new("ROLLBACK");
    private static readonly Statement Savepoint = new("SAVEPOINT caller");
    private static readonly Statement Release = new("RELEASE caller");
    private static readonly Statement Undo = new("ROLLBACK TO caller");

    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly SqliteSession session;
    private readonly Measurements? measurements;
    private readonly Thread thread;

    public SqliteWriter(SqliteSession session, Measurements? measurements)
    {
        this.session = session;
        this.measurements = measurements;
        thread = new Thread(Run) { IsBackground = true, Name = "OpenPassage writer" };
        thread.Start();
    }

    /// <summary>The rows each statement touched, once all of them are on disk. What has been queued is no longer cancelled.</summary>
    public async ValueTask<int[]> WriteAsync(Statement[] statements, CancellationToken cancellationToken)
    {
        var work = new Work(statements, measurements?.Timestamp() ?? 0);
        await queue.Writer.WriteAsync(work, cancellationToken);
        return await work.Done.Task;
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        session.Dispose();
    }

    private void Run()
    {
        var group = new List<Work>(MaxGroup);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var work))
            {
                measurements?.Waited(work.Since);
                group.Add(work);
            }

            measurements?.Group(group.Count);
            Write(group);
            group.Clear();
        }
    }

    private void Write(List<Work> group)
    {
        try
        {
            session.Execute(Begin);
            foreach (var work in group)
                Write(work, alone: group.Count == 1);
            session.Execute(Commit);
        }
#pragma warning disable CA1031 // Whatever went wrong is for the callers to hear; the writer lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RollBack();
            foreach (var work in group)
                work.Done.TrySetException(work.Failure ?? e);
            return;
        }

        foreach (var work in group)
        {
            if (work.Failure is { } failure)
                work.Done.TrySetException(failure);
            else
                work.Done.TrySetResult(work.Rows);
        }
    }

    private void RollBack()
    {
        try
        {
            if (session.InTransaction)
                session.Execute(Rollback);
        }
        catch (SqliteException)
        {
            // Then the next group cannot begin, its callers hear of it, and this is tried again.
        }
    }

    private void Write(Work work, bool alone)
    {
        if (!alone)
            session.Execute(Savepoint);
        try
        {
            for (var i = 0; i < work.Statements.Length; i++)
                work.Rows[i] = session.Execute(work.Statements[i]);
        }
        catch (Exception e) when (!alone && session.InTransaction)
        {
            session.Execute(Undo);
            work.Failure = e;
        }

        if (!alone)
            session.Execute(Release);
    }

    private sealed class Work(Statement[] statements, long since)
    {
        public long Since { get; } = since;
        public Statement[] Statements { get; } = statements;
        public int[] Rows { get; } = new int[statements.Length];
        public Exception? Failure { get; set; }
        public TaskCompletionSource<int[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
