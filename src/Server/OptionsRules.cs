using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server;

/// <summary>
/// The rules for the server's options: the first broken one stops the start with its sentence; <c>openpassage doctor</c> tells them all.
/// </summary>
internal static class OptionsRules
{
    // The clocks of two nodes may differ by 30 seconds, and what one sealed just now must still be good on the other.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTicket = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestEvent = TimeSpan.FromDays(3660);

    /// <summary>A sentence for every rule that is broken, but for rules that ask about what another has found wrong.</summary>
    public static IEnumerable<string> Broken(OpenPassageOptions options, AppSettings settings)
    {
        string?[] ofServer =
        [
            string.IsNullOrWhiteSpace(options.DataDirectory)
                ? WrongSetting.Sentence(nameof(options.DataDirectory), "is empty and should name a directory, such as ./data.")
                : null,
            BrokenDatabase(options.Database),
            BrokenLifetime(nameof(options.TransactionLifetime), options.TransactionLifetime, LongestTicket),
            BrokenLifetime(nameof(options.HandshakeLifetime), options.HandshakeLifetime, LongestTicket),
            BrokenLifetime(nameof(options.ConditionalHandshakeLifetime), options.ConditionalHandshakeLifetime, LongestTicket),
            BrokenLifetime(nameof(options.NonceLifetime), options.NonceLifetime, LongestTicket),
            BrokenLifetime(nameof(options.EventLifetime), options.EventLifetime, LongestEvent),
            BrokenLimit(nameof(LimitOptions.BrowserCallsPerMinute), options.Limits.BrowserCallsPerMinute),
            BrokenLimit(nameof(LimitOptions.LookupsPerMinute), options.Limits.LookupsPerMinute),
            BrokenLimit(nameof(LimitOptions.LookupsPerIdentifierPerMinute), options.Limits.LookupsPerIdentifierPerMinute),
            BrokenLimit(nameof(LimitOptions.FailedKeysPerMinute), options.Limits.FailedKeysPerMinute),
            BrokenLimit(nameof(LimitOptions.RefusedCeremoniesPerMinute), options.Limits.RefusedCeremoniesPerMinute),
            .. options.AdminKeys.Select((key, i) => Sentence(
                $"{nameof(OpenPassageOptions.AdminKeys)}:{i}", AppRules.BrokenKey(key, AppRules.MinAdminKeyLength))),
            options.MetricsKey is { } key ? Sentence(nameof(options.MetricsKey), AppRules.BrokenKey(key)) : null,
            BrokenPath(nameof(options.FidoMetadata), options.FidoMetadata),
            BrokenPath(nameof(options.FidoMetadataRoot), options.FidoMetadataRoot),
            BrokenPath(nameof(options.FidoNames), options.FidoNames),
            BrokenPath(nameof(options.AttestationAnchors), options.AttestationAnchors),
        ];
        return ofServer.OfType<string>().Concat(BrokenApps(options, settings));
    }

    private static string? BrokenDatabase(string database)
    {
        const string Setting = nameof(OpenPassageOptions.Database);
        var isPostgres = PostgresDatabase.IsNamedBy(database);
        try
        {
            if (isPostgres)
                PostgresDatabase.ConnectionString(database);
            else if (database.Contains("://", StringComparison.Ordinal))
                return WrongSetting.Sentence(
                    Setting, "is a URL and should be a connection string: Host=db.example.com;Database=openpassage;Username=…;Password=…");
            else
                SqliteDatabase.ConnectionString(database);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // What is wrong may be the password, which does not belong in a log.
            return WrongSetting.Sentence(Setting, isPostgres
                ? "should be a connection string for PostgreSQL that Npgsql understands: "
                    + "Host=db.example.com;Database=openpassage;Username=…;Password=…"
                : "should name a SQLite file, a path such as openpassage.db or a connection string such as Data Source=openpassage.db; "
                    + "or a PostgreSQL database, with Host=….");
        }
    }

    private static string? BrokenLifetime(string setting, TimeSpan lifetime, TimeSpan longest)
        => lifetime >= Shortest && lifetime <= longest
            ? null
            : WrongSetting.Sentence(setting, $"is {lifetime:c} and should be from {Shortest:c} to {longest:c}.");

    private static string? BrokenLimit(string setting, int limit)
        => limit >= 0
            ? null
            : WrongSetting.Sentence(
                $"{nameof(OpenPassageOptions.Limits)}:{setting}", $"is {limit} and should be a number, or 0 for no limit.");

    // What the file holds, and whether it is there, never stops a start (decision 16).
    private static string? BrokenPath(string setting, string? path)
        => path?.Contains('\0', StringComparison.Ordinal) == true
            ? WrongSetting.Sentence(setting, "has a character that is not allowed in a path, and should name a file.")
            : null;

    private static IEnumerable<string> BrokenApps(OpenPassageOptions options, AppSettings settings)
    {
        var apps = options.Apps;
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var broken = false;
        for (var i = 0; i < apps.Count; i++)
        {
            var setting = $"{nameof(OpenPassageOptions.Apps)}:{i}";
            foreach (var complaint in settings.Broken(apps[i], options))
            {
                broken = true;
                yield return complaint.Declared(setting);
            }

            if (!ids.TryAdd(apps[i].Id, i))
                yield return WrongSetting.Sentence(
                    $"{setting}:Id",
                    $"is '{apps[i].Id}', which {nameof(OpenPassageOptions.Apps)}:{ids[apps[i].Id]} has already: "
                        + "give every app an id of its own.");
        }

        if (!broken && DomainRules.BrokenTogether(apps) is var (index, together))
            yield return together.Declared($"{nameof(OpenPassageOptions.Apps)}:{index}");
    }

    private static string? Sentence(string setting, string? predicate)
        => predicate is null ? null : WrongSetting.Sentence(setting, predicate);
}
