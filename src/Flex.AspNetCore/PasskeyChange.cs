using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// A passkey was added or revoked: what <see cref="PasskeyEndpointOptions.PasskeyAdded"/> and
/// <see cref="PasskeyEndpointOptions.PasskeyRevoked"/> get, to tell its owner.
/// </summary>
public sealed class PasskeyChange
{
    private PasskeyChange(HttpContext httpContext, string userId, PassageDevice? passkey) =>
        (HttpContext, UserId, Passkey) = (httpContext, userId, passkey);

    /// <summary>The request; its services are what a callback needs most. The page may be gone: pass on no <c>RequestAborted</c>.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>Whose passkey: the id that your application gives the server.</summary>
    public string UserId { get; }

    /// <summary>The passkey: the one revoked, as it was; or the one that was added. Null when the server did not say.</summary>
    public PassageDevice? Passkey { get; }

    internal static async Task AddedAsync(
        HttpContext http, PassageFlex passage, string userId, string? deviceId, PasskeyEndpointOptions options)
    {
        if (options.PasskeyAdded is not { } callback)
            return;
        var devices = await DevicesAsync(passage, userId);
        // A server that does not name it has made it last.
        var passkey = deviceId is null
            ? devices.MaxBy(device => device.CreatedAt)
            : devices.FirstOrDefault(device => device.Id == deviceId);
        await TellAsync(callback, nameof(options.PasskeyAdded), new PasskeyChange(http, userId, passkey));
    }

    internal static Task RevokedAsync(HttpContext http, string userId, PassageDevice? passkey, PasskeyEndpointOptions options) =>
        options.PasskeyRevoked is { } callback
            ? TellAsync(callback, nameof(options.PasskeyRevoked), new PasskeyChange(http, userId, passkey))
            : Task.CompletedTask;

    /// <summary>The user's passkeys, for their names: to tell that something happened matters more than to which.</summary>
    internal static async Task<IReadOnlyList<PassageDevice>> DevicesAsync(PassageFlex passage, string userId)
    {
        try
        {
            return await passage.User.ListDevicesAsync(userId, CancellationToken.None);
        }
        catch (PassageFlexException)
        {
            return [];
        }
    }

    private static async Task TellAsync(Func<PasskeyChange, Task> callback, string name, PasskeyChange change)
    {
        try
        {
            await callback(change);
        }
        // Whatever the application threw: the passkey is there, or gone, all the same, and the page is to show it so.
        catch (Exception exception)
        {
            change.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PasskeyChange).Namespace!)
                .LogError(exception, "{Callback} failed: the user may not have been told of a passkey that was added or revoked.", name);
        }
    }
}
