using Microsoft.AspNetCore.Identity;

namespace OpenPassage.Benchmarks.Core;

internal sealed class MemoryUser
{
    public required string Id { get; init; }

    public required string? Name { get; set; }

    public string? NormalizedName { get; set; }

    public List<UserPasskeyInfo> Passkeys { get; } = [];
}

/// <summary>Users of ASP.NET Core Identity in a dictionary.</summary>
internal sealed class MemoryUserStore : IUserPasskeyStore<MemoryUser>
{
    private readonly Dictionary<string, MemoryUser> users = [];

    public Task<IdentityResult> CreateAsync(MemoryUser user, CancellationToken cancellationToken)
    {
        users.Add(user.Id, user);
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<IdentityResult> UpdateAsync(MemoryUser user, CancellationToken cancellationToken) =>
        Task.FromResult(IdentityResult.Success);

    public Task<IdentityResult> DeleteAsync(MemoryUser user, CancellationToken cancellationToken)
    {
        users.Remove(user.Id);
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<MemoryUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(users.GetValueOrDefault(userId));

    public Task<MemoryUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(users.Values.FirstOrDefault(user => user.NormalizedName == normalizedUserName));

    public Task<string> GetUserIdAsync(MemoryUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(MemoryUser user, CancellationToken cancellationToken) => Task.FromResult(user.Name);

    public Task<string?> GetNormalizedUserNameAsync(MemoryUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.NormalizedName);

    public Task SetUserNameAsync(MemoryUser user, string? userName, CancellationToken cancellationToken)
    {
        user.Name = userName;
        return Task.CompletedTask;
    }

    public Task SetNormalizedUserNameAsync(MemoryUser user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedName = normalizedName;
        return Task.CompletedTask;
    }

    public Task AddOrUpdatePasskeyAsync(MemoryUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        user.Passkeys.RemoveAll(known => known.CredentialId.AsSpan().SequenceEqual(passkey.CredentialId));
        user.Passkeys.Add(passkey);
        return Task.CompletedTask;
    }

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(MemoryUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>(user.Passkeys);

    public Task<MemoryUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(users.Values.FirstOrDefault(user => Find(user, credentialId) is not null));

    public Task<UserPasskeyInfo?> FindPasskeyAsync(MemoryUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(user, credentialId));

    public Task RemovePasskeyAsync(MemoryUser user, byte[] credentialId, CancellationToken cancellationToken)
    {
        user.Passkeys.RemoveAll(known => known.CredentialId.AsSpan().SequenceEqual(credentialId));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }

    // A loop, not a query: the peer is to be as quick as it can be.
    private static UserPasskeyInfo? Find(MemoryUser user, byte[] credentialId)
    {
        foreach (var passkey in user.Passkeys)
        {
            if (passkey.CredentialId.AsSpan().SequenceEqual(credentialId))
                return passkey;
        }

        return null;
    }
}
