using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Removes a user with passkeys and events, for good.</summary>
internal static class DeleteUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(DeleteUser), "Removes a user with passkeys and events.", Refusal.UserNotFound);

    private static async Task<Outcome<Done>> Handle(AppCall call, string user_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        await users.DeleteAsync(call.AppId, user_id, call.Actor, cancellationToken);
        return new Done();
    }
}
