using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>Signs a user out in one place.</summary>
internal static class RevokeUserSession
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/users/{user_id}/sessions/{session_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(
            nameof(RevokeUserSession), "Signs a user out in one place.", Refusal.UserNotFound, CompleteRefusals.SessionNotFound);

    private static async Task<Outcome<Done>> Handle(
        AppCall call, string user_id, string session_id, ManagedUsers users, SessionStore sessions, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(call.AppId, user_id, cancellationToken);
        return await sessions.RevokeAsync(call.AppId, user.Id, session_id, cancellationToken, call.Actor)
            ? new Done()
            : CompleteRefusals.SessionNotFound;
    }
}
