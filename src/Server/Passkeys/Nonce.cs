using System.Text.Json.Serialization;
using OpenPassage.Server.Sealing;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>The browser's proof for its backend that this user's ceremony has just succeeded.</summary>
/// <param name="Id">It is spent once.</param>
/// <param name="ExpiresAt">It is good until then.</param>
/// <param name="UserId">Whose ceremony.</param>
/// <param name="CredentialId">The passkey that was made or used.</param>
/// <param name="Proof">What was proved; null: a node of an earlier version made it, which did not say.</param>
internal sealed record Nonce(TicketId Id, DateTimeOffset ExpiresAt, string UserId, CredentialId CredentialId, Proof? Proof = null)
    : ITicket<Nonce>
{
    public static byte Purpose => 4;

    public static Nonce Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt)
        => new(id, expiresAt, ticket.Text(), new(ticket.Bytes()), ticket.AtEnd ? null : Proof.Read(ref ticket));

    public void Write(TicketWriter ticket)
    {
        ticket.Text(UserId).Bytes(CredentialId.Bytes);
        // A node of an earlier version passes over what follows, and writes none.
        Proof?.Write(ticket);
    }
}

/// <summary>What a ceremony has proved, for the backend to judge by.</summary>
/// <param name="Ceremony">Which.</param>
/// <param name="UserPresent">Whether somebody was there.</param>
/// <param name="UserVerified">Whether the authenticator knows that it was the user.</param>
/// <param name="Activates">Whether the passkey is inactive until the nonce is verified.</param>
/// <param name="At">When it succeeded.</param>
/// <param name="DeviceId">The passkey, as lists name it.</param>
/// <param name="Origin">Where it ran, as client data says it.</param>
internal sealed record Proof(
    ProvenCeremony Ceremony, bool UserPresent, bool UserVerified, bool Activates, DateTimeOffset At, string DeviceId, string Origin)
{
    public static Proof Read(ref TicketReader ticket) => new(
        (ProvenCeremony)ticket.Byte(), ticket.Flag(), ticket.Flag(), ticket.Flag(), ticket.Time(), ticket.Text(), ticket.Text());

    public void Write(TicketWriter ticket) => ticket
        .Byte((byte)Ceremony)
        .Flag(UserPresent)
        .Flag(UserVerified)
        .Flag(Activates)
        .Time(At)
        .Text(DeviceId)
        .Text(Origin);
}

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
