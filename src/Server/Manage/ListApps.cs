using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>All apps of the server, by id.</summary>
internal static class ListApps
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps", Handle)
        .Describe(nameof(ListApps), "All apps of the server, declared ones included.");

    private static async Task<Outcome<AppList>> Handle(ManagedApps apps, CancellationToken cancellationToken)
        => new AppList([.. (await apps.ListAsync(cancellationToken)).Select(ManagedApp.Of)]);
}

internal sealed record AppList(IReadOnlyList<ManagedApp> Apps) : IAnswer<AppList>
{
    public static JsonTypeInfo<AppList> Json => ManageWire.Default.AppList;
}
