using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Store;

/// <summary>The users of every app.</summary>
internal sealed class UserStore
{
    /// <summary>The user with this external id, made when there is none.</summary>
    public ValueTask<User> CreateOrGetAsync(AppId app, string externalId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask<User?> GetByExternalIdAsync(AppId app, string externalId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask<User?> GetAsync(AppId app, string userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask<UserPage> ListAsync(AppId app, UserQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>False when there is no such user.</summary>
    public ValueTask<bool> SetStatusAsync(AppId app, string userId, UserStatus status, CancellationToken cancellationToken) => throw new NotImplementedException();
}
