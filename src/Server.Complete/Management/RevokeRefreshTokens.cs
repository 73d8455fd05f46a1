using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// A backend signs somebody out everywhere. Access tokens that are out are good at backends until they expire; here they are good for
/// nothing.
/// </summary>
internal static class RevokeRefreshTokens
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("apps/{app_id}/users/{user_id}/tokens", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(nameof(RevokeRefreshTokens), "Ends all of a user's sessions.", Refusal.UserNotFound);

    private static async Task<Outcome<Done>> Handle(
        AppCall call, string user_id, ManagedUsers users, SessionStore sessions, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(call.AppId, user_id, cancellationToken);
        await sessions.RevokeAllAsync(call.AppId, user.Id, call.Actor, cancellationToken);
        return new Done();
    }
}
