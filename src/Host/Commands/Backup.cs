using System.CommandLine;
using Microsoft.Extensions.Options;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage backup FILE</c>.</summary>
internal static class Backup
{
    private const string About = "Copy the SQLite database to a file. The server can keep running.";

    private const string Notes = """
        The copy is a consistent snapshot. It is checked, flushed to disk and readable only by its owner. It holds all passkeys, users,
        events and apps. To restore it, stop the server, replace the database with the file and start the server again. Use the same
        settings as the server, above all --OpenPassage:DataDirectory. For PostgreSQL use its own tools, such as pg_dump.
        """;

    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the copy. It must not exist." };
        return terminal.Does(new NotedCommand("backup", About, Notes) { file }, async session =>
        {
            var (name, options) = (session.Value(file), session.Get<IOptions<OpenPassageOptions>>().Value);
            // The database itself is not opened: it may be one that this program would first bring up to date.
            var writing = Task.Run(() => SqliteBackup.Write(options, name), CancellationToken.None);
            if (!PostgresDatabase.IsNamedBy(options.Database) && session.Progress() is { } bar)
                await FollowAsync(bar, options, name, writing, session.Get<TimeProvider>());
            session.Show(
                new BackupMade(name, await writing),
                HostWire.Default.BackupMade,
                made => session.Line($"{made.File}: {made.Bytes} bytes, checked."));
        });
    }

    // SQLite tells nothing while it copies; the copy's length does. Once it is long, it is checked.
    private static async Task FollowAsync(ProgressBar bar, OpenPassageOptions options, string file, Task writing, TimeProvider time)
    {
        var (source, copy) = (new FileInfo(SqliteBackup.FileOf(options).DataSource), new FileInfo(SqliteBackup.UnfinishedOf(file)));
        while (await Task.WhenAny(writing, Task.Delay(ProgressBar.Pace, time)) != writing)
        {
            copy.Refresh();
            bar.Show(copy.Exists ? copy.Length : 0, source.Length, "bytes");
        }

        bar.Clear();
    }
}

/// <summary>A copy.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record BackupMade(string File, long Bytes);
