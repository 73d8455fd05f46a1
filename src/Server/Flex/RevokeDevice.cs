using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Flex;

/// <summary>Revokes one of a user's passkeys. Nonces it earned before stop working too.</summary>
internal static class RevokeDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("apps/{app_id}/users/{user_id}/devices/{device_id}", Handle)
        .Needs(ApiKeyScopes.DevicesWrite)
        .Describe(nameof(RevokeDevice), "Revokes one of a user's passkeys.", Refusal.UserNotFound, Refusal.DeviceNotFound);

    private static async Task<Outcome<DeviceRevoked>> Handle(
        AppCall call,
        string user_id,
        string device_id,
        UserStore users,
        PasskeyStore passkeys,
        PasskeyRemovals removals,
        CancellationToken cancellationToken)
    {
        if (await users.GetAsync(call.AppId, user_id, cancellationToken) is not { } user)
            return Refusal.UserNotFound;
        if (!await removals.RevokeAsync(call.AppId, user.Id, device_id, cancellationToken))
            return Refusal.DeviceNotFound;
        return new DeviceRevoked(
            PasskeySignals.Of(call.App, user.Handle, await passkeys.ListAsync(call.AppId, user.Id, cancellationToken)));
    }
}

/// <summary>What is left; the user's page tells the user's authenticators. Most clients read nothing of it.</summary>
internal sealed record DeviceRevoked(PasskeySignals Signals) : IAnswer<DeviceRevoked>
{
    public static JsonTypeInfo<DeviceRevoked> Json => FlexWire.Default.DeviceRevoked;
}
