using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// A sign-in that the browser has started (<c>handshake.id</c>); without transaction, user and handle it is a discoverable one.
/// </summary>
internal sealed record AuthenticationHandshake(
    TicketId Id,
    DateTimeOffset ExpiresAt,
    TicketId? Transaction,
    string? UserId,
    UserHandle? UserHandle,
    Challenge Challenge,
    string? Origin,
    bool UserVerificationRequired) : ITicket<AuthenticationHandshake>
{
    public static byte Purpose => 3;

    public static AuthenticationHandshake Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt) => new(
        id,
        expiresAt,
        ticket.Flag() ? ticket.Id() : null,
        ticket.MaybeText(),
        ticket.Flag() ? new UserHandle(ticket.Bytes()) : null,
        new(ticket.Bytes()),
        ticket.MaybeText(),
        ticket.Flag());

    public void Write(TicketWriter ticket) => ticket
        .Maybe(Transaction, static (t, transaction) => t.Id(transaction))
        .MaybeText(UserId)
        .Maybe(UserHandle, static (t, handle) => t.Bytes(handle.Bytes))
        .Bytes(Challenge.Bytes)
        .MaybeText(Origin)
        .Flag(UserVerificationRequired);
}
