namespace OpenPassage.Server.Ready.Picture;

/// <summary>A group of devices.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Major">Its major version; null: unknown, or it has none.</param>
/// <param name="Tally">How many.</param>
internal sealed record Cell(string Name, int? Major, Tally Tally);

/// <summary>Groups as they may be shown.</summary>
internal static class Cells
{
    /// <summary>What groups that are too small to show are summed in.</summary>
    public const string Other = "other";

    /// <summary>
    /// The largest first. Groups of fewer than ten devices a month are one, behind the others; and if that is only one group, or still of
    /// fewer than ten, the next smallest joins it, since the difference between the whole and what is shown would tell it otherwise.
    /// </summary>
    public static IReadOnlyList<Cell> Shown(IEnumerable<Cell> cells, int months)
    {
        List<Cell> all = [.. cells.Where(cell => cell.Tally.Devices > 0)
            .OrderByDescending(cell => cell.Tally.Devices)
            .ThenBy(cell => cell.Name, StringComparer.Ordinal)
            .ThenByDescending(cell => cell.Major)];
        var shown = all.FindIndex(cell => !cell.Tally.IsEnough(months));
        if (shown < 0)
            return all;
        while (shown > 0 && (all.Count - shown == 1 || !Sum(all.Skip(shown)).IsEnough(months)))
            shown--;
        var rest = Sum(all.Skip(shown));
        return [.. all.Take(shown), .. rest.IsEnough(months) ? (Cell[])[new(Other, Major: null, rest)] : []];
    }

    private static Tally Sum(IEnumerable<Cell> cells) => cells.Aggregate(default(Tally), (sum, cell) => sum + cell.Tally);
}
