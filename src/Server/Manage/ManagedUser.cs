using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Manage;

/// <summary>A user as management lists him.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="ExternalId">Null: the user has none.</param>
/// <param name="Identifiers">The email address and phone number that the user of a Complete app goes by, the oldest first.</param>
/// <param name="Status"><c>active</c>, <c>inactive</c> or <c>pending</c>.</param>
/// <param name="EnrolmentBlocked">May keep and use passkeys, and register no new one.</param>
/// <param name="CreatedAt">When the user was made.</param>
/// <param name="UpdatedAt">When the user was last changed.</param>
/// <param name="LastLoginAt">Null: never.</param>
/// <param name="LoginCount">With all passkeys, revoked ones too.</param>
/// <param name="UserMetadata">An object; null: none.</param>
internal sealed record ManagedUser(
    string Id,
    string? ExternalId,
    IReadOnlyList<ManagedIdentifier> Identifiers,
    string Status,
    bool EnrolmentBlocked,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? LastLoginAt,
    long LoginCount,
    JsonElement? UserMetadata) : IAnswer<ManagedUser>
{
    public static JsonTypeInfo<ManagedUser> Json => ManageWire.Default.ManagedUser;

    /// <summary>What people are shown.</summary>
    [JsonIgnore]
    public string Name { get; init; } = ExternalId ?? Id;

    public static ManagedUser Of(User user, IEnumerable<Identifier> identifiers) => new(
        user.Id,
        user.ExternalId,
        [.. identifiers.Select(one => new ManagedIdentifier(one.Kind, one.Value, one.VerifiedAt))],
        user.Status.ToWord(),
        user.EnrolmentBlocked,
        user.CreatedAt,
        user.UpdatedAt,
        user.LastLoginAt,
        user.LoginCount,
        user.Metadata is null ? null : JsonElement.Parse(user.Metadata))
    {
        Name = user.Name,
    };
}

/// <summary>An email address or a phone number.</summary>
/// <param name="Kind"><c>email</c> or <c>phone</c>.</param>
/// <param name="Value">As it is compared: an address in lower case, a number as E.164 has it.</param>
/// <param name="VerifiedAt">When it was proven to be the user's; null: it was not.</param>
internal sealed record ManagedIdentifier(string Kind, string Value, DateTimeOffset? VerifiedAt);

/// <summary>One passkey of a user.</summary>
/// <param name="Id">The device's id.</param>
/// <param name="CredentialId">In base64url.</param>
/// <param name="Name">What the user calls it.</param>
/// <param name="Type"><c>passkey</c>, <c>security_key</c> or <c>platform</c>.</param>
/// <param name="Provider">Who made it.</param>
/// <param name="Synced">Whether it lives on several devices; null: not known.</param>
/// <param name="BackedUp">Whether it was backed up when last seen.</param>
/// <param name="Transports">How it is reached.</param>
/// <param name="AttestationTrust"><c>none</c>, <c>self</c>, <c>untrusted</c> or <c>anchored</c>; null: not known.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="LastUsedAt">Null: never.</param>
/// <param name="Uses">How many sign-ins.</param>
/// <param name="InactiveUntil">It signs nobody in, and goes then, unless its nonce is verified before; null: it is active.</param>
internal sealed record ManagedDevice(
    string Id,
    string CredentialId,
    string Name,
    string Type,
    DeviceProvider Provider,
    bool? Synced,
    bool BackedUp,
    IReadOnlyList<string> Transports,
    string? AttestationTrust,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    long Uses,
    DateTimeOffset? InactiveUntil)
{
    /// <param name="passkey">Which.</param>
    /// <param name="trust">What its attestation was worth.</param>
    /// <param name="name">What the model or provider is called; null: nobody knows.</param>
    /// <param name="model">What FIDO says of its model, where the server has been given that; its picture is one
    /// for both backgrounds.</param>
    public static ManagedDevice Of(Passkey passkey, string? trust, string? name, MetadataEntry? model = null) => new(
        passkey.DeviceId,
        passkey.Record.Id.ToString(),
        passkey.FriendlyName,
        passkey.Type.ToWord(),
        new(
            passkey.Record.Aaguid.ToString("D"),
            name ?? (model is { Description.Length: > 0 } ? model.Description : null),
            model?.Icon ?? passkey.IconLight,
            model?.Icon ?? passkey.IconDark),
        passkey.Record.BackupEligible,
        passkey.Record.BackupState,
        passkey.Record.Transports,
        trust,
        passkey.CreatedAt,
        passkey.LastLoginAt,
        passkey.UsageCount,
        passkey.InactiveUntil);
}

/// <summary>The model or password manager that holds a passkey. A claim, unless its attestation is anchored.</summary>
internal sealed record DeviceProvider(string Aaguid, string? Name, string? IconLight, string? IconDark);
