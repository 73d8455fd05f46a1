using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

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
        var isVerified = (asked.Kind == Identifiers.Email ? account.Email : account.Phone)?.VerifiedAt is not null;
        return Of(
            account.User.Id, asked, account.User.Status, isVerified,
            passkeys.Where(passkey => passkey.InactiveUntil is null).Select(passkey => passkey.Type));
    }

    public static PublicUser Of(IdentifierOffer offer, AccountIdentifier asked)
        => Of(offer.User.Id, asked, offer.User.Status, offer.IsVerified, offer.Types);

    /// <summary>
    /// Where nobody is to learn which accounts exist: the same for all of them, and for those that do not. Pending, since Passage's
    /// elements let nobody sign up who is active, and whoever is pending both sign up and in.
    /// </summary>
    public static PublicUser Hidden(string id, AccountIdentifier asked) => Of(id, asked, UserStatus.Pending, isVerified: false, []);

    private static PublicUser Of(string id, AccountIdentifier asked, UserStatus status, bool isVerified, IEnumerable<DeviceType> passkeys)
    {
        var isEmail = asked.Kind == Identifiers.Email;
        DeviceKind[] types = [.. passkeys.Select(Device.KindOf).Distinct()];
        return new(
            id, isEmail ? asked.Value : "", isEmail && isVerified, isEmail ? "" : asked.Value, !isEmail && isVerified,
            UserItem.StatusOf(status), UserMetadata: null, types is not [], types);
    }
}
