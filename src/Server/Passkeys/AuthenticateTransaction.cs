using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>A backend asks its user to sign in (<c>transaction_id</c> of the authenticate calls).</summary>
/// <remarks>Recognized: the backend knows this browser, and advice may use all that is kept of the user's passkeys.</remarks>
internal sealed record AuthenticateTransaction(
    TicketId Id, DateTimeOffset ExpiresAt, string UserId, UserHandle UserHandle, string? PasskeyDisplayName = null,
    bool Recognized = false)
    : ITicket<AuthenticateTransaction>
{
    public static byte Purpose => 1;

    public static AuthenticateTransaction Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt)
        => new(id, expiresAt, ticket.Text(), new(ticket.Bytes()), ticket.MaybeText(), !ticket.AtEnd && ticket.Flag());

    public void Write(TicketWriter ticket)
    {
        ticket.Text(UserId).Bytes(UserHandle.Bytes).MaybeText(PasskeyDisplayName);
        // One that is not is as it always was.
        if (Recognized)
            ticket.Flag(true);
    }
}
