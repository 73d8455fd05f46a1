using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Sql;

/// <summary>
/// A copy of the database as it is at one moment, made while a server works on it: readers hold no writer up. It is whole or
/// it is not there: it gets its name only when it has been checked and is on disk.
/// </summary>
internal static class SqliteBackup
{
    /// <summary>Writes the copy to a file that must not exist, readable for its owner only.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="OptionsValidationException">The options name no SQLite file that is there.</exception>
    /// <exception cref="IOException">The file exists, or cannot be written; so does <see cref="UnauthorizedAccessException"/>.</exception>
    /// <exception cref="SqliteException">The database cannot be read, or the disk is full.</exception>
    public static long Write(OpenPassageOptions options, string file)
    {
        var source = Source(options);
        if (File.Exists(file))
            throw new IOException($"{file} already exists, and a backup never overwrites a file: choose another name.");
        var unfinished = UnfinishedOf(file);
        try
        {
            DataDirectory.CreateNewFile(unfinished);
        }
        catch (IOException e) when (File.Exists(unfinished))
        {
            throw new IOException(
                $"{unfinished} exists: another backup is running, or one was interrupted. If none is running, remove it.", e);
        }

        try
        {
            using (var session = new SqliteSession(source))
            {
                session.Execute(new("VACUUM INTO @file", Parameter.Text("file", Path.GetFullPath(unfinished))) { OneOff = true });
                // The log has just been read, too: into the file with it.
                session.Execute(new("PRAGMA wal_checkpoint(PASSIVE)"));
            }

            Finish(unfinished);
            using (var written = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(written);
            File.Move(unfinished, file, overwrite: false);
            return new FileInfo(file).Length;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>What the copy is called until it is whole.</summary>
    public static string UnfinishedOf(string file) => file + ".part";

    private static string Source(OpenPassageOptions options)
    {
        if (PostgresDatabase.IsNamedBy(options.Database))
            throw WrongSetting.Make(
                nameof(options.Database),
                "names a PostgreSQL database, which has its own tools: pg_dump for a copy, pg_basebackup and a WAL archive for "
                    + "point-in-time recovery.");
        // It must be there: nothing is made for the sake of a copy of nothing.
        var builder = FileOf(options);
        builder.Mode = SqliteOpenMode.ReadWrite;
        builder.Pooling = false;
        return builder.ToString();
    }

    /// <summary>The SQLite file that the options name.</summary>
    /// <exception cref="OptionsValidationException">It is not there.</exception>
    public static SqliteConnectionStringBuilder FileOf(OpenPassageOptions options)
    {
        var builder = SqliteDatabase.ConnectionString(options.Database);
        builder.DataSource = Path.GetFullPath(Path.Combine(options.DataDirectory, builder.DataSource));
        return File.Exists(builder.DataSource)
            ? builder
            : throw WrongSetting.Make(
                nameof(options.Database),
                $"names {builder.DataSource}, which does not exist: use the server's own DataDirectory and Database.");
    }

    // Marks it as a copy, for the first server that works on it to know, and looks whether it is whole.
    private static void Finish(string copy)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(copy),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        using var opened = new SqliteConnection(connection.ToString());
        opened.Open();
#pragma warning disable CA2100 // The text is ours.
        using (var marking = new SqliteCommand($"PRAGMA user_version = {SqliteContinuity.Copy}", opened))
#pragma warning restore CA2100
            marking.ExecuteNonQuery();
        using var command = new SqliteCommand("PRAGMA quick_check", opened);
        if (command.ExecuteScalar() is not "ok")
            throw new IOException("The copy is damaged, and the database may be too: run 'PRAGMA integrity_check' on it.");
    }
}
