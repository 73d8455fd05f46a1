using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>A user's passkeys as options name them (§5.8.3).</summary>
internal static class Descriptors
{
    public static IReadOnlyList<CredentialDescriptor> Of(IReadOnlyList<Passkey> passkeys) =>
        [.. passkeys.Select(passkey => new CredentialDescriptor(passkey.Record.Id, passkey.Record.Transports))];
}
