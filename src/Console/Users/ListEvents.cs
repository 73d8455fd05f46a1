using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Store;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>An app's events, filtered; also as a file.</summary>
internal static class ListEvents
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/events", Handle);
        routes.MapGet("apps/{app_id}/events/export", Export);
    }

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, UserStore users, EventSearch events, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var filters = new QueryReader(call.Context.Request.Query);
        var query = await ReadAsync(filters, app_id, users, cancellationToken);
        PageMark.TryRead(call.Query("after"), out var mark);
        // Nobody has this name: then nothing happened to them.
        var found = query is null ? [] : await events.ListAsync(new(app_id), query, mark, PageSize + 1, cancellationToken);
        var page = found.Take(PageSize).ToList();
        return new Page<EventsPage>(new EventsModel(app, [.. page.Select(ManagedEvent.Of)])
        {
            User = call.Query("user"),
            Type = call.Query("type"),
            Outcome = call.Query("outcome"),
            Rejection = call.Query("rejection"),
            From = call.Query("from"),
            To = call.Query("to"),
            Next = found.Count > PageSize ? new PageMark(page[^1].At, page[^1].Id).ToString() : null,
            Complaint = filters.Problem,
        });
    }

    private static async Task<IResult> Export(ConsoleCall call, string app_id, ManagedApps apps, UserStore users, EventSearch events, CancellationToken cancellationToken)
    {
        await apps.GetAsync(new(app_id), cancellationToken);
        var filters = new QueryReader(call.Context.Request.Query);
        if (await ReadAsync(filters, app_id, users, cancellationToken) is not { } query || filters.Problem is not null)
            return Problem.Because(StatusCodes.Status400BadRequest, "That cannot be exported", filters.Problem ?? "There is no such user.");
        return new File(new(app_id), query, events, call.Query("format") == "csv");
    }

    private static async Task<EventQuery?> ReadAsync(QueryReader filters, string app_id, UserStore users, CancellationToken cancellationToken)
    {
        string? userId = null;
        if (filters.Text("user") is { } name)
        {
            // Somebody's own name, else the id that it stands under here.
            userId = ((await users.GetByExternalIdAsync(new(app_id), name, cancellationToken)) ?? await users.GetAsync(new(app_id), name, cancellationToken))?.Id;
            if (userId is null)
                return null;
        }

        return new()
        {
            UserId = userId,
            Type = filters.Word<string?>("type", [.. EventQuery.Types.Select(type => (type, (string?)type))]),
            Refused = filters.Word<bool?>("outcome", ("ok", false), ("refused", true)),
            Rejection = filters.Text("rejection"),
            From = filters.Time("from"),
            To = filters.Time("to") is { } to ? to.AddDays(to.TimeOfDay == TimeSpan.Zero ? 1 : 0) : null,
        };
    }

    private sealed class File(AppId app, EventQuery query, EventSearch events, bool csv) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
            response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"events-{app.Value}.{(csv ? "csv" : "jsonl")}\"");
            await new EventFile(csv).WriteAsync(response.Body, events, app, query, written: null, httpContext.RequestAborted);
        }
    }
}

internal sealed record EventsModel(AppRecord App, IReadOnlyList<ManagedEvent> Events)
{
    public string User { get; init; } = "";
    public string Type { get; init; } = "";
    public string Outcome { get; init; } = "";
    public string Rejection { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";
    public string? Next { get; init; }
    public string? Complaint { get; init; }

    /// <summary>The filters as a query, for the next page and the files.</summary>
    public string Filters => string.Join('&', All.Where(filter => filter.Value.Length > 0).Select(filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value)}"));

    private (string Name, string Value)[] All => [("user", User), ("type", Type), ("outcome", Outcome), ("rejection", Rejection), ("from", From), ("to", To)];
}
