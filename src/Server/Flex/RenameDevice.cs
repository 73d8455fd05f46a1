using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Flex;

/// <summary>
/// Gives one of a user's passkeys another name for people. Passage's wire had no such operation; its clients never see it.
/// </summary>
internal static class RenameDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/users/{user_id}/devices/{device_id}", Handle)
        .Needs(ApiKeyScopes.DevicesWrite)
        .Describe(nameof(RenameDevice), "Renames one of a user's passkeys.", Refusal.UserNotFound, Refusal.DeviceNotFound);

    private static async Task<Outcome<DeviceRenamed>> Handle(
        AppCall call,
        string user_id,
        string device_id,
        RequestBody<RenameDeviceRequest> body,
        UserStore users,
        PasskeyStore passkeys,
        CancellationToken cancellationToken)
    {
        if (await users.GetAsync(call.AppId, user_id, cancellationToken) is not { } user)
            return Refusal.UserNotFound;
        if (!await passkeys.RenameAsync(call.AppId, user.Id, device_id, body.Value.FriendlyName, cancellationToken))
            return Refusal.DeviceNotFound;
        return new DeviceRenamed();
    }
}

internal sealed record RenameDeviceRequest(string FriendlyName) : IRequest<RenameDeviceRequest>
{
    public static JsonTypeInfo<RenameDeviceRequest> Json => FlexWire.Default.RenameDeviceRequest;

    public string? Complaint() => GivenText.Complaint("friendly_name", FriendlyName);
}

/// <summary>An empty object, as for a revocation.</summary>
internal sealed record DeviceRenamed : IAnswer<DeviceRenamed>
{
    public static JsonTypeInfo<DeviceRenamed> Json => FlexWire.Default.DeviceRenamed;
}
