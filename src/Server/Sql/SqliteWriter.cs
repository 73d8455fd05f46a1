using Microsoft.Data.Sqlite;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Sql;

/// <summary>
/// Group commit: one thread takes whatever waits, runs it in one transaction, and answers after the commit. A lone caller never
/// waits for company; many callers share one disk flush. When a statement fails, nothing of its group is kept, and its callers
/// are tried one by one: a savepoint for each would cost every caller a copy of the pages it touches, for what never happens.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>The most callers in one transaction, so that none waits long.</summary>
    private const int MaxGroup = 256;

    private static readonly Statement Begin = new("BEGIN IMMEDIATE");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement Rollback = new("ROLLBACK");

    private readonly object gate = new();
    private readonly Queue<Work> waiting = new();
    private readonly SqliteSession session;
    private readonly SqliteCheckpoints checkpoints;
    private readonly Measurements? measurements;
    private readonly Thread thread;
    private bool ended;

    public SqliteWriter(SqliteSession session, SqliteCheckpoints checkpoints, Measurements? measurements)
    {
        this.session = session;
        this.checkpoints = checkpoints;
        this.measurements = measurements;
        thread = new Thread(Run) { IsBackground = true, Name = "OpenPassage writer" };
        thread.Start();
    }

    /// <summary>
    /// The rows that each statement touched and the text that one of them found, once all are on disk. What has been queued is no longer
    /// cancelled.
    /// </summary>
    /// <param name="statements">In their order.</param>
    /// <param name="ifFirst">Whether the others run only when the first has touched something.</param>
    /// <param name="cancellationToken">Until it is queued.</param>
    public Task<(int[] Rows, string? Text)> WriteAsync(Statement[] statements, bool ifFirst, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new Work(statements, ifFirst, measurements?.Timestamp() ?? 0);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ended, this);
            waiting.Enqueue(work);
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
        }

        return work.Done.Task;
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.Pulse(gate);
        }

#pragma warning disable RS0030 // When the server has stopped.
        thread.Join();
#pragma warning restore RS0030
        checkpoints.Dispose();
        session.Dispose();
    }

    private void Run()
    {
        for (var group = new List<Work>(MaxGroup); Take(group); group.Clear())
        {
            foreach (var work in group)
                measurements?.Waited(work.Since);
            measurements?.Group(group.Count);
            Write(group);
        }
    }

    /// <summary>Waits for work. False when there will be none any more.</summary>
    private bool Take(List<Work> group)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (ended)
                    return false;
                Monitor.Wait(gate);
            }

            while (group.Count < MaxGroup && waiting.TryDequeue(out var work))
                group.Add(work);
            return true;
        }
    }

    private void Write(List<Work> group)
    {
        try
        {
            session.Execute(Begin);
            foreach (var work in group)
                work.Run(session);
            session.Execute(Commit);
        }
#pragma warning disable CA1031 // Whatever went wrong is for the callers to hear; the writer lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RollBack();
            if (group.Count > 1 && !(e is SqliteException failure && SqliteDatabase.IsPassing(failure)))
            {
                // It is one caller's failure, and only that one is to hear of it.
                foreach (var work in group)
                    Write([work]);
                return;
            }

            foreach (var work in group)
                work.Done.TrySetException(e);
            return;
        }

        foreach (var work in group)
            work.Done.TrySetResult(work.Outcome);
        checkpoints.Count(group.Count);
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

    private sealed class Work(Statement[] statements, bool ifFirst, long since)
    {
        private readonly int[] rows = new int[statements.Length];
        private string? text;

        public long Since { get; } = since;
        public (int[] Rows, string? Text) Outcome => (rows, text);
        public TaskCompletionSource<(int[] Rows, string? Text)> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run(SqliteSession session)
        {
            for (var i = 0; i < statements.Length; i++)
            {
                rows[i] = session.Execute(statements[i], ref text);
                if (ifFirst && rows[0] == 0)
                    return;
            }
        }
    }
}
