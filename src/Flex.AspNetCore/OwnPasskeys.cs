using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// The signed-in user's own passkeys. Every call goes to the server with the user's own id, so that a passkey of somebody else's is
/// not found, whatever id the page sends.
/// </summary>
internal static class OwnPasskeys
{
    private const int LongestName = 64;

    public static async Task<IResult> ListAsync(HttpContext http, PassageFlex passage, PasskeyEndpointOptions options)
    {
        if (options.UserId(http) is not { Length: > 0 } userId)
            return Refusal.SignedOut;
        IReadOnlyList<PassageDevice> devices;
        try
        {
            devices = await passage.User.ListDevicesAsync(userId, http.RequestAborted);
        }
        catch (PassageException unknown) when (unknown.Code == PassageErrorCode.UserNotFound)
        {
            // The server meets a user when the first passkey is made.
            devices = [];
        }
        return Json.Of(new Passkeys([.. devices.Select(Passkey.Of)]), PasskeyJson.Default.Passkeys);
    }

    public static async Task<IResult> RenameAsync(HttpContext http, PassageFlex passage, string id, PasskeyEndpointOptions options)
    {
        if (options.UserId(http) is not { Length: > 0 } userId)
            return Refusal.SignedOut;
        var name = (await Json.ReadAsync(http, PasskeyJson.Default.Name)).Text?.Trim();
        if (name is null or "" or { Length: > LongestName } || name.Any(char.IsControl))
            return Refusal.InvalidRequest with { Sentence = $"A name must have 1 to {LongestName} characters." };
        await passage.User.RenameDeviceAsync(userId, id, name, http.RequestAborted);
        return TypedResults.NoContent();
    }

    public static async Task<IResult> RevokeAsync(HttpContext http, PassageFlex passage, string id, PasskeyEndpointOptions options)
    {
        if (options.UserId(http) is not { Length: > 0 } userId)
            return Refusal.SignedOut;
        var passkey = options.PasskeyRevoked is null
            ? null
            : (await PasskeyChange.DevicesAsync(passage, userId)).FirstOrDefault(device => device.Id == id);
        // A page that goes away cannot stop it half-way: a passkey that is gone is told of.
        var signals = await passage.User.RevokeDeviceAsync(userId, id, CancellationToken.None);
        await PasskeyChange.RevokedAsync(http, userId, passkey, options);
        return Json.Of(new Revoked(signals), PasskeyJson.Default.Revoked);
    }
}
