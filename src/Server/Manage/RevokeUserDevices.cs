using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>Takes all of a user's passkeys out of service: for a device that was stolen, or an account that was taken over.</summary>
internal static class RevokeUserDevices
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("manage/apps/{app_id}/users/{user_id}/devices", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(RevokeUserDevices), "Takes all of a user's passkeys out of service.", Refusal.UserNotFound);

    private static async Task<Outcome<UserDevicesRevoked>> Handle(
        AppCall call, string user_id, ManagedUsers users, CancellationToken cancellationToken)
        => new UserDevicesRevoked(await users.RevokeDevicesAsync(call.AppId, user_id, call.Actor, cancellationToken));
}

/// <summary>How many there were.</summary>
internal sealed record UserDevicesRevoked(int Revoked) : IAnswer<UserDevicesRevoked>
{
    public static JsonTypeInfo<UserDevicesRevoked> Json => ManageWire.Default.UserDevicesRevoked;
}
