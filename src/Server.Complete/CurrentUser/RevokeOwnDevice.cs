using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>
/// Takes one of one's own passkeys out of service; the sign-in has to be recent. The last one goes where there is another way in.
/// </summary>
internal static class RevokeOwnDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("apps/{app_id}/currentuser/devices/{device_id}", Handle)
        .DescribeOwn(
            nameof(RevokeOwnDevice), "Takes one of one's own passkeys out of service.", Refusal.DeviceNotFound,
            CompleteRefusals.SignInTooOld, CompleteRefusals.LastPasskey);

    private static async Task<Outcome<OwnDeviceRevoked>> Handle(
        AppCall call, UserCall user, string device_id, PasskeyStore passkeys, PasskeyRemovals removals, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var methods = call.App.Settings.Complete.Methods;
        var owned = await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken);
        if (owned.All(passkey => passkey.DeviceId != device_id))
            return Refusal.DeviceNotFound;
        if (!user.IsRecent(call, time.GetUtcNow()))
            return CompleteRefusals.SignInTooOld;
        var keepsOne = !methods.Otp && !methods.MagicLink;
        var isGone = await removals.RevokeAsync(call.AppId, user.User.Id, device_id, cancellationToken, keepsOne);
        var left = await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken);
        if (!isGone)
            return left.Any(passkey => passkey.DeviceId == device_id) ? CompleteRefusals.LastPasskey : Refusal.DeviceNotFound;
        return new OwnDeviceRevoked { Signals = PasskeySignals.Of(call.App, user.User.Handle, left, user.User.Name) };
    }
}
