using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>A backend lets its user make a passkey (<c>transaction_id</c> of the register calls).</summary>
internal sealed record RegisterTransaction(
    TicketId Id, DateTimeOffset ExpiresAt, string UserId, UserHandle UserHandle, string ExternalId, string PasskeyDisplayName)
    : ITicket<RegisterTransaction>
{
    public static byte Purpose => 0;

    public static RegisterTransaction Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt)
        => new(id, expiresAt, ticket.Text(), new(ticket.Bytes()), ticket.Text(), ticket.Text());

    public void Write(TicketWriter ticket) => ticket.Text(UserId).Bytes(UserHandle.Bytes).Text(ExternalId).Text(PasskeyDisplayName);
}
