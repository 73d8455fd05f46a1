using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// Where the devices of a month stand. Three months take turns at three tables: no page of a file then holds rows of two months, so that
/// what a month leaves can be erased whole while the next ones are in use.
/// </summary>
internal static class DeviceTables
{
    public static readonly IReadOnlyList<string> All = [.. Enumerable.Range(0, 3).Select(place => $"readiness_devices_{place}")];

    public static string Of(long month)
    {
        var first = Days.ToDate(month);
        return All[((first.Year * 12) + first.Month) % All.Count];
    }
}
