using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Complete;

/// <summary>Users, with their passkeys and sessions. Every call needs an API key.</summary>
public class UserOperations
{
    private readonly ServerApi? api;
    private readonly bool hasKey;

    internal UserOperations(ServerApi api, bool hasKey) => (this.api, this.hasKey) = (api, hasKey);

    /// <summary>For a class that replaces this one in tests: it calls no server, and does only what it overrides.</summary>
    protected UserOperations()
    {
    }

    private ServerApi Api
    {
        get
        {
            var server = api ?? throw new NotSupportedException($"{GetType()} does not override this operation.");
            return hasKey
                ? server
                : throw new InvalidOperationException("Managing users needs an API key: pass one to the constructor of Passage.");
        }
    }

    /// <summary>The user with all passkeys.</summary>
    /// <param name="userId">The user's id, such as <see cref="AuthOperations.ValidateJwtAsync"/> returns it.</param>
    /// <returns>The user as of now.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> GetAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        return UserAsync(HttpMethod.Get, userId, "", body: null, cancellationToken);
    }

    /// <summary>The user with this email address or phone number, with all passkeys.</summary>
    /// <param name="identifier">An email address, in upper or lower case, or a phone number with its country.</param>
    /// <returns>The user as of now.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> GetByIdentifierAsync(string identifier, CancellationToken cancellationToken = default)
    {
        Argument.Check(identifier);
        return Api.CallAsync(
            async token =>
            {
                var id = await FindAsync(identifier.Trim(), token).ConfigureAwait(false);
                var reply = await Api.SendAsync(HttpMethod.Get, PathOf(id), body: null, repeatable: true, token).ConfigureAwait(false);
                return reply.Read(WireJson.Default.UserResponse, response => Needed.Value(response.User, "user").ToUser());
            },
            cancellationToken);
    }

    /// <summary>
    /// Creates a user, who is pending until the first sign-in. Knowing the address or number is not enough to claim the account. The
    /// call is never repeated.
    /// </summary>
    /// <param name="args">An email address, a phone number, or both, and metadata.</param>
    /// <param name="cancellationToken">Cancels the call; the user may be created all the same.</param>
    /// <returns>The new user.</returns>
    /// <exception cref="ArgumentException">There is neither an email address nor a phone number.</exception>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.InvalidRequest"/>: an identifier is invalid or belongs to another user, or the metadata does not fit
    /// the app's schema.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    /// <exception cref="PassageConnectionException">
    /// No answer. Look for the user with <see cref="GetByIdentifierAsync"/> before you try again.
    /// </exception>
    public virtual Task<PassageUser> CreateAsync(CreateUserArgs args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Email is null && args.Phone is null)
            throw new ArgumentException("A user needs an email address or a phone number.", nameof(args));
        var body = BodyOf(args.Email, args.Phone, args.UserMetadata, mayBeEmpty: false);
        return Api.CallAsync(
            async token =>
            {
                var reply = await Api.SendAsync(HttpMethod.Post, "/users", body, repeatable: false, token).ConfigureAwait(false);
                return reply.Read(WireJson.Default.UserResponse, response => Needed.Value(response.User, "user").ToUser());
            },
            cancellationToken);
    }

    /// <summary>Changes a user's email address, phone number or metadata. A new address or number is unverified.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="options">What to change.</param>
    /// <param name="cancellationToken">Cancels the call; the user may be changed all the same.</param>
    /// <returns>The user afterwards.</returns>
    /// <exception cref="ArgumentException">There is nothing to change.</exception>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidRequest"/>: an identifier is invalid or belongs to another user, or the metadata does not fit
    /// the app's schema.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> UpdateAsync(string userId, UpdateUserOptions options, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Email: null, Phone: null, UserMetadata: null })
            throw new ArgumentException("There is nothing to change: set Email, Phone or UserMetadata.", nameof(options));
        var body = BodyOf(options.Email, options.Phone, options.UserMetadata, mayBeEmpty: true);
        return UserAsync(HttpMethod.Patch, userId, "", body, cancellationToken);
    }

    /// <summary>Lets a user sign in again, or for the first time.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Cancels the call; the user may be activated all the same.</param>
    /// <returns>The user afterwards.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> ActivateAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        return UserAsync(HttpMethod.Patch, userId, "/activate", body: null, cancellationToken);
    }

    /// <summary>
    /// Ends a user's sessions and refuses every sign-in. Your backend accepts tokens that were issued before until they expire.
    /// </summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Cancels the call; the user may be deactivated all the same.</param>
    /// <returns>The user afterwards.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<PassageUser> DeactivateAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        return UserAsync(HttpMethod.Patch, userId, "/deactivate", body: null, cancellationToken);
    }

    /// <summary>Removes a user with passkeys and sessions, for good.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Cancels the call; the user may be removed all the same.</param>
    /// <returns>Done when the server has removed the user.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task DeleteAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        return DeleteAsync(PathOf(userId), PassageErrorCode.UserNotFound, cancellationToken);
    }

    /// <summary>The user's passkeys; empty when there is none.</summary>
    /// <param name="userId">The user's id.</param>
    /// <returns>The passkeys as of now.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task<IReadOnlyList<PassageDevice>> ListDevicesAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        var path = $"{PathOf(userId)}/devices";
        return Api.CallAsync(
            async token =>
            {
                var reply = await Api.SendAsync(HttpMethod.Get, path, body: null, repeatable: true, token).ConfigureAwait(false);
                return reply.Read(SdkJson.Default.DevicesResponse, response => DeviceWire.ToDevices(response.Devices, "devices"));
            },
            cancellationToken);
    }

    /// <summary>Removes one of the user's passkeys: it can no longer be used to sign in. Sessions that it started continue.</summary>
    /// <param name="userId">The user's id.</param>
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
    public virtual async Task<PasskeySignals?> RevokeDeviceAsync(
        string userId, string deviceId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        Argument.Check(deviceId);
        // The id may come from a form. A URL drops dot segments, so that ".." would name the user instead of a device.
        if (deviceId is "." or "..")
            throw PassageException.NotFound(PassageErrorCode.DeviceNotFound, "device_not_found", "The user has no such device.");
        var path = $"{PathOf(userId)}/devices/{Uri.EscapeDataString(deviceId)}";
        return (await DeleteAsync(path, PassageErrorCode.DeviceNotFound, cancellationToken).ConfigureAwait(false))?.Signals;
    }

    /// <summary>
    /// Signs the user out everywhere: no session of the user gets another token. Your backend accepts tokens that were issued before until
    /// they expire.
    /// </summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="cancellationToken">Cancels the call; the sessions may be ended all the same.</param>
    /// <returns>Done when the server has ended them.</returns>
    /// <exception cref="PassageException">
    /// <see cref="PassageErrorCode.UserNotFound"/>: no such user.
    /// <see cref="PassageErrorCode.InvalidAccessToken"/>: the API key is not one of the app's keys.
    /// </exception>
    public virtual Task RevokeRefreshTokensAsync(string userId, CancellationToken cancellationToken = default)
    {
        Argument.Check(userId);
        return DeleteAsync($"{PathOf(userId)}/tokens", gone: null, cancellationToken);
    }

    private Task<PassageUser> UserAsync(HttpMethod method, string userId, string below, byte[]? body, CancellationToken cancellationToken)
    {
        var path = PathOf(userId) + below;
        return Api.CallAsync(
            async token =>
            {
                // All of these come to the same when they are done twice.
                var reply = await Api.SendAsync(method, path, body, repeatable: true, token).ConfigureAwait(false);
                return reply.Read(WireJson.Default.UserResponse, response => Needed.Value(response.User, "user").ToUser());
            },
            cancellationToken);
    }

    /// <summary>The answer; null: it was lost, and the repetition found gone what was to go.</summary>
    private Task<Reply?> DeleteAsync(string path, PassageErrorCode? gone, CancellationToken cancellationToken) => Api.CallAsync(
        async token =>
        {
            var reply = await Api.SendAsync(HttpMethod.Delete, path, body: null, repeatable: true, token).ConfigureAwait(false);
            if (reply.Attempt > 1 && reply.Refusal?.Code is { } code && code == gone)
                return null;
            reply.ThrowIfRefused();
            return (Reply?)reply;
        },
        cancellationToken);

    private static byte[] BodyOf(string? email, string? phone, JsonObject? metadata, bool mayBeEmpty)
    {
        foreach (var identifier in new[] { email, phone })
        {
            if (identifier is not null && !(mayBeEmpty && identifier.Length == 0))
                Argument.Check(identifier);
        }
        return JsonSerializer.SerializeToUtf8Bytes(new UserRequest(email, phone, metadata), WireJson.Default.UserRequest);
    }

    private static string PathOf(string userId) =>
        // A URL drops dot segments, so that ".." would name the app instead of a user.
        userId is "." or ".."
            ? throw NoUser("No user has this id.")
            : $"/users/{Uri.EscapeDataString(userId)}";

    /// <summary>The id of the user with this identifier.</summary>
    private async Task<string> FindAsync(string identifier, CancellationToken cancellationToken)
    {
        // The server reads "<ne:ada@example.com>" as "anybody but Ada". No address and no number holds these signs.
        if (identifier.AsSpan().ContainsAny("<>:"))
            throw NoUser(NobodyHasIt);
        var path = $"/users?limit=1&identifier={Uri.EscapeDataString(identifier.ToLowerInvariant())}";
        var reply = await Api.SendAsync(HttpMethod.Get, path, body: null, repeatable: true, cancellationToken).ConfigureAwait(false);
        return reply.Read(WireJson.Default.UserListResponse, response =>
            Array.Find(Needed.Value(response.Users, "users"), user => user is not null && IsOf(user, identifier)) is { } user
                ? Needed.Text(user.Id, "id")
                : throw NoUser(NobodyHasIt));
    }

    /// <summary>Whether the answer is about who was asked for: another server may not know the filter, and answer with anybody.</summary>
    private static bool IsOf(UserItemWire user, string identifier)
    {
        var at = identifier.LastIndexOf('@');
        if (at < 0)
            return Digits(user.Phone) is { Length: > 0 } digits && digits == Digits(identifier);
        // The server writes the domain as browsers do, so that one beyond ASCII comes back changed.
        var same = identifier.All(char.IsAscii) ? identifier : identifier[..(at + 1)];
        return user.Email?.StartsWith(same, StringComparison.OrdinalIgnoreCase) == true
            && (same.Length < identifier.Length || user.Email.Length == identifier.Length);
    }

    private static string Digits(string? number) => string.Concat((number ?? "").Where(char.IsAsciiDigit));

    private const string NobodyHasIt = "No user has this email address or phone number.";

    private static PassageException NoUser(string sentence) =>
        PassageException.NotFound(PassageErrorCode.UserNotFound, "user_not_found", sentence);
}
