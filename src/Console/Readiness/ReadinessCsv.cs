using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>A chart's numbers, as CSV.</summary>
internal sealed class ReadinessCsv : IResult
{
    private readonly string file;
    private readonly string[] head;
    private readonly IEnumerable<object?[]> rows;

    private ReadinessCsv(string file, string[] head, IEnumerable<object?[]> rows)
        => (this.file, this.head, this.rows) = (file, head, rows);

    /// <summary>Null: there is no such chart.</summary>
    public static ReadinessCsv? Of(ReadinessModel model, string chart)
    {
        var picture = model.Picture;
        (string[] Head, IEnumerable<object?[]> Rows)? found = chart switch
        {
            "capabilities" => (
                ["capability", "share", "low", "high", "devices", "reported", "known", "uses"],
                picture.Capabilities.Select(one => (object?[])
                    [one.Name, one.Share, one.Low, one.High, one.Devices, one.Reported, one.Known, one.Uses])),
            "groups" => (
                [model.Filters.By.Word, "major", "share", "low", "high", "devices"],
                picture.Groups.Select(one => (object?[])[one.Name, one.Major, one.Share, one.Low, one.High, one.Devices])),
            "left-behind" => (
                ["system", "system_major", "browser", "browser_major", "devices", "share", "gain", "update_to", "update_to_major", "by"],
                picture.LeftBehind.Select(one => (object?[])
                [
                    one.System, one.SystemMajor, one.Browser, one.BrowserMajor, one.Devices, one.Share, one.Gain, one.UpdateTo.Name,
                    one.UpdateTo.Major, one.UpdateTo.By,
                ])),
            "weeks" => (
                ["week", "share", "low", "high", "devices"],
                picture.Weeks.Select(one => (object?[])[one.Week, one.Share, one.Low, one.High, one.Devices])),
            "forecast" when picture.Forecast is { } forecast => (
                ["month", "share", "low", "high", "past_error"],
                forecast.Months.Select(one => (object?[])[one.Month, one.Share, one.Low, one.High, forecast.PastError])),
            "funnel" when picture.Funnel is { } funnel => (
                ["ready", "asked", "made", "used", "weakest"],
                [[funnel.Ready, funnel.Asked, funnel.Made, funnel.Used, funnel.Weakest]]),
            _ => null,
        };
        return found is var (head, rows) ? new($"{model.App?.Settings.Id ?? "all-apps"}-readiness-{chart}.csv", head, rows) : null;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{file}\"";
        return httpContext.Response.WriteAsync(
            string.Concat(rows.Prepend(head).Select(row => string.Join(',', row.Select(Cell)) + "\r\n")), httpContext.RequestAborted);
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => EventFile.Cell(value.ToString()!),
    };
}
