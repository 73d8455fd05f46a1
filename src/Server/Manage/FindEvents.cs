using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>Finds events, newest first, page by page.</summary>
internal static class FindEvents
{
    public const string OfServer = "FindServerEvents";

    /// <summary>The filters, which <see cref="ExportEvents"/> has too.</summary>
    public static QueryParameter[] Filters(IEndpointRouteBuilder routes)
        => Filters(routes.ServiceProvider.GetRequiredService<EventKinds>());

    private static QueryParameter[] Filters(EventKinds kinds) =>
    [
        new("user_id", "string", "Whose."),
        new("type", "string", $"One of {string.Join(", ", kinds.Words.Select(word => $"`{word}`"))}."),
        new("outcome", "string", "`ok` or `refused`."),
        new("rejection", "string", "The code of what refused, such as `wrong_origin`."),
        new("from", "string", "A time, or a date: from then on."),
        new("to", "string", "A time, or a date: before then."),
    ];

    /// <summary>Of events of all apps at once.</summary>
    public static readonly QueryParameter AppFilter = new("app_id", "string", "Of this app only.");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/events", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata([.. Filters(routes), .. Paging.Parameters.Parameters]))
        .Describe(
            nameof(FindEvents), "Finds events; a refused ceremony says which step refused it and what to do.", Refusal.InvalidRequest);

    /// <summary>For a key of the whole server.</summary>
    public static void MapOfServer(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/events", HandleOfServer)
        .WithMetadata(new QueryParametersMetadata([AppFilter, .. Filters(routes), .. Paging.Parameters.Parameters]))
        .Describe(OfServer, "Finds events of all apps at once.", Refusal.InvalidRequest);

    private static Task<Outcome<EventsFound>> Handle(
        AppCall call, HttpRequest request, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => FindAsync(call.AppId, request, events, kinds, cancellationToken);

    private static async Task<Outcome<EventsFound>> HandleOfServer(
        HttpRequest request, ManagedApps apps, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
        => await FindAsync(await ReadAppAsync(new(request.Query), apps, cancellationToken), request, events, kinds, cancellationToken);

    private static async Task<Outcome<EventsFound>> FindAsync(
        AppId? app, HttpRequest request, EventSearch events, EventKinds kinds, CancellationToken cancellationToken)
    {
        var filters = new QueryReader(request.Query);
        var query = Read(filters, kinds);
        if (filters.Problem is { } wrong || !Paging.TryRead(request.Query, out var paging, out wrong))
            return Refusal.InvalidRequest.Because(wrong);
        var found = await events.ListAsync(app, query, paging.Mark, paging.Limit + 1, cancellationToken);
        var page = found.Take(paging.Limit).ToList();
        return new EventsFound(
            [.. page.Select(ManagedEvent.Of)], found.Count > page.Count ? new PageMark(page[^1].At, page[^1].Id).ToString() : null);
    }

    /// <summary>The app that is asked for; null: all. It has to be one that management knows: the console's own is none.</summary>
    public static async ValueTask<AppId?> ReadAppAsync(QueryReader filters, ManagedApps apps, CancellationToken cancellationToken)
    {
        var named = filters.Text(AppFilter.Name);
        if (filters.Problem is { } wrong)
            throw new RefusedException(Refusal.InvalidRequest.Because(wrong));
        if (named is null)
            return null;
        return await apps.FindAsync(new(named), cancellationToken) is { } app
            ? new(app.Settings.Id)
            : throw new RefusedException(Refusal.InvalidRequest.Because($"{AppFilter.Name} names no app of this server."));
    }

    public static EventQuery Read(QueryReader filters, EventKinds kinds)
    {
        var user = filters.Text("user_id");
        return ReadWhatAndWhen(filters, kinds) with { UserId = user };
    }

    /// <summary>All but whose: the console asks for that in another way.</summary>
    public static EventQuery ReadWhatAndWhen(QueryReader filters, EventKinds kinds) => new()
    {
        Type = filters.Word("type", [.. kinds.Words.Select(word => (word, word))]),
        Refused = filters.Word<bool?>("outcome", ("ok", false), ("refused", true)),
        Rejection = filters.Text("rejection"),
        From = filters.Time("from"),
        To = filters.Time("to"),
    };
}

/// <summary>A page of events.</summary>
/// <param name="Events">Newest first.</param>
/// <param name="Next">The cursor of the page behind; null: this is the last.</param>
internal sealed record EventsFound(IReadOnlyList<ManagedEvent> Events, string? Next) : IAnswer<EventsFound>
{
    public static JsonTypeInfo<EventsFound> Json => ManageWire.Default.EventsFound;
}
