using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Takes one of a user's passkeys out of service.</summary>
internal static class RevokeUserDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/users/{user_id}/devices/{device_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(RevokeUserDevice), "Takes one of a user's passkeys out of service.", Refusal.UserNotFound, Refusal.DeviceNotFound);

    private static async Task<Outcome<Done>> Handle(
        AppCall call, string user_id, string device_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        await users.RevokeDeviceAsync(call.AppId, user_id, device_id, call.Actor, cancellationToken);
        return new Done();
    }
}
