using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>An app with all its settings.</summary>
internal static class GetApp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(GetApp), "An app with all its settings.");

    private static async Task<Outcome<ManagedApp>> Handle(AppCall call, ManagedApps apps, CancellationToken cancellationToken)
        => ManagedApp.Of(await apps.GetAsync(call.AppId, cancellationToken));
}
