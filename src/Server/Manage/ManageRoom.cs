using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Rooms;

namespace OpenPassage.Server.Manage;

/// <summary>Management over HTTP: apps, keys, users, events, audit.</summary>
internal static class ManageRoom
{
    private const string Tag = "Administration";

    public static Room Room { get; } = new("manage")
    {
        Services = static services => services
            .AddSingleton<AppJson>()
            .AddSingleton<ManagedApps>()
            .AddSingleton<ManagedKeys>()
            .AddSingleton<ManagedUsers>(),
        Routes = static routes =>
        {
            MapServer(Operations(routes, Audience.Server));
            MapApp(Operations(routes, Audience.Backend));
        },
        Json = ManageWire.Default,
        Tabs =
        [
            new("users", "Users", 10),
            new("events", "Events", 20),
            new("keys", "API keys", 60),
            new("settings", "Settings", 70),
            new("changes", "Changes", 90),
        ],
    };

    /// <summary>Where other rooms put operations of management too.</summary>
    public static RouteGroupBuilder Operations(IEndpointRouteBuilder routes, Audience audience)
        => routes.MapGroup("v1").For(audience).WithTags(Tag);

    // For a key of the whole server.
    private static void MapServer(IEndpointRouteBuilder routes)
    {
        ListApps.Map(routes);
        CreateApp.Map(routes);
        FindEvents.MapOfServer(routes);
        ExportEvents.MapOfServer(routes);
        ListAudit.MapOfServer(routes);
    }

    // For a key of the app with the scope admin, or one of the whole server.
    private static void MapApp(IEndpointRouteBuilder routes)
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
