using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

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
    bool Conditional = false) : ITicket<RegistrationHandshake>
{
    public static byte Purpose => 2;

    public static RegistrationHandshake Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt) => new(
        id,
        expiresAt,
        ticket.Id(),
        ticket.Time(),
        ticket.Text(),
        new(ticket.Bytes()),
        ticket.MaybeText(),
        ticket.Flag() ? (AuthenticatorAttachment)ticket.Byte() : null,
        ticket.Flag(),
        ticket.Flag());

    public void Write(TicketWriter ticket) => ticket
        .Id(Transaction)
        .Time(TransactionExpiresAt)
        .Text(UserId)
        .Bytes(Challenge.Bytes)
        .MaybeText(Origin)
        .Maybe(Attachment, static (t, attachment) => t.Byte((byte)attachment))
        .Flag(UserVerificationRequired)
        .Flag(Conditional);
}
