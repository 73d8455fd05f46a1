namespace OpenPassage.Proof.Tests.Processes;

/// <summary>Where Debian puts what the tests start.</summary>
internal static class Programs
{
    private const string PostgresRoot = "/usr/lib/postgresql";

    /// <summary>The directory of the newest PostgreSQL server's programs; null: there is none.</summary>
    public static string? PostgresBinaries { get; } = Directory.Exists(PostgresRoot)
        ? Directory.GetDirectories(PostgresRoot)
            .Select(version => Path.Combine(version, "bin"))
            .Where(directory => File.Exists(Path.Combine(directory, "initdb")))
            .MaxBy(directory => int.TryParse(Path.GetFileName(Path.GetDirectoryName(directory)), out var version) ? version : 0)
        : null;

    /// <summary>A program's path, also where only root looks; null: it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
}
