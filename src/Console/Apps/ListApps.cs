using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>The first page: all apps in service.</summary>
internal static class ListApps
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("", Handle);

    private static IResult Handle(AppDirectory apps)
        => new Page<AppsPage>(new AppsModel([.. apps.All.OrderBy(app => app.Name, StringComparer.OrdinalIgnoreCase)]));
}

internal sealed record AppsModel(IReadOnlyList<App> Apps);
