using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Gives one of one's own passkeys another name.</summary>
internal static class RenameOwnDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/currentuser/devices/{device_id}", Handle)
        .DescribeOwn(nameof(RenameOwnDevice), "Gives one of one's own passkeys another name.", Refusal.DeviceNotFound);

    private static async Task<Outcome<OwnDeviceFound>> Handle(
        AppCall call, UserCall user, string device_id, RequestBody<RenameOwnDeviceRequest> body, PasskeyStore passkeys,
        CancellationToken cancellationToken)
    {
        if (!await passkeys.RenameAsync(call.AppId, user.User.Id, device_id, body.Value.FriendlyName, cancellationToken))
            return Refusal.DeviceNotFound;
        var owned = await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken);
        return owned.FirstOrDefault(passkey => passkey.DeviceId == device_id) is { } renamed
            ? new OwnDeviceFound(OwnDevice.Of(renamed))
            : Refusal.DeviceNotFound;
    }
}

internal sealed record RenameOwnDeviceRequest(string FriendlyName) : IRequest<RenameOwnDeviceRequest>
{
    public static JsonTypeInfo<RenameOwnDeviceRequest> Json => CurrentUserWire.Default.RenameOwnDeviceRequest;

    public string? Complaint() => GivenText.Complaint("friendly_name", FriendlyName);
}
