using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>
/// What stands for an account that does not exist, where nobody is to learn which do: the same every time it is asked for, on every node,
/// and nothing that tells it from one that does.
/// </summary>
internal sealed class Decoys(AppSecrets secrets)
{
    /// <summary>An id such as users have.</summary>
    public async ValueTask<string> UserIdAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
        => DerivedId.Of(await BytesAsync(app, "user", identifier, cancellationToken));

    /// <summary>The handle that such a user's passkeys would have: as long as any, since sealed state tells how long it is.</summary>
    public async ValueTask<UserHandle> HandleAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
        => new(await BytesAsync(app, "handle", identifier, cancellationToken));

    /// <summary>The passkey that such a user would have.</summary>
    public async ValueTask<CredentialDescriptor> PasskeyAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
        => new(new(await BytesAsync(app, "passkey", identifier, cancellationToken)), ["hybrid", "internal"]);

    private async ValueTask<byte[]> BytesAsync(AppId app, string what, AccountIdentifier identifier, CancellationToken cancellationToken)
        => HMACSHA256.HashData(
            await secrets.GetAsync(app, AppSecrets.OfDecoys, cancellationToken),
            Encoding.UTF8.GetBytes($"{what}\0{identifier.Kind.Word}\0{identifier.Value}"));
}
