using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>A year of a shop's devices as reports leave them: counts by week and month, written without a report.</summary>
internal static class SeededReadiness
{
    private const int Nothing = 0;
    private const int KeyOnly = 1;
    private const int Local = 1 | 2;
    private const int All = 1 | 2 | 4 | 8 | 16;
    private const int AllButAutofill = 1 | 2 | 4 | 8;

    /// <summary>Kinds of device, how many there are a week at the beginning of the year, and how many at its end.</summary>
    private static readonly (string Platform, string System, int Major, string Browser, int Version, int Can, int First, int Last)[] Kinds =
    [
        ("web", "iOS", 18, "Safari", 18, All, 260, 190), ("web", "iOS", 26, "Safari", 26, All, 0, 240),
        ("web", "iOS", 15, "Safari", 15, KeyOnly, 70, 28), ("web", "Android", 0, "Chrome", 141, All, 210, 260),
        ("web", "Android", 0, "Chrome", 95, KeyOnly, 44, 16), ("web", "Windows", 11, "Chrome", 141, AllButAutofill, 150, 260),
        ("web", "Windows", 11, "Chrome", 141, KeyOnly, 40, 44), ("web", "Windows", 10, "Chrome", 141, KeyOnly, 130, 52),
        ("web", "Windows", 10, "Edge", 141, KeyOnly, 60, 24), ("web", "Windows", 10, "Edge", 141, Local, 20, 10),
        ("web", "Windows", 11, "Edge", 141, Local, 60, 90), ("web", "macOS", 15, "Safari", 18, All, 80, 96),
        ("web", "macOS", 0, "Chrome", 141, All, 60, 72), ("web", "macOS", 12, "Safari", 15, KeyOnly, 22, 12),
        ("web", "Windows", 10, "Firefox", 115, KeyOnly, 30, 20), ("web", "Windows", 11, "Firefox", 143, Local, 34, 40),
        ("web", "Linux", 0, "Firefox", 143, KeyOnly, 18, 22), ("web", "", 0, "", 0, Nothing, 6, 5),
        ("ios", "iOS", 18, "", 0, All, 90, 120), ("ios", "iOS", 15, "", 0, Nothing, 16, 7),
        ("android", "Android", 14, "", 0, All, 70, 110), ("android", "Android", 8, "", 0, Nothing, 14, 11),
        ("tvos", "tvOS", 18, "", 0, All, 2, 3), ("visionos", "visionOS", 2, "", 0, All, 1, 2),
    ];

    /// <summary>Writes it up to this week, for a key of the app's; an empty app: one of no app's.</summary>
    public static async Task WriteAsync(string file, string app, DateOnly today)
    {
        await using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        await database.OpenAsync();
        await using var transaction = await database.BeginTransactionAsync();
        async Task DoAsync(string sql, params object[] values)
        {
            await using var command = database.CreateCommand();
#pragma warning disable CA2100 // The text is ours.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
                command.Parameters.AddWithValue($"@{i}", values[i]);
            await command.ExecuteNonQueryAsync();
        }

        var key = $"seeded-{app}";
        await DoAsync(
            "INSERT INTO readiness_keys VALUES (@0, @1, @2, 'sign-in page', '[]', 0, 0)", key, app, $"opr_seeded_{app}");
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var (platform, system, major, browser, version, can, first, last) = Kinds[kind];
            await DoAsync(
                "INSERT INTO readiness_profiles VALUES (@0, @1, @2, @3, @4, @5, @6) ON CONFLICT DO NOTHING",
                kind + 1, platform, system, major, browser, version, can);
            const string Count = "INSERT INTO readiness_counts VALUES (@0, @1, @2, @3, @4, @5)";
            for (var week = 51; week >= 0; week--)
                await DoAsync(Count, key, "week", Day(monday.AddDays(-7 * week)), kind + 1, Devices(51 - week, 51, kind, first, last), 0);
            for (var back = 12; back >= 0; back--)
                await DoAsync(
                    Count, key, "month", Day(month.AddMonths(-back)), kind + 1, 3 * Devices(12 - back, 12, kind, first, last),
                    platform == "ios" ? 12 : 0);
        }

        foreach (var (what, label, number) in ((string, string, int)[])
            [("started", "register", 1400), ("answered", "register", 620), ("succeeded", "register", 560), ("active", "", 430)])
            await DoAsync("INSERT INTO counters VALUES (@0, @1, @2, @3, @4)", app, what, Day(month), label, number);
        await transaction.CommitAsync();
    }

    // From the first number to the last one, with a wave that is another for each kind.
    private static int Devices(int at, int of, int kind, int first, int last)
    {
        var even = first + ((last - first) * at / (double)of);
        return (int)Math.Round(even * (1 + (0.05 * Math.Sin((at * 1.7) + kind))), MidpointRounding.AwayFromZero);
    }

    private static int Day(DateOnly day) => day.DayNumber - DateOnly.Parse("1970-01-01", CultureInfo.InvariantCulture).DayNumber;
}
