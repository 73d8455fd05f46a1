using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Flex;

/// <summary>A user's passkeys, oldest first.</summary>
internal static class ListDevices
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/users/{user_id}/devices", Handle)
        .Needs(ApiKeyScopes.UsersRead)
        .Describe(nameof(ListDevices), "A user's passkeys.", Refusal.UserNotFound);

    private static async Task<Outcome<DeviceList>> Handle(
        AppCall call, string user_id, UserStore users, PasskeyStore passkeys, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(call.AppId, user_id, cancellationToken) is not { } user)
            return Refusal.UserNotFound;
        var owned = await passkeys.ListAsync(call.AppId, user.Id, cancellationToken);
        return new DeviceList([.. owned.Select(Device.Of)], PasskeySignals.Of(call.App, user.Handle, owned));
    }
}

internal sealed record DeviceList(IReadOnlyList<Device> Devices, PasskeySignals Signals) : IAnswer<DeviceList>
{
    public static JsonTypeInfo<DeviceList> Json => FlexWire.Default.DeviceList;
}
