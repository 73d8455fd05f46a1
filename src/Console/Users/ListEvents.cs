using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>Events, newest first and filtered: an app's, or those of all apps at once.</summary>
internal static class ListEvents
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/events", OfApp);
        routes.MapGet("events", OfServer);
    }

    private static async Task<IResult> OfApp(
        ConsoleCall call, string app_id, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => await ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), [], events, kinds, cancellationToken);

    private static async Task<IResult> OfServer(
        ConsoleCall call, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => await ReadAsync(call, app: null, await apps.ListAsync(cancellationToken), events, kinds, cancellationToken);

    private static async Task<IResult> ReadAsync(
        ConsoleCall call,
        AppRecord? app,
        IReadOnlyList<AppRecord> apps,
        EventSearch events,
        EventKinds kinds,
        CancellationToken cancellationToken)
    {
        var filters = new EventFilters(call, app is null ? apps : null, kinds);
        PageMark.TryRead(call.Query("after"), out var mark);
        var found = filters.Complaint is null
            ? await events.ListAsync(app is null ? filters.App : new(app.Settings.Id), filters.Query, mark, PageSize + 1, cancellationToken)
            : [];
        var page = found.Take(PageSize).ToList();
        var next = found.Count > PageSize ? new PageMark(page[^1].At, page[^1].Id).ToString() : null;
        return new Page<EventsPage>(new EventsModel(app, apps, kinds.All, filters, [.. page.Select(ManagedEvent.Of)], next));
    }
}

/// <param name="App">Null: those of all apps.</param>
/// <param name="Apps">To choose from; empty on an app's own page.</param>
/// <param name="Kinds">To choose from.</param>
/// <param name="Filters">What was asked for.</param>
/// <param name="Events">Newest first.</param>
/// <param name="Next">The mark of the page behind; null: this is the last.</param>
internal sealed record EventsModel(
    AppRecord? App,
    IReadOnlyList<AppRecord> Apps,
    IReadOnlyList<EventKind> Kinds,
    EventFilters Filters,
    IReadOnlyList<ManagedEvent> Events,
    string? Next);
