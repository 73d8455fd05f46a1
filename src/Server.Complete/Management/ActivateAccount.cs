using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// A backend lets somebody in again, or vouches for a pending account. One without a passkey stays without a way in until it is sent a
/// message: no stranger may register for it.
/// </summary>
internal static class ActivateAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/users/{user_id}/activate", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(nameof(ActivateAccount), "Lets an account's user sign in.", Refusal.UserNotFound);

    private static async Task<Outcome<UserFound>> Handle(
        AppCall call, string user_id, ManagedUsers users, UserInfos infos, CancellationToken cancellationToken)
    {
        var user = await users.UpdateAsync(call.AppId, user_id, UserStatus.Active, enrolmentBlocked: null, call.Actor, cancellationToken);
        return new UserFound(await infos.OfAsync(call.App, user, cancellationToken));
    }
}
