using Microsoft.Data.Sqlite;

namespace OpenPassage.Server.Store;

#pragma warning disable RS0030 // What waits in here is a thread of its own, and whoever ends it.

/// <summary>
/// Copies what was committed from the log into the database's own file, on a thread and a connection of its own, so that the
/// writer's callers do not wait for it. Commits go on meanwhile, so some of the log is always left: the writer copies that little
/// itself when the log has grown to <see cref="LogPages"/>, and begins it anew.
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    /// <summary>What the log may grow to, in pages of 4 KiB: 64 MiB.</summary>
    public const int LogPages = 16_384;

    /// <summary>After how many writes it begins. A sign-in is two of them and 3 to 8 pages; pages that many touch are copied once.</summary>
    private const int Every = 2_000;

    private static readonly Statement Copy = new("PRAGMA wal_checkpoint(PASSIVE)");

    private readonly SemaphoreSlim due = new(0);
    private readonly SqliteSession session;
    private readonly Thread thread;
    private int since;
    private volatile bool ended;

    public SqliteCheckpoints(SqliteSession session)
    {
        this.session = session;
        thread = new Thread(Run) { IsBackground = true, Name = "OpenPassage checkpoints" };
        thread.Start();
    }

    /// <summary>So many writes are on disk, in the log. Called by one thread.</summary>
    public void Count(int writes)
    {
        since += writes;
        if (since < Every || due.CurrentCount > 0)
            return;
        since = 0;
        due.Release();
    }

    public void Dispose()
    {
        ended = true;
        due.Release();
        thread.Join();
        due.Dispose();
        session.Dispose();
    }

    private void Run()
    {
        for (due.Wait(); !ended; due.Wait())
        {
            try
            {
                session.Execute(Copy);
            }
            catch (SqliteException)
            {
                // The disk is full or failing. What is committed is in the log; the writer tells its own callers.
            }
        }
    }
}
