using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Store;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Manage;

/// <summary>All events that the filters find, as one file that is written while it is read.</summary>
internal static class ExportEvents
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/events/export", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata([new("format", "string", "`jsonl` (JSON Lines, unless said otherwise) or `csv`."), .. FindEvents.Filters]))
        .Describe(nameof(ExportEvents), "All events that the filters find, as JSON Lines or CSV.", Refusal.InvalidRequest);

    private static IResult Handle(AppCall call, HttpRequest request, EventSearch events)
    {
        var filters = new QueryReader(request.Query);
        var query = FindEvents.Read(filters);
        var csv = filters.Word<bool?>("format", ("jsonl", false), ("csv", true)) ?? false;
        return filters.Problem is { } wrong ? Refusal.InvalidRequest.Because(wrong) : new Export(call.AppId, query, events, csv);
    }

    private sealed class Export(AppId app, EventQuery query, EventSearch events, bool csv) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"events.{(csv ? "csv" : "jsonl")}\"";
            await new EventFile(csv).WriteAsync(response.Body, events, app, query, written: null, httpContext.RequestAborted);
        }
    }
}
