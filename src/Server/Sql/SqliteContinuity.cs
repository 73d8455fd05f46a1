using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Server.Sql;

/// <summary>
/// What can be known of a SQLite database's past: whether it is a copy, has lost its log, or is older than what was worked on here.
/// The file says that a server is at work on it (<c>PRAGMA user_version</c>), and the time of the last work stands in it and in a
/// small file beside it, which a copy that is put in its place does not replace.
/// </summary>
/// <param name="file">The database.</param>
internal sealed class SqliteContinuity(string file)
{
    /// <summary>The states of <c>user_version</c>: nobody is at it, a server is, and a copy that was made to be restored.</summary>
    public const long Closed = 0, InUse = 1, Copy = 2;

    /// <summary>The time of the last work, in the database.</summary>
    public static readonly Statement SelectWorked = new("SELECT number FROM changes WHERE kind = 'worked'");

    /// <summary>The state that the file is in.</summary>
    public static readonly Statement SelectState = new("PRAGMA user_version");

    private readonly string mark = file + "-mark";

    // Before it is opened: SQLite makes a log when there is none, and a server that is at it goes on to note later times.
    private readonly bool hadLog = File.Exists(file + "-wal");
    private readonly bool wasThere = File.Exists(file) && new FileInfo(file).Length > 0;
    private readonly long ownWorked = OwnWorked(file);
    private readonly long marked = Marked(file + "-mark");

    /// <summary>Notes that work goes on now.</summary>
    public static Statement Work(TimeProvider time) => new(
        """
        INSERT INTO changes (kind, number) VALUES ('worked', @now)
        ON CONFLICT (kind) DO UPDATE SET number = MAX(changes.number + 1, excluded.number)
        """,
        Parameter.Time("now", time.GetUtcNow()));

    /// <summary>
    /// Why the database is an earlier state than the last that was worked on here: a sentence; null: it is not, as far as can be known.
    /// </summary>
    /// <param name="state">Of the whole database, with its log.</param>
    /// <param name="worked">The same.</param>
    public string? WhyOlder(long state, long worked)
        => !wasThere && marked > 0
            ? $"{file} is new, but there was a database here before: "
                + "if you did not remove it on purpose, stop the server and find the old file."
        : !wasThere && HasKeys
            ? $"{file} is new, but its directory has been used before: "
                + "if there was a database, stop the server and set OpenPassage:Database to it."
        : state == Copy ? $"{file} is a copy that 'openpassage backup' made."
        : ownWorked > worked
            ? $"The write-ahead log of {file} is older or shorter than the file expects: stop the server, and restore the last good backup."
        : state == InUse && !hadLog
            ? $"{file} was copied while a server was using it, or has lost its write-ahead log ({Path.GetFileName(file)}-wal): "
                + $"what was written after {Text(worked)} may be missing."
        : marked > worked ? $"{file} was last used at {Text(worked)}, but there was a newer one here, last used at {Text(marked)}."
        : null;

    /// <summary>Writes the time of the last work beside the database.</summary>
    public void Mark(long worked)
    {
        try
        {
            DataDirectory.WriteFile(mark, worked.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then an older copy may not be noticed, which is no reason to stop.
        }
    }

    private bool HasKeys
        => new DirectoryInfo(Path.Combine(Path.GetDirectoryName(file)!, "keys")) is { Exists: true } keys
            && keys.EnumerateFiles("*.xml").Any();

    private static string Text(long worked)
        => Micros.ToTimeOrNever(worked)?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "an unknown time";

    private static long Marked(string mark)
    {
        try
        {
            if (!File.Exists(mark))
                return 0;
#pragma warning disable RS0030 // Before the database is opened.
            return long.TryParse(File.ReadAllText(mark), NumberStyles.None, CultureInfo.InvariantCulture, out var worked) ? worked : 0;
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // What the file says without its log. 0: it does not say, or is in the middle of being copied into.
    private static long OwnWorked(string file)
    {
        if (!File.Exists(file + "-wal"))
            return 0;
        try
        {
            var address = new Uri(file).AbsoluteUri + "?immutable=1";
            using var alone = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = address, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            alone.Open();
            using var command = alone.CreateCommand();
#pragma warning disable CA2100 // The text is ours.
            command.CommandText = SelectWorked.Sql;
#pragma warning restore CA2100
            return command.ExecuteScalar() is long worked ? worked : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }
}
