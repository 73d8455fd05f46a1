using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>Signs a user out everywhere.</summary>
internal static class RevokeUserSessions
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/users/{user_id}/sessions", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(RevokeUserSessions), "Signs a user out everywhere.", Refusal.UserNotFound);

    private static async Task<Outcome<UserSessionsRevoked>> Handle(
        AppCall call, string user_id, ManagedUsers users, SessionStore sessions, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(call.AppId, user_id, cancellationToken);
        return new UserSessionsRevoked(await sessions.RevokeAllAsync(call.AppId, user.Id, call.Actor, cancellationToken));
    }
}

/// <summary>How many there were.</summary>
internal sealed record UserSessionsRevoked(int Revoked) : IAnswer<UserSessionsRevoked>
{
    public static JsonTypeInfo<UserSessionsRevoked> Json => ManagementWire.Default.UserSessionsRevoked;
}
