using System.Globalization;

namespace OpenPassage.Server.Store;

/// <summary>The numbered files of <c>Schema/</c>, forward only, applied at start in one transaction.</summary>
internal static class Schema
{
    private const string Prefix = "schema/";

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The database is newer than this program.</exception>
    public static void BringUpToDate(SqliteSession session, TimeProvider time)
    {
        var steps = Steps();
        session.Execute(new("BEGIN IMMEDIATE"));
        try
        {
            session.Execute(new("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"));
            var current = session.Query(new("SELECT COALESCE(MAX(version), 0) FROM schema_version"), row => row.GetInt64(0), most: 1)[0];
            if (current > steps[^1].Number)
            {
                throw WrongSetting.Make(
                    nameof(OpenPassageOptions.Database),
                    $"names a database of schema {current}, and this program knows schemas up to {steps[^1].Number}: start the newer program again, or restore the backup made before its first start.");
            }

            foreach (var (number, name) in steps)
            {
                if (number <= current)
                    continue;
                session.Execute(new(Text(name)) { OneOff = true });
                session.Execute(new(
                    "INSERT INTO schema_version (version, applied_at) VALUES (@version, @now)",
                    Parameter.Number("version", number),
                    Parameter.Time("now", time.GetUtcNow())));
            }

            session.Execute(new("COMMIT"));
        }
        catch
        {
            if (session.InTransaction)
                session.Execute(new("ROLLBACK"));
            throw;
        }
    }

    private static (int Number, string Name)[] Steps()
        => [.. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => (int.Parse(name.AsSpan(Prefix.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture), name))
            .Order()];

    private static string Text(string name)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
