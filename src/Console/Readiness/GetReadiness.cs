using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Manage;

namespace OpenPassage.OperatorConsole.Readiness;

/// <summary>Which devices can use passkeys, of an app or of all: as a page, and each of its charts as CSV.</summary>
internal static class GetReadiness
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/readiness", OfApp);
        routes.MapGet("apps/{app_id}/readiness/data", DownloadOfApp);
        routes.MapGet("readiness", OfServer);
        routes.MapGet("readiness/data", DownloadOfServer);
    }

    private static async Task<IResult> OfApp(
        ConsoleCall call, string app_id, ManagedApps apps, ReadinessModels models, CancellationToken cancellationToken)
        => new Page<ReadinessPage>(
            await models.ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), cancellationToken));

    private static async Task<IResult> OfServer(ConsoleCall call, ReadinessModels models, CancellationToken cancellationToken)
        => new Page<ReadinessPage>(await models.ReadAsync(call, app: null, cancellationToken));

    private static async Task<IResult> DownloadOfApp(
        ConsoleCall call, string app_id, ManagedApps apps, ReadinessModels models, CancellationToken cancellationToken)
        => Download(call, await models.ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), cancellationToken));

    private static async Task<IResult> DownloadOfServer(ConsoleCall call, ReadinessModels models, CancellationToken cancellationToken)
        => Download(call, await models.ReadAsync(call, app: null, cancellationToken));

    private static IResult Download(ConsoleCall call, ReadinessModel model)
        => ReadinessCsv.Of(model, call.Query("chart")) is { } csv ? csv : Problem.NotFound("There is no such chart.");
}
