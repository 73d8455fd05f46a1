using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OpenPassage.Server.Manage;

/// <summary>Management's table of contents: one line per operation.</summary>
internal static class ManageRoutes
{
    /// <summary>For a key of the whole server.</summary>
    public static void MapServer(IEndpointRouteBuilder routes)
    {
        ListApps.Map(routes);
        CreateApp.Map(routes);
        FindEvents.MapOfServer(routes);
        ExportEvents.MapOfServer(routes);
        ListAudit.MapOfServer(routes);
        foreach (var more in routes.ServiceProvider.GetServices<MoreOperations>())
            more.Map(routes);
    }

    /// <summary>For a key of the app with the scope <c>admin</c>, or one of the whole server.</summary>
    public static void MapApp(IEndpointRouteBuilder routes)
    {
        GetApp.Map(routes);
        UpdateApp.Map(routes);
        DeleteApp.Map(routes);
        ListApiKeys.Map(routes);
        CreateApiKey.Map(routes);
        RotateApiKey.Map(routes);
        RevokeApiKey.Map(routes);
        FindUsers.Map(routes);
        ShowUser.Map(routes);
        UpdateUser.Map(routes);
        DeleteUser.Map(routes);
        RevokeUserDevices.Map(routes);
        RevokeUserDevice.Map(routes);
        FindEvents.Map(routes);
        ExportEvents.Map(routes);
        ListAudit.Map(routes);
        GetStatistics.Map(routes);
    }
}
