using Microsoft.Data.Sqlite;

namespace OpenPassage.Server.Sql;

#pragma warning disable RS0030 // What waits in here is a thread of its own, and whoever ends it.

/// <summary>
/// Copies what was committed from the log into the database's own file, on a thread and a connection of its own, so that the
/// writer's callers do not wait for it. Commits go on meanwhile, so some of the log is always left: the writer copies that little
/// itself when the log has grown to <see cref="LogPages"/>, and begins it anew. What was written is copied within
/// <see cref="Pace"/> in any case, and the log is emptied when nobody has written for as long: so the file alone is nearly
/// everything, however little goes on.
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    /// <summary>What the log may grow to, in pages of 4 KiB: 64 MiB.</summary>
    public const int LogPages = 16_384;

    /// <summary>
    /// After how many writes it begins. A sign-in is two of them and 3 to 8 pages; pages that many touch are copied once.
    /// </summary>
    private const int Every = 2_000;

    /// <summary>How long what was written stays in the log alone.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    private static readonly Statement Copy = new("PRAGMA wal_checkpoint(PASSIVE)");
    private static readonly Statement Empty = new("PRAGMA wal_checkpoint(TRUNCATE)");

    private readonly SemaphoreSlim due = new(0);
    private readonly SqliteSession session;
    private readonly SqliteContinuity continuity;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Thread thread;
    private int since;
    private long written;
    private long copied = -1;
    private long emptied = -1;
    private int turn;
    private volatile bool serving;
    private volatile bool ended;

    public SqliteCheckpoints(SqliteSession session, SqliteContinuity continuity, TimeProvider time)
    {
        (this.session, this.continuity, this.time) = (session, continuity, time);
        // Whoever is in the way is left alone; the next turn comes.
        session.Run("PRAGMA busy_timeout = 0");
        thread = new Thread(Run) { IsBackground = true, Name = "OpenPassage checkpoints" };
        thread.Start();
        // The schema is in the file before anything else: a copy of it never opens empty.
        due.Release();
        timer = time.CreateTimer(_ => Tick(), null, Pace, Pace);
    }

    /// <summary>So many writes are on disk, in the log. Called by one thread.</summary>
    public void Count(int writes)
    {
        var isFirst = written == Volatile.Read(ref emptied);
        Volatile.Write(ref written, written + writes);
        if (isFirst)
            TakeTurn();
        since += writes;
        if (since < Every || due.CurrentCount > 0)
            return;
        since = 0;
        due.Release();
    }

    /// <summary>From now on each turn notes the time, in the database and beside it; begins with one.</summary>
    public void Serve()
    {
        serving = true;
        TakeTurn();
    }

    /// <summary>No more notes: whoever closes has written the last.</summary>
    public void Rest() => serving = false;

    public void Dispose()
    {
        // Waits for a turn that is under way.
        timer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        ended = true;
        due.Release();
        thread.Join();
        due.Dispose();
        Try(Empty);
        session.Dispose();
    }

    private void Tick()
    {
        if (!ended && Volatile.Read(ref written) != Volatile.Read(ref emptied))
            TakeTurn();
    }

    private void TakeTurn()
    {
        Volatile.Write(ref turn, 1);
        if (due.CurrentCount == 0)
            due.Release();
    }

    private void Run()
    {
        for (due.Wait(); !ended; due.Wait())
        {
            var at = Volatile.Read(ref written);
            if (at == copied)
            {
                if (Try(Empty))
                    Volatile.Write(ref emptied, at);
                continue;
            }

            // Before and after: so that what a log begins with tells whether it is older than what the file ends with.
            var notes = Interlocked.Exchange(ref turn, 0) == 1 && serving;
            if (notes)
                Note();
            if (Try(Copy))
                copied = at;
            if (notes)
                Note();
        }
    }

    private void Note()
    {
        try
        {
            session.Execute(SqliteContinuity.Work(time));
            continuity.Mark(session.Query(SqliteContinuity.SelectWorked, row => row.GetInt64(0), most: 1)[0]);
        }
        catch (SqliteException)
        {
            // The writer is at it: the next time.
        }
    }

    // Whether nobody was in the way.
    private bool Try(Statement checkpoint)
    {
        try
        {
            return session.Query(checkpoint, row => row.GetInt64(0), most: 1) is [0];
        }
        catch (SqliteException)
        {
            // The disk is full or failing. What is committed is in the log; the writer tells its own callers.
            return false;
        }
    }
}
