using System.Text.Json;

namespace OpenPassage.Flex;

/// <summary>Users, by your own id for them, and their passkeys.</summary>
public class UserOperations
{
    private readonly ServerApi? api;

    internal UserOperations(ServerApi api) => this.api = api;

    /// <summary>For a class that replaces this one in tests: it calls no server, and does only what it overrides.</summary>
    protected UserOperations()
    {
    }

    private ServerApi Api => api ?? throw new NotSupportedException($"{GetType()} does not override this operation.");

    /// <summary>The user with all passkeys.</summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <returns>The user as of now.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> GetAsync(string externalId, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        return Api.CallAsync(
            async token =>
            {
                var path = await FindAsync(externalId, token).ConfigureAwait(false);
                var reply = await Api.SendAsync(HttpMethod.Get, path, body: null, repeatable: true, token).ConfigureAwait(false);
                return reply.Read(WireJson.Default.UserResponse, response => Needed.Value(response.User, "user").ToUser());
            },
            cancellationToken);
    }

    /// <summary>The user's passkeys; empty when there is none.</summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <returns>The passkeys as of now.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<IReadOnlyList<PassageDevice>> ListDevicesAsync(string externalId, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        return Api.CallAsync(
            async token =>
            {
                var path = await FindAsync(externalId, token).ConfigureAwait(false) + "/devices";
                var reply = await Api.SendAsync(HttpMethod.Get, path, body: null, repeatable: true, token).ConfigureAwait(false);
                return reply.Read(SdkJson.Default.DevicesResponse, response => DeviceWire.ToDevices(response.Devices, "devices"));
            },
            cancellationToken);
    }

    /// <summary>Renames one of the user's passkeys. Passage itself had no such call.</summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <param name="deviceId">The <see cref="PassageDevice.Id"/>.</param>
    /// <param name="friendlyName">The new <see cref="PassageDevice.FriendlyName"/>: at most 512 characters.</param>
    /// <param name="cancellationToken">Cancels the call; the passkey may be renamed all the same.</param>
    /// <returns>Done when the server has renamed it.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.DeviceNotFound"/>: the user has no such passkey.
    /// <see cref="PassageErrorCode.InvalidRequest"/>: the name is too long.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task RenameDeviceAsync(
        string externalId, string deviceId, string friendlyName, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        Argument.Check(deviceId);
        Argument.Check(friendlyName);
        return Api.CallAsync(
            async token =>
            {
                var path = DevicePath(await FindAsync(externalId, token).ConfigureAwait(false), deviceId);
                var body = JsonSerializer.SerializeToUtf8Bytes(new RenameDeviceRequest(friendlyName), WireJson.Default.RenameDeviceRequest);
                var reply = await Api.SendAsync(HttpMethod.Patch, path, body, repeatable: true, token).ConfigureAwait(false);
                reply.ThrowIfRefused();
                return true;
            },
            cancellationToken);
    }

    /// <summary>Removes one of the user's passkeys: it can no longer be used to sign in.</summary>
    /// <param name="externalId">Your own id for the user.</param>
    /// <param name="deviceId">The <see cref="PassageDevice.Id"/>.</param>
    /// <param name="cancellationToken">Cancels the call; the passkey may be removed all the same.</param>
    /// <returns>
    /// What is left, for the browser SDK's <c>passkey.signalAccepted()</c> on the user's page: authenticators then stop offering the
    /// passkey that is gone. Null when the server does not say it.
    /// </returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.DeviceNotFound"/>: the user has no such passkey.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PasskeySignals?> RevokeDeviceAsync(
        string externalId, string deviceId, CancellationToken cancellationToken = default)
    {
        Argument.Check(externalId);
        Argument.Check(deviceId);
        return Api.CallAsync(
            async token =>
            {
                var path = DevicePath(await FindAsync(externalId, token).ConfigureAwait(false), deviceId);
                var reply = await Api.SendAsync(HttpMethod.Delete, path, body: null, repeatable: true, token).ConfigureAwait(false);
                // When an answer was lost, the repetition finds the device gone: then it is revoked, as was asked.
                if (reply.Refusal is { Code: PassageErrorCode.DeviceNotFound } && reply.Attempt > 1)
                    return null;
                reply.ThrowIfRefused();
                return reply.Signals;
            },
            cancellationToken);
    }

    /// <summary>The path of a device of the user at this path.</summary>
    private static string DevicePath(string userPath, string deviceId) =>
        // The id may come from a form. A URL drops dot segments, so that ".." would name the user instead of a device.
        deviceId is "." or ".."
            ? throw PassageException.NotFound(PassageErrorCode.DeviceNotFound, "device_not_found", "The user has no such device.")
            : $"{userPath}/devices/{Uri.EscapeDataString(deviceId)}";

    /// <summary>The path of the user with this external id.</summary>
    private async Task<string> FindAsync(string externalId, CancellationToken cancellationToken)
    {
        // The server reads "<ne:alice>" as "anyone but alice": an id in brackets is asked for as a part of ids, and picked out below.
        var path = externalId is ['<', .., '>']
            ? $"/users?limit=500&identifier={Uri.EscapeDataString($"<like:{externalId}>")}"
            : $"/users?limit=1&identifier={Uri.EscapeDataString(externalId)}";
        var reply = await Api.SendAsync(HttpMethod.Get, path, body: null, repeatable: true, cancellationToken).ConfigureAwait(false);
        // Another server may fold case, and a wrong user would be signed in or lose a passkey: only the very same id is believed.
        return reply.Read(WireJson.Default.UserListResponse, response =>
            Array.Find(Needed.Value(response.Users, "users"), user => string.Equals(user?.ExternalId, externalId, StringComparison.Ordinal))
                is { } user
                ? $"/users/{Uri.EscapeDataString(Needed.Text(user.Id, "id"))}"
                : throw PassageException.NotFound(PassageErrorCode.UserNotFound, "user_not_found", "No user has this external id."));
    }
}
