using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Statistics;

namespace OpenPassage.OperatorConsole.Dashboard;

/// <summary>What goes on in an app, from counters alone: no event is read, however many there are.</summary>
internal static class GetDashboard
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}", Handle);
        routes.MapGet("apps/{app_id}/data", Download);
    }

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, FigureReader reader, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        return new Page<DashboardPage>(
            new DashboardModel(app, await reader.ReadAsync(new(app_id), call.Query("range"), cancellationToken)));
    }

    /// <summary>The numbers of a chart, as CSV.</summary>
    private static async Task<IResult> Download(
        ConsoleCall call, string app_id, ManagedApps apps, FigureReader reader, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var charts = (await reader.ReadAsync(new(app_id), call.Query("range"), cancellationToken)).Charts;
        return charts.TryGetValue(call.Query("chart"), out var bars)
            ? new Csv($"{app.Settings.Id}-{call.Query("chart")}.csv", bars)
            : Problem.NotFound("There is no such chart.");
    }

    private sealed class Csv(string name, IReadOnlyList<Bar> bars) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/csv; charset=utf-8";
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            var lines = bars.Select(
                bar => $"{Server.Manage.EventFile.Cell(bar.Label)},{bar.Value.ToString(CultureInfo.InvariantCulture)}\r\n");
            return httpContext.Response.WriteAsync("label,number\r\n" + string.Concat(lines), httpContext.RequestAborted);
        }
    }
}

internal sealed record DashboardModel(AppRecord App, Figures Figures);
