using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>All events that the filters find, as one file that is written while it is read.</summary>
internal static class ExportEvents
{
    public const string OfServer = "ExportServerEvents";

    private static readonly QueryParameter Format = new("format", "string", "`jsonl` (JSON Lines, unless said otherwise) or `csv`.");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/events/export", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata([Format, .. FindEvents.Filters(routes)]))
        .Describe(nameof(ExportEvents), "All events that the filters find, as JSON Lines or CSV.", Refusal.InvalidRequest);

    /// <summary>For a key of the whole server.</summary>
    public static void MapOfServer(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/events/export", HandleOfServer)
        .WithMetadata(new QueryParametersMetadata([Format, FindEvents.AppFilter, .. FindEvents.Filters(routes)]))
        .Describe(OfServer, "All events of all apps that the filters find, as JSON Lines or CSV.", Refusal.InvalidRequest);

    private static IResult Handle(AppCall call, HttpRequest request, EventSearch events, EventKinds kinds)
        => Write(call.AppId, request, events, kinds);

    private static async Task<IResult> HandleOfServer(
        HttpRequest request, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => Write(await FindEvents.ReadAppAsync(new(request.Query), apps, cancellationToken), request, events, kinds);

    private static IResult Write(AppId? app, HttpRequest request, EventSearch events, EventKinds kinds)
    {
        var filters = new QueryReader(request.Query);
        var query = FindEvents.Read(filters, kinds);
        var csv = filters.Word<bool?>("format", ("jsonl", false), ("csv", true)) ?? false;
        return filters.Problem is { } wrong ? Refusal.InvalidRequest.Because(wrong) : new Export(app, query, events, csv);
    }

    private sealed class Export(AppId? app, EventQuery query, EventSearch events, bool csv) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"events.{(csv ? "csv" : "jsonl")}\"";
            // Whoever asks for the headers alone starts no reading of all that there is.
            if (HttpMethods.IsHead(httpContext.Request.Method))
                return;
            await new EventFile(csv).WriteAsync(response.Body, events, app, query, written: null, httpContext.RequestAborted);
        }
    }
}
