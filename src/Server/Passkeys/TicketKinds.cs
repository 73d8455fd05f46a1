using System.Text.Json.Serialization;
using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>A backend lets its user make a passkey (<c>transaction_id</c> of the register calls).</summary>
internal sealed record RegisterTransaction(
    TicketId Id, DateTimeOffset ExpiresAt, string UserId, UserHandle UserHandle, string ExternalId, string PasskeyDisplayName);

/// <summary>A backend asks its user to sign in (<c>transaction_id</c> of the authenticate calls).</summary>
internal sealed record AuthenticateTransaction(
    TicketId Id, DateTimeOffset ExpiresAt, string UserId, UserHandle UserHandle, string? PasskeyDisplayName = null);

/// <summary>A registration that the browser has started (<c>handshake.id</c>): all that its finish must hold.</summary>
internal sealed record RegistrationHandshake(
    TicketId Id,
    DateTimeOffset ExpiresAt,
    TicketId Transaction,
    DateTimeOffset TransactionExpiresAt,
    string UserId,
    Challenge Challenge,
    string? Origin,
    AuthenticatorAttachment? Attachment,
    bool UserVerificationRequired,
    bool Conditional = false);

/// <summary>A sign-in that the browser has started (<c>handshake.id</c>); without transaction, user and handle it is a discoverable one.</summary>
internal sealed record AuthenticationHandshake(
    TicketId Id,
    DateTimeOffset ExpiresAt,
    TicketId? Transaction,
    string? UserId,
    UserHandle? UserHandle,
    Challenge Challenge,
    string? Origin,
    bool UserVerificationRequired);

/// <summary>The browser's proof for its backend that this user's ceremony has just succeeded.</summary>
/// <param name="Id">It is spent once.</param>
/// <param name="ExpiresAt">It is good until then.</param>
/// <param name="UserId">Whose ceremony.</param>
/// <param name="CredentialId">The passkey that was made or used.</param>
/// <param name="Proof">What was proved; null: a node of an earlier version made it, which did not say.</param>
internal sealed record Nonce(TicketId Id, DateTimeOffset ExpiresAt, string UserId, CredentialId CredentialId, Proof? Proof = null);

/// <summary>What a ceremony has proved, for the backend to judge by.</summary>
/// <param name="Ceremony">Which.</param>
/// <param name="UserPresent">Whether somebody was there.</param>
/// <param name="UserVerified">Whether the authenticator knows that it was the user.</param>
/// <param name="Activates">Whether the passkey is inactive until the nonce is verified.</param>
/// <param name="At">When it succeeded.</param>
/// <param name="DeviceId">The passkey, as lists name it.</param>
/// <param name="Origin">Where it ran, as client data says it.</param>
internal sealed record Proof(
    ProvenCeremony Ceremony, bool UserPresent, bool UserVerified, bool Activates, DateTimeOffset At, string DeviceId, string Origin);

/// <summary>What a nonce comes from. The numbers are sealed into tickets: they stay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProvenCeremony>))]
internal enum ProvenCeremony : byte
{
    /// <summary>A passkey was made with a prompt.</summary>
    [JsonStringEnumMemberName("register")]
    Register = 1,

    /// <summary>A passkey was made in passing: nobody need have been there.</summary>
    [JsonStringEnumMemberName("conditional_create")]
    ConditionalCreate = 2,

    /// <summary>A passkey was used.</summary>
    [JsonStringEnumMemberName("authenticate")]
    Authenticate = 3,
}
