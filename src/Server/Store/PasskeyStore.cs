using OpenPassage.Server.Apps;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Store;

/// <summary>The passkeys of every app.</summary>
internal sealed class PasskeyStore
{
    public ValueTask<Passkey?> FindAsync(AppId app, CredentialId credential, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A user's passkeys, oldest first.</summary>
    public ValueTask<IReadOnlyList<Passkey>> ListAsync(AppId app, string userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Spends the transaction, keeps the passkey and writes the event: all or nothing.</summary>
    public ValueTask<RegistrationOutcome> SaveRegistrationAsync(RegistrationToSave registration, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Spends the ticket, updates the passkey's counters and writes the event: all or nothing.</summary>
    public ValueTask<AuthenticationOutcome> SaveAuthenticationAsync(AuthenticationToSave authentication, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes a user's passkey; its sign-ins stay counted. False when the user has no such passkey.</summary>
    public ValueTask<bool> RevokeAsync(AppId app, string userId, string deviceId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
