using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Management;

/// <summary>A backend keeps somebody out: nobody signs in to the account, and its sessions end.</summary>
internal static class DeactivateAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/users/{user_id}/deactivate", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(nameof(DeactivateAccount), "Lets nobody sign in to an account, and ends its sessions.", Refusal.UserNotFound);

    private static async Task<Outcome<UserFound>> Handle(
        AppCall call, string user_id, ManagedUsers users, UserInfos infos, CancellationToken cancellationToken)
    {
        var user = await users.UpdateAsync(call.AppId, user_id, UserStatus.Inactive, enrolmentBlocked: null, call.Actor, cancellationToken);
        return new UserFound(await infos.OfAsync(call.App, user, cancellationToken));
    }
}
