using System.Globalization;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Sql;

/// <summary>
/// The numbered files of <c>Schema/</c>, forward only, applied at start in one transaction. A file that is for one engine alone
/// has its name in its own, and comes after the one of the same number.
/// </summary>
internal static class Schema
{
    private const string Prefix = "schema/";

    private const string IsThereSqlite = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_version'";
    private const string IsTherePostgres = "SELECT CAST(CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 END AS BIGINT)";

    /// <summary>The newest schema that this program knows.</summary>
    public static int Newest => Steps()[^1].Number;

    /// <summary>Applies the steps that are missing, in the transaction that the caller has begun and commits.</summary>
    /// <param name="engine"><c>sqlite</c> or <c>postgres</c>.</param>
    /// <param name="time">Tells when a step was applied.</param>
    /// <param name="number">Runs a query for one number.</param>
    /// <param name="execute">Runs one statement, or a step's several.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The database is newer than this program.</exception>
    public static void BringUpToDate(string engine, TimeProvider time, Func<Statement, long> number, Action<Statement> execute)
    {
        var steps = Steps();
        // Looked for before it is made: a user that may only work on the tables need not be allowed to make any.
        if (number(new(engine == "sqlite" ? IsThereSqlite : IsTherePostgres)) == 0)
            execute(new("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"));
        var current = number(new("SELECT COALESCE(MAX(version), 0) FROM schema_version"));
        if (current > steps[^1].Number)
        {
            throw WrongSetting.Make(
                nameof(OpenPassageOptions.Database),
                $"names a database of schema {current}, and this program knows schemas up to {steps[^1].Number}: start the newer program again, or restore the backup made before its first start.");
        }

        foreach (var (step, names) in steps)
        {
            if (step <= current)
                continue;
            foreach (var name in names.Where(name => name.Split('.') is [_] || name.EndsWith($".{engine}", StringComparison.Ordinal)))
                execute(new(Text(name)) { OneOff = true });
            execute(new(
                "INSERT INTO schema_version (version, applied_at) VALUES (@version, @now)",
                Parameter.Number("version", step),
                Parameter.Time("now", time.GetUtcNow())));
        }
    }

    private static (int Number, string[] Names)[] Steps()
        => [.. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .GroupBy(name => int.Parse(name.AsSpan(Prefix.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture))
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, group.OrderBy(name => name.Length).ToArray()))];

    private static string Text(string name)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
