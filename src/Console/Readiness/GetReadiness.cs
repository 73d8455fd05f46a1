using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Picture;

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
        ConsoleCall call,
        string app_id,
        ManagedApps apps,
        PictureReader reader,
        ConsoleApp console,
        CancellationToken cancellationToken)
        => new Page<ReadinessPage>(
            await ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), apps, reader, console, cancellationToken));

    private static async Task<IResult> OfServer(
        ConsoleCall call, ManagedApps apps, PictureReader reader, ConsoleApp console, CancellationToken cancellationToken)
        => new Page<ReadinessPage>(await ReadAsync(call, app: null, apps, reader, console, cancellationToken));

    private static async Task<IResult> DownloadOfApp(
        ConsoleCall call,
        string app_id,
        ManagedApps apps,
        PictureReader reader,
        ConsoleApp console,
        CancellationToken cancellationToken)
        => Download(
            call, await ReadAsync(call, await apps.GetAsync(new(app_id), cancellationToken), apps, reader, console, cancellationToken));

    private static async Task<IResult> DownloadOfServer(
        ConsoleCall call, ManagedApps apps, PictureReader reader, ConsoleApp console, CancellationToken cancellationToken)
        => Download(call, await ReadAsync(call, app: null, apps, reader, console, cancellationToken));

    private static IResult Download(ConsoleCall call, ReadinessModel model)
        => ReadinessCsv.Of(model, call.Query("chart")) is { } csv ? csv : Problem.NotFound("There is no such chart.");

    private static async Task<ReadinessModel> ReadAsync(
        ConsoleCall call,
        AppRecord? app,
        ManagedApps apps,
        PictureReader reader,
        ConsoleApp console,
        CancellationToken cancellationToken)
    {
        var filters = ReadinessFilters.Read(call, reader.Today);
        var query = filters.ToQuery(app is null ? null : new(app.Settings.Id));
        var picture = await reader.ReadAsync(query, app is null ? null : AppTypes.Of(app.Settings.Type), cancellationToken);
        var names = app is null
            ? (await apps.ListAsync(cancellationToken)).ToDictionary(one => one.Settings.Id, one => one.Settings.Name ?? one.Settings.Id)
            : [];
        return new(app, picture, filters, names, console.Origin);
    }
}

/// <param name="App">Whose devices; null: those of all apps.</param>
/// <param name="Picture">What there is to tell.</param>
/// <param name="Filters">What was asked for.</param>
/// <param name="AppNames">By id; empty on an app's own page.</param>
/// <param name="Origin">Where the console is opened, which is where pages find this server.</param>
internal sealed record ReadinessModel(
    AppRecord? App,
    ReadinessPicture Picture,
    ReadinessFilters Filters,
    IReadOnlyDictionary<string, string> AppNames,
    string Origin);
