namespace OpenPassage.Server.Ready.Picture;

/// <summary>What devices are grouped by, by the word that it has in queries.</summary>
/// <param name="Word">The same on the wire, in the console and on the command line.</param>
/// <param name="NameOf">The group's name.</param>
/// <param name="MajorOf">Its major version; 0: unknown, or it has none.</param>
internal sealed record Grouping(string Word, Func<Kind, string> NameOf, Func<Kind, int> MajorOf)
{
    public static readonly Grouping Platform = new("platform", kind => kind.Platform, _ => 0);

    /// <summary>By family and major version.</summary>
    public static readonly Grouping System = new("system", kind => kind.System, kind => kind.Profile.SystemMajor);

    /// <summary>By family and major version; apps that are no browser are one.</summary>
    public static readonly Grouping Browser = new("browser", kind => kind.Browser, kind => kind.Profile.BrowserMajor);

    /// <summary>By the app whose key a report came with; no name: a key that is no app's.</summary>
    public static readonly Grouping App = new("app", kind => kind.App, _ => 0);

    /// <summary>The first unless said otherwise.</summary>
    public static readonly IReadOnlyList<Grouping> All = [Platform, System, Browser, App];

    /// <summary>The one of that word; the first where there is none.</summary>
    public static Grouping Named(string? word) => All.FirstOrDefault(by => by.Word == word) ?? All[0];

    public IReadOnlyList<Cell> Of(IEnumerable<Kind> kinds, Ability ability, int months) => Cells.Shown(
        kinds.GroupBy(kind => (Name: NameOf(kind), Major: MajorOf(kind)))
            .Select(group => new Cell(
                group.Key.Name, group.Key.Major > 0 ? group.Key.Major : null, Tally.Of(group, ability))),
        months);
}
