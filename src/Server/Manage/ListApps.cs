using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>All apps of the server, by id.</summary>
internal static class ListApps
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps", Handle)
        .Describe(nameof(ListApps), "All apps of the server, declared ones included.");

    private static async Task<Outcome<AppList>> Handle(ManagedApps apps, CancellationToken cancellationToken)
        => new AppList { Apps = [.. (await apps.ListAsync(cancellationToken)).Select(ManagedApp.Of)] };
}

internal sealed class AppList : IAnswerOfHost<AppList>
{
    public static JsonTypeInfo<AppList> JsonIn(IServiceProvider host) => host.GetRequiredService<AppJson>().Of<AppList>();

    public List<ManagedApp> Apps { get; set; } = [];

    public static JsonTypeInfo<AppList> ToJson(JsonSerializerOptions json) => SettingsJson.Object<AppList>(
        json, [SettingsJson.Member<AppList, List<ManagedApp>>(json, "apps", list => list.Apps, (list, apps) => list.Apps = apps!)]);
}
