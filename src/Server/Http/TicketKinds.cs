using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Http;

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
internal sealed record Nonce(TicketId Id, DateTimeOffset ExpiresAt, string UserId, CredentialId CredentialId);
