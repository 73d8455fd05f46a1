using System.Text.RegularExpressions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>
/// A key that reports come with. It stands in pages and apps, where everybody can read it: it says whose devices are counted, and keeps
/// nobody from counting some that are none.
/// </summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="App">Whose devices it counts; <see cref="AuditStore.Server"/>: no one app's.</param>
/// <param name="Key">What is sent.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Sources">The origins and bundle ids whose reports it takes; empty: all.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="RevokedAt">Null: it works.</param>
internal sealed partial record ReadinessKey(
    string Id,
    AppId App,
    string Key,
    string Name,
    IReadOnlyList<string> Sources,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>The most characters a key has.</summary>
    public const int MaxLength = 64;

    private const int MostSources = 100;

    private const string Prefix = "opr_";

    public static ReadinessKey Make(AppId app, string name, IReadOnlyList<string> sources, DateTimeOffset now)
        => new(Ids.New(), app, Prefix + Ids.New(), name, [.. sources.Distinct(StringComparer.Ordinal)], now, RevokedAt: null);

    /// <summary>Whether it takes reports from there.</summary>
    /// <param name="source">A page's origin, or an app's bundle id; null: it was not said.</param>
    public bool Takes(string? source) => Sources is [] || (source is not null && Sources.Contains(source, StringComparer.Ordinal));

    /// <summary>What is wrong with what a key is to be made of: a sentence that names the member, or null.</summary>
    public static string? Complaint(string name, IReadOnlyList<string> sources)
        => GivenText.Complaint("name", name)
            ?? (sources.Count > MostSources ? $"sources has more than {MostSources} entries." : null)
            ?? sources.Select(ComplaintOfSource).FirstOrDefault(complaint => complaint is not null);

    // In JSON, null stands for anything.
    private static string? ComplaintOfSource(string? source)
    {
        if (source?.Contains(':', StringComparison.Ordinal) != true)
        {
            return source is not null && BundleId().IsMatch(source)
                ? null
                : "sources has an entry that is neither an origin such as https://example.com nor a bundle id such as com.example.app.";
        }

        return AppRules.BrokenWebOrigin(source, "example.com", out _) is { } broken ? $"sources has an entry that {broken}" : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,254}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BundleId();
}
