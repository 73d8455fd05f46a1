using OpenPassage.Server.Ready.Support;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>
/// Kinds of device that cannot, though others of the same family can: at least twice as large a share of those that have another version.
/// </summary>
/// <remarks>
/// Which version that is, is told by what is publicly known of the browser (<see cref="BrowserSupport.FirstWith"/>); where that tells of no
/// newer version, by what devices of other versions report: of the same browser on the same system, or of the same browser on a newer
/// system, whichever gains more. What an update gains is what devices of that version and newer ones report, less what those left
/// behind can already: a table knows nothing of hardware.
/// </remarks>
internal static class LeftBehind
{
    public static IReadOnlyList<LeftBehindKind> Of(IEnumerable<Kind> kinds, Ability ability, int months)
    {
        List<Version> all = [.. kinds
            .Where(kind => kind.Devices > 0)
            .GroupBy(kind => (kind.System, kind.Profile.SystemMajor, kind.Browser, kind.Profile.BrowserMajor))
            .Select(group => new Version(group.First(), Tally.Of(group, ability)))];
        var families = all.ToLookup(version => (version.Kind.System, version.Kind.Browser));
        return
        [
            .. all
                .Where(version => version.Tally.IsEnough(months))
                .OrderByDescending(version => version.Tally.Devices)
                .ThenBy(version => version.Kind.System, StringComparer.Ordinal)
                .ThenBy(version => version.Kind.Browser, StringComparer.Ordinal)
                .ThenByDescending(version => (version.SystemMajor, version.BrowserMajor))
                .Select(version => Judge(version, [.. families[(version.Kind.System, version.Kind.Browser)]], ability, months))
                .OfType<LeftBehindKind>(),
        ];
    }

    private static LeftBehindKind? Judge(Version own, IReadOnlyList<Version> family, Ability ability, int months)
    {
        var better = Known(own, family, ability, months) ?? Better(
            Reported(
                own,
                family.Where(
                    other => other.SystemMajor == own.SystemMajor && other.BrowserMajor > own.BrowserMajor && own.BrowserMajor > 0),
                other => other.BrowserMajor,
                own.Kind.Browser,
                months),
            Reported(
                own,
                family.Where(other => other.SystemMajor > own.SystemMajor && own.SystemMajor > 0),
                other => other.SystemMajor,
                own.Kind.System,
                months));
        return better is null ? null : new(
            own.Kind.System,
            Version.OrNull(own.SystemMajor),
            own.Kind.Browser,
            Version.OrNull(own.BrowserMajor),
            own.Tally.Monthly(months),
            Tally.Rounded(own.Share),
            better.Share is { } share ? (long)Math.Round((share - own.Share) * own.Tally.Devices / months) : null,
            better.To);
    }

    // What the table says is believed unless enough devices contradict it. On Apple's mobile systems it names the system's version.
    private static Newer? Known(Version own, IReadOnlyList<Version> family, Ability ability, int months)
    {
        var bySystem = own.Kind.Profile.System is Systems.Ios or Systems.IPadOs;
        var major = bySystem ? own.SystemMajor : own.BrowserMajor;
        if (major == 0 || BrowserSupport.FirstWith(own.Kind.Profile, ability.Flag) is not { } first || first <= major)
            return null;
        var newer = family
            .Where(other => other.SystemMajor >= own.SystemMajor && (bySystem ? other.SystemMajor : other.BrowserMajor) >= first)
            .ToList();
        var update = new UpdateTo(bySystem ? own.Kind.System : own.Kind.Browser, first, UpdateTo.Known);
        if (newer.Count == 0)
            return own.Share < 0.5 ? new(update, Share: null) : null;
        var seen = Sum(newer);
        if (!seen.Tally.IsEnough(months))
            return own.Share < 0.5 ? new(update, Share: null) : null;
        return IsLeft(own, seen) ? new(update, seen.Share) : null;
    }

    // The first newer version of which enough devices can, and the share of those that have it or a still newer one.
    private static Newer? Reported(Version own, IEnumerable<Version> newer, Func<Version, int> majorOf, string name, int months)
    {
        var byMajor = newer.GroupBy(majorOf)
            .Select(group => (Major: group.Key, Of: Sum(group)))
            .OrderBy(version => version.Major)
            .ToList();
        var at = byMajor.FindIndex(version => version.Of.Tally.IsEnough(months) && IsLeft(own, version.Of));
        if (at < 0)
            return null;
        var from = Sum(byMajor.Skip(at).Select(version => version.Of));
        return IsLeft(own, from) ? new(new(name, byMajor[at].Major, UpdateTo.Reported), from.Share) : null;
    }

    private static Newer? Better(Newer? one, Newer? other) => (one?.Share ?? -1) >= (other?.Share ?? -1) ? one : other;

    private static bool IsLeft(Version own, Version other) => other.Tally.Capable > 0 && own.Share * 2 <= other.Share;

    private static Version Sum(IEnumerable<Version> versions) => versions.Aggregate(
        (sum, version) => sum with { Tally = sum.Tally + version.Tally });

    /// <param name="Kind">One of its kinds, which are alike but for what they report.</param>
    /// <param name="Tally">All of them.</param>
    private sealed record Version(Kind Kind, Tally Tally)
    {
        public int SystemMajor => Kind.Profile.SystemMajor;

        public int BrowserMajor => Kind.Profile.BrowserMajor;

        public double Share => (double)Tally.Capable / Tally.Devices;

        public static int? OrNull(int major) => major > 0 ? major : null;
    }

    /// <param name="To">The version.</param>
    /// <param name="Share">Of those that have it; null: too few are seen.</param>
    private sealed record Newer(UpdateTo To, double? Share);
}
