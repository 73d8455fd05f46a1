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
    private static readonly string[] Synced = ["hybrid", "internal"], Fixed = ["internal"], Keys = ["nfc", "usb"];

    /// <summary>
    /// How many bytes the ids of passkeys have, and what goes with them: of password managers and devices as they are today, the more
    /// often the commoner they are. One kind alone would tell an account by every other kind.
    /// </summary>
    private static readonly (int Bytes, string[] Transports)[] Kinds =
    [
        (16, Synced), (16, Synced), (16, Synced), (16, Synced), (16, Synced), (20, Synced), (20, Synced), (20, Synced), (20, Synced),
        (20, Synced), (32, Synced), (32, Fixed), (32, Fixed), (32, Fixed), (48, Keys), (64, Keys),
    ];

    /// <summary>What stands for the account that would go by this identifier.</summary>
    public async ValueTask<Decoy> OfAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(app, AppSecrets.OfDecoys, cancellationToken);
        var passkeys = Of(secret, "passkey", identifier);
        // Some people have two.
        CredentialDescriptor[] both = [Passkey(passkeys, "first"), Passkey(passkeys, "second")];
        // The handle is as long as any: sealed state tells how long it is.
        return new(UserIdOf(secret, identifier), new(Of(secret, "handle", identifier)), passkeys[0] % 8 == 0 ? both : both[..1]);
    }

    /// <summary>Its user's id alone.</summary>
    public async ValueTask<string> UserIdAsync(AppId app, AccountIdentifier identifier, CancellationToken cancellationToken)
        => UserIdOf(await secrets.GetAsync(app, AppSecrets.OfDecoys, cancellationToken), identifier);

    private static string UserIdOf(byte[] secret, AccountIdentifier identifier) => DerivedId.Of(Of(secret, "user", identifier));

    private static byte[] Of(byte[] secret, string what, AccountIdentifier identifier)
        => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{what}\0{identifier.Kind.Word}\0{identifier.Value}"));

    private static CredentialDescriptor Passkey(byte[] seed, string which)
    {
        var bytes = HKDF.Expand(HashAlgorithmName.SHA256, seed, 65, Encoding.UTF8.GetBytes(which));
        var kind = Kinds[bytes[64] % Kinds.Length];
        return new(new(bytes.AsSpan(0, kind.Bytes)), kind.Transports);
    }
}

/// <summary>An account that does not exist.</summary>
/// <param name="UserId">Its user's id.</param>
/// <param name="Handle">The handle that its passkeys would have.</param>
/// <param name="Passkeys">Those that it would have: one or two.</param>
internal sealed record Decoy(string UserId, UserHandle Handle, IReadOnlyList<CredentialDescriptor> Passkeys);
