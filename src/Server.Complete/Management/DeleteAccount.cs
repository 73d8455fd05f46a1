using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>A backend removes an account with passkeys, sessions and events, for good.</summary>
internal static class DeleteAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(nameof(DeleteAccount), "Removes an account with passkeys, sessions and events, for good.", Refusal.UserNotFound);

    private static async Task<Outcome<Done>> Handle(AppCall call, string user_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        await users.DeleteAsync(call.AppId, user_id, call.Actor, cancellationToken);
        return new Done();
    }
}
