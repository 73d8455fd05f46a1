namespace OpenPassage.Server.Ready.Estimates;

/// <summary>What was seen in a week.</summary>
/// <param name="Week">Its Monday.</param>
/// <param name="Devices">All.</param>
/// <param name="Capable">Those that can.</param>
internal sealed record WeekOfDevices(DateOnly Week, long Devices, long Capable);

/// <summary>A share to come.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Low">The 90 % band's lower end.</param>
/// <param name="High">Its upper end.</param>
internal sealed record ForecastMonth(DateOnly Month, double Share, double Low, double High);

/// <summary>A share 3, 6 and 12 months from now, and how wrong the same forecast was of late.</summary>
/// <param name="Months">Three of them.</param>
/// <param name="PastError">The mean distance, as a share, of what a forecast without the last four weeks said of them.</param>
internal sealed record Forecast(IReadOnlyList<ForecastMonth> Months, double PastError)
{
    /// <summary>Null: fewer than 8 weeks, or than 500 devices, are too few for one.</summary>
    /// <param name="weeks">Whole weeks without the one that it is now, ascending; some may be missing.</param>
    public static Forecast? Of(IReadOnlyList<WeekOfDevices> weeks) => throw new NotSupportedException();
}
