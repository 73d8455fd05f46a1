using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>
/// What a page is told of a user before anybody has signed in: what Passage's clients use, and no more. Of its two identifiers it has the
/// one that was asked for; it never has the metadata.
/// </summary>
internal sealed record PublicUser(
    string Id,
    string Email,
    bool EmailVerified,
    string Phone,
    bool PhoneVerified,
    UserState Status,
    JsonElement? UserMetadata,
    [property: JsonPropertyName("webauthn")] bool WebAuthn,
    [property: JsonPropertyName("webauthn_types")] IReadOnlyList<DeviceKind> WebAuthnTypes)
{
    public static PublicUser Of(Account account, AccountIdentifier asked, IReadOnlyList<Passkey> passkeys)
    {
        DeviceKind[] types = [.. passkeys.Where(passkey => passkey.InactiveUntil is null)
            .Select(passkey => Device.Of(passkey).Type)
            .Distinct()];
        return Of(
            account.User.Id, asked, UserItem.StatusOf(account.User.Status), account.Email?.VerifiedAt is not null,
            account.Phone?.VerifiedAt is not null, types);
    }

    /// <summary>Where nobody is to learn which accounts exist: the same for all of them, and for those that do not.</summary>
    public static PublicUser Hidden(string id, AccountIdentifier asked) => Of(id, asked, UserState.Active, false, false, []);

    private static PublicUser Of(
        string id, AccountIdentifier asked, UserState status, bool emailVerified, bool phoneVerified, IReadOnlyList<DeviceKind> types)
    {
        var isEmail = asked.Kind == Identifiers.Email;
        return new(
            id, isEmail ? asked.Value : "", isEmail && emailVerified, isEmail ? "" : asked.Value, !isEmail && phoneVerified, status,
            UserMetadata: null, types is not [], types);
    }
}
