using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Ends an API key: at once on this node, within seconds on the others.</summary>
internal static class RevokeApiKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/keys/{key_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(RevokeApiKey), "Ends an API key.", Refusal.ApiKeyNotFound, Refusal.KeyReadOnly);

    private static async Task<Outcome<Done>> Handle(AppCall call, string key_id, ManagedKeys keys, CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(call.AppId, key_id, call.Actor, cancellationToken);
        return new Done();
    }
}
