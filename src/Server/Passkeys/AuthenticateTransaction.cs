using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>A backend asks its user to sign in (<c>transaction_id</c> of the authenticate calls).</summary>
internal sealed record AuthenticateTransaction(
    TicketId Id, DateTimeOffset ExpiresAt, string UserId, UserHandle UserHandle, string? PasskeyDisplayName = null)
    : ITicket<AuthenticateTransaction>
{
    public static byte Purpose => 1;

    public static AuthenticateTransaction Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt)
        => new(id, expiresAt, ticket.Text(), new(ticket.Bytes()), ticket.MaybeText());

    public void Write(TicketWriter ticket) => ticket.Text(UserId).Bytes(UserHandle.Bytes).MaybeText(PasskeyDisplayName);
}
