using OpenPassage.Server.Sql;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>What <see cref="DeviceCounts"/> says differently to PostgreSQL.</summary>
internal static class DeviceCountsPostgres
{
    public const string Batch = "json_array_elements(CAST(@batch AS json)) AS b (value)";

    public const string Device = "decode(b.value ->> 0, 'hex')";

    /// <summary>
    /// Whoever counts devices of a month holds its row; of two months, the earlier one first. Statements behind it see all that others
    /// have counted.
    /// </summary>
    public static Statement TakeTurn(Spans spans) => new(
        "SELECT month FROM readiness_months WHERE month IN (@month, @month_of_week) ORDER BY month FOR UPDATE",
        Number("month", spans.Month),
        Number("month_of_week", spans.MonthOfWeek));
}
