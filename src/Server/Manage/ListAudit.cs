using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>What management has changed: of an app, or of the server itself, newest first.</summary>
internal static class ListAudit
{
    public const string OfServer = "ListServerAudit";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/audit", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(Paging.Parameters)
        .Describe(nameof(ListAudit), "What management has changed of an app: who, what, before and after.", Refusal.InvalidRequest);

    /// <summary>Keys of the whole server belong to no app.</summary>
    public static void MapOfServer(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/audit", HandleOfServer)
        .WithMetadata(Paging.Parameters)
        .Describe(OfServer, "What management has changed of the server's own keys.", Refusal.InvalidRequest);

    private static Task<Outcome<AuditPage>> Handle(AppCall call, HttpRequest request, AuditStore audit, CancellationToken cancellationToken)
        => ReadAsync(call.AppId, request, audit, cancellationToken);

    private static Task<Outcome<AuditPage>> HandleOfServer(HttpRequest request, AuditStore audit, CancellationToken cancellationToken)
        => ReadAsync(AuditStore.Server, request, audit, cancellationToken);

    private static async Task<Outcome<AuditPage>> ReadAsync(
        AppId app, HttpRequest request, AuditStore audit, CancellationToken cancellationToken)
    {
        if (!Paging.TryRead(request.Query, out var paging, out var problem))
            return Refusal.InvalidRequest.Because(problem);
        var lines = await audit.ListAsync(app, paging.Mark, paging.Limit + 1, cancellationToken);
        var page = lines.Take(paging.Limit).ToList();
        return new AuditPage(
            [.. page.Select(ManagedChange.Of)], lines.Count > page.Count ? new PageMark(page[^1].At, page[^1].Id).ToString() : null);
    }
}

/// <summary>A page of changes.</summary>
/// <param name="Changes">Newest first.</param>
/// <param name="Next">The cursor of the page behind; null: this is the last.</param>
internal sealed record AuditPage(IReadOnlyList<ManagedChange> Changes, string? Next) : IAnswer<AuditPage>
{
    public static JsonTypeInfo<AuditPage> Json => ManageWire.Default.AuditPage;
}

/// <summary>One change. Before and after are the thing as management shows it, or null.</summary>
internal sealed record ManagedChange(
    string Id, DateTimeOffset At, string Actor, string Action, string Target, JsonElement? Before, JsonElement? After)
{
    public static ManagedChange Of(AuditLine line)
        => new(line.Id, line.At, line.Actor, line.Action, line.Target, Parsed(line.Before), Parsed(line.After));

    private static JsonElement? Parsed(string? json) => json is null ? null : JsonElement.Parse(json);
}
