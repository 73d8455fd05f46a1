using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Ready.Picture;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>What the page is asked of. What it does not know counts as absent: its own form sends nothing else.</summary>
/// <param name="Months">How many, up to this one.</param>
/// <param name="By">What groups are made by.</param>
/// <param name="Ability">What groups, weeks, the forecast and who is left behind are told of.</param>
/// <param name="Today">The day it is.</param>
internal sealed record ReadinessFilters(int Months, Grouping By, Ability Ability, DateOnly Today)
{
    private static readonly IReadOnlyDictionary<string, int> Ranges
        = new Dictionary<string, int>(StringComparer.Ordinal) { ["1"] = 1, ["2"] = 2, ["3"] = 3, ["6"] = 6, ["12"] = 12 };

    /// <summary>The same in an address.</summary>
    public string AsQuery => $"months={Months}&by={By.Word}&capability={Ability.Name}";

    public static ReadinessFilters Read(ConsoleCall call, DateOnly today) => new(
        Ranges.GetValueOrDefault(call.Query("months"), 2),
        Grouping.Named(call.Query("by")),
        Ability.Named(call.Query("capability")),
        today);

    public PictureQuery ToQuery(AppId? app)
        => new(app, Server.Ready.Picture.Months.Between(Today.AddDays(1 - Today.Day).AddMonths(1 - Months), Today, Today), By, Ability);
}
