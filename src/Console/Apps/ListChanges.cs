using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>The audit: who changed what of an app, or of the server itself, with before and after.</summary>
internal static class ListChanges
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/changes", OfApp);
        routes.MapGet("changes", OfServer);
    }

    private static async Task<IResult> OfApp(
        ConsoleCall call, string app_id, ManagedApps apps, AuditStore audit, CancellationToken cancellationToken)
        => await ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), new(app_id), audit, cancellationToken);

    private static Task<IResult> OfServer(ConsoleCall call, AuditStore audit, CancellationToken cancellationToken)
        => ReadAsync(call, app: null, AuditStore.Server, audit, cancellationToken);

    private static async Task<IResult> ReadAsync(
        ConsoleCall call, AppRecord? app, AppId of, AuditStore audit, CancellationToken cancellationToken)
    {
        PageMark.TryRead(call.Query("after"), out var mark);
        var lines = await audit.ListAsync(of, mark, PageSize + 1, cancellationToken);
        var page = lines.Take(PageSize).ToList();
        return new Page<ChangesPage>(
            new ChangesModel(app, page, lines.Count > PageSize ? new PageMark(page[^1].At, page[^1].Id).ToString() : null));
    }
}

/// <param name="App">Null: the server's own.</param>
/// <param name="Lines">Newest first.</param>
/// <param name="Next">The mark of the page behind; null: this is the last.</param>
internal sealed record ChangesModel(AppRecord? App, IReadOnlyList<AuditLine> Lines, string? Next);
