using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>All events that the filters find as a file, written while it is read.</summary>
internal static class ExportEvents
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/events/export", OfApp);
        routes.MapGet("events/export", OfServer);
    }

    private static async Task<IResult> OfApp(
        ConsoleCall call, string app_id, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => Write(call, (await apps.GetAsync(new(app_id), cancellationToken)).Settings.Id, new(call, apps: null, kinds), events);

    private static async Task<IResult> OfServer(
        ConsoleCall call, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
    {
        var filters = new EventFilters(call, await apps.ListAsync(cancellationToken), kinds);
        return Write(call, filters.App?.Value, filters, events);
    }

    private static IResult Write(ConsoleCall call, string? app, EventFilters filters, EventSearch events)
        => filters.Complaint is { } complaint
            ? Problem.Because(StatusCodes.Status400BadRequest, "That cannot be exported", complaint)
            : new File(app, filters.Query, events, call.Query("format") == "csv");

    private sealed class File(string? app, EventQuery query, EventSearch events, bool csv) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
            response.Headers.ContentDisposition =
                $"attachment; filename=\"events{(app is null ? "" : "-" + app)}.{(csv ? "csv" : "jsonl")}\"";
            // Whoever asks for the headers alone starts no reading of all that there is.
            if (HttpMethods.IsHead(httpContext.Request.Method))
                return;
            await new EventFile(csv).WriteAsync(
                response.Body, events, app is null ? null : new AppId(app), query, written: null, httpContext.RequestAborted);
        }
    }
}
