using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>Ends a readiness key: at once on this node, within seconds on the others.</summary>
internal static class RevokeReadinessKey
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/readiness/keys/{key_id}", Handle)
        .Describe(nameof(RevokeReadinessKey), "Ends a readiness key. What it has counted stays.", Refusal.ApiKeyNotFound);

    private static async Task<Outcome<Done>> Handle(
        ServerCall call, string key_id, ManagedReadinessKeys keys, CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(key_id, call.Actor, cancellationToken);
        return new Done();
    }
}
