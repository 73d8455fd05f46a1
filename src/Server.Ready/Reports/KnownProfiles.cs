using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// The kinds of device that each key counts in a week, of which there are so many at most: whoever forges versions makes no table grow
/// without end. Past the first bound a kind is counted without its versions, past the second one without its families too.
/// </summary>
internal sealed class KnownProfiles(Database database)
{
    /// <summary>How many kinds one key counts in a week with versions.</summary>
    public const int Most = 2000;

    /// <summary>And how many with families. What is left then is a platform and capabilities.</summary>
    private const int MostFamilies = 2 * Most;

    private const string InsertProfile = """
        INSERT INTO readiness_profiles (profile_id, platform, system, system_major, browser, browser_major, capabilities)
        VALUES (@profile, @platform, @system, @system_major, @browser, @browser_major, @capabilities)
        ON CONFLICT (profile_id) DO NOTHING
        """;

    private readonly Dictionary<string, HashSet<long>> known = new(StringComparer.Ordinal);
    private readonly HashSet<long> written = [];
    private long week;

    /// <summary>
    /// The id under which each of them is counted; those that nobody has counted yet are written. One batch at a time asks.
    /// </summary>
    /// <param name="asked">Kinds, with the keys that count them.</param>
    /// <param name="inWeek">The week.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Dictionary<(string Key, Profile Profile), long>> CountedAsAsync(
        IEnumerable<(string Key, Profile Profile)> asked, long inWeek, CancellationToken cancellationToken)
    {
        if (inWeek != week)
            known.Clear();
        week = inWeek;
        Dictionary<(string, Profile), long> counted = [];
        Dictionary<long, Profile> made = [];
        foreach (var asking in asked.Distinct().GroupBy(one => one.Key, one => one.Profile))
        {
            var key = asking.Key;
            List<(Profile Profile, long Id)> own = [.. asking.Select(profile => (profile, profile.Id))];
            var ids = known.TryGetValue(key, out var here) ? here : [];
            // Other nodes count too: before there is one more, what they have counted is read.
            if (own.Any(one => !ids.Contains(one.Id)))
                known[key] = ids = await ReadAsync(key, ids, cancellationToken);
            foreach (var (profile, id) in own)
                counted.Add((key, profile), Choose(profile, id, ids, made));
        }

        await WriteAsync(made, cancellationToken);
        return counted;
    }

    private static long Choose(Profile profile, long id, HashSet<long> ids, Dictionary<long, Profile> made)
    {
        if (!ids.Contains(id) && ids.Count >= Most)
        {
            profile = profile with { SystemMajor = 0, BrowserMajor = 0 };
            id = profile.Id;
            if (!ids.Contains(id) && ids.Count >= MostFamilies)
            {
                profile = profile with { System = "", Browser = "" };
                id = profile.Id;
            }
        }

        ids.Add(id);
        made.TryAdd(id, profile);
        return id;
    }

    private async ValueTask<HashSet<long>> ReadAsync(string key, HashSet<long> here, CancellationToken cancellationToken)
        =>
        [
            .. here,
            .. await database.ListAsync(
                new(
                    "SELECT profile_id FROM readiness_counts WHERE key_id = @key AND span = 'week' AND start = @week",
                    Text("key", key),
                    Number("week", week)),
                row => row.GetInt64(0),
                cancellationToken),
        ];

    private async ValueTask WriteAsync(Dictionary<long, Profile> profiles, CancellationToken cancellationToken)
    {
        // In one order, so that two nodes do not wait for each other.
        (long Id, Profile Profile)[] news =
            [.. profiles.Where(one => !written.Contains(one.Key)).OrderBy(one => one.Key).Select(one => (one.Key, one.Value))];
        if (news is [])
            return;
        await database.WriteAsync(
            [
                .. news.Select(one => new Statement(
                    InsertProfile,
                    Number("profile", one.Id),
                    Text("platform", one.Profile.Platform),
                    Text("system", one.Profile.System),
                    Number("system_major", one.Profile.SystemMajor),
                    Text("browser", one.Profile.Browser),
                    Number("browser_major", one.Profile.BrowserMajor),
                    Number("capabilities", (long)one.Profile.Reported))),
            ],
            cancellationToken);
        if (written.Count > 20 * Most)
            written.Clear();
        written.UnionWith(news.Select(one => one.Id));
    }
}
