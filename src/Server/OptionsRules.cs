using System.Buffers;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server;

/// <summary>Judges the options before anything is opened: the first broken rule stops the start with its sentence; <c>openpassage doctor</c> tells them all.</summary>
internal sealed class OptionsRules(AppSettings settings) : IValidateOptions<OpenPassageOptions>
{
    // The clocks of two nodes may differ by 30 seconds, and what one sealed just now must still be good on the other.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTicket = TimeSpan.FromDays(1);
    private const int MaxPathBase = 200;

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Ids.LettersAndDigits + "-._~");

    // What an address of the server begins with: below such a path, one could be taken for the other.
    private static readonly HashSet<string> OwnParts = new(StringComparer.OrdinalIgnoreCase)
    {
        "v1", "console", "health", "metrics", ".well-known", "openapi.json", "openpassage", "openpassage.js", "openpassage.json",
    };

    private static readonly TimeSpan LongestEvent = TimeSpan.FromDays(3660);

    public ValidateOptionsResult Validate(string? name, OpenPassageOptions options)
        => Broken(options, settings).FirstOrDefault() is { } sentence ? ValidateOptionsResult.Fail(sentence) : ValidateOptionsResult.Success;

    /// <summary>A sentence for every rule that is broken, but for rules that ask about what another has found wrong.</summary>
    public static IEnumerable<string> Broken(OpenPassageOptions options, AppSettings settings)
    {
        string?[] ofServer =
        [
            string.IsNullOrWhiteSpace(options.DataDirectory) ? WrongSetting.Sentence(nameof(options.DataDirectory), "is empty and should name a directory, such as ./data.") : null,
            BrokenDatabase(options.Database),
            BrokenLifetime(nameof(options.TransactionLifetime), options.TransactionLifetime, LongestTicket),
            BrokenLifetime(nameof(options.HandshakeLifetime), options.HandshakeLifetime, LongestTicket),
            BrokenLifetime(nameof(options.ConditionalHandshakeLifetime), options.ConditionalHandshakeLifetime, LongestTicket),
            BrokenLifetime(nameof(options.NonceLifetime), options.NonceLifetime, LongestTicket),
            BrokenLifetime(nameof(options.EventLifetime), options.EventLifetime, LongestEvent),
            BrokenLimit(nameof(LimitOptions.BrowserCallsPerMinute), options.Limits.BrowserCallsPerMinute),
            BrokenLimit(nameof(LimitOptions.FailedKeysPerMinute), options.Limits.FailedKeysPerMinute),
            BrokenLimit(nameof(LimitOptions.RefusedCeremoniesPerMinute), options.Limits.RefusedCeremoniesPerMinute),
            BrokenLimit(nameof(LimitOptions.ConcurrentRequests), options.Limits.ConcurrentRequests),
            BrokenLimit(nameof(LimitOptions.Connections), options.Limits.Connections),
            BrokenConnections(options.Limits),
            .. options.AdminKeys.Select((key, i) => Sentence(
                $"{nameof(OpenPassageOptions.AdminKeys)}:{i}", AppRules.BrokenKey(key, AppRules.MinAdminKeyLength))),
            options.MetricsKey is { } key ? Sentence(nameof(options.MetricsKey), AppRules.BrokenKey(key)) : null,
            BrokenConsole(options.Console),
            BrokenPath(nameof(options.FidoMetadata), options.FidoMetadata),
            BrokenPath(nameof(options.FidoMetadataRoot), options.FidoMetadataRoot),
            BrokenPath(nameof(options.FidoNames), options.FidoNames),
            BrokenPath(nameof(options.AttestationAnchors), options.AttestationAnchors),
            BrokenPathBase(options.PathBase),
            .. options.TrustedProxies.Select(BrokenProxy),
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
                return WrongSetting.Sentence(Setting, "is a URL and should be a connection string: Host=db.example.com;Database=openpassage;Username=…;Password=…");
            else
                SqliteDatabase.ConnectionString(database);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // What is wrong may be the password, which does not belong in a log.
            return WrongSetting.Sentence(Setting, isPostgres
                ? "should be a connection string for PostgreSQL that Npgsql understands: Host=db.example.com;Database=openpassage;Username=…;Password=…"
                : "should name a SQLite file, a path such as openpassage.db or a connection string such as Data Source=openpassage.db; or a PostgreSQL database, with Host=….");
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

    // A connection whose request is worked on is never closed for another: there must be room for all of them.
    private static string? BrokenConnections(LimitOptions limits)
        => limits.Connections > 0 && limits.Connections < limits.ConcurrentRequests
            ? WrongSetting.Sentence(
                $"{nameof(OpenPassageOptions.Limits)}:{nameof(LimitOptions.Connections)}",
                $"is {limits.Connections} and should be {limits.ConcurrentRequests} or more, as many as "
                + $"{nameof(LimitOptions.ConcurrentRequests)}; or 0 for no limit.")
            : null;

    private static string? BrokenConsole(ConsoleOptions console)
    {
        const string Setting = $"{nameof(OpenPassageOptions.Console)}:{nameof(ConsoleOptions.Origin)}";
        if (AppRules.BrokenWebOrigin(console.Origin, "passkeys.example.com", out var host) is { } broken)
            return WrongSetting.Sentence(Setting, broken);
        return PublicSuffixes.Contains(host) ? WrongSetting.Sentence(Setting, $"is '{console.Origin}', whose host is a public suffix that strangers share, and should be on a domain of your own.") : null;
    }

    // What the file holds, and whether it is there, never stops a start (decision 16).
    private static string? BrokenPath(string setting, string? path)
        => path?.Contains('\0', StringComparison.Ordinal) == true
            ? WrongSetting.Sentence(setting, "has a character that no path has, and should name a file.")
            : null;

    private static string? BrokenPathBase(string path)
        => path.Length == 0 || IsPathBase(path)
            ? null
            : WrongSetting.Sentence(
                nameof(OpenPassageOptions.PathBase),
                $"is '{path}' and should be a path such as /passkeys: letters, digits, '-', '.', '_' and '~', a slash before each part and "
                + "none at the end, and the first part none that the server has itself, such as /v1 or /console.");

    /// <summary>Whether the server may stand below this path: of plain characters it means the same in every link and cookie.</summary>
    public static bool IsPathBase(string path)
        => path is ['/', .. var rest] and { Length: <= MaxPathBase }
            && rest.Split('/') is [var first, ..] parts
            && !OwnParts.Contains(first)
            && !parts.Contains("..")
            && !parts.Contains(".")
            && parts.All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(PlainCharacters));

    private static string? BrokenProxy(string proxy, int i)
        => System.Net.IPAddress.TryParse(proxy, out _) || System.Net.IPNetwork.TryParse(proxy, out _)
            ? null
            : WrongSetting.Sentence($"{nameof(OpenPassageOptions.TrustedProxies)}:{i}", $"is '{proxy}' and should be an address such as 10.0.0.1 or a network such as 10.0.0.0/8.");

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
                yield return WrongSetting.Sentence($"{setting}:Id", $"is '{apps[i].Id}', which {nameof(OpenPassageOptions.Apps)}:{ids[apps[i].Id]} has already: give every app an id of its own.");
        }

        if (!broken && DomainRules.BrokenTogether(apps) is var (index, together))
            yield return together.Declared($"{nameof(OpenPassageOptions.Apps)}:{index}");
    }

    private static string? Sentence(string setting, string? predicate)
        => predicate is null ? null : WrongSetting.Sentence(setting, predicate);
}
