using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>
/// A one-time code, as the page that asked for it holds it: sealed. Of the code itself it has a MAC under a secret of the app, and
/// one that fits no code where the message says something else.
/// </summary>
/// <param name="Id">128 random bits: tries are counted by it.</param>
/// <param name="ExpiresAt">The code is good until then.</param>
/// <param name="Mac">Over the id and the code.</param>
/// <param name="To">Whom it was sent to.</param>
/// <param name="MayBegin">Whether whoever enters it gets an account where there is none.</param>
/// <param name="MessageId">By which message.</param>
/// <param name="AskedAt">When it was asked for.</param>
internal sealed record Code(
    TicketId Id, DateTimeOffset ExpiresAt, byte[] Mac, AccountIdentifier To, bool MayBegin, string MessageId, DateTimeOffset AskedAt)
    : ITicket<Code>
{
    /// <summary>In digits.</summary>
    public const int Length = 6;

    public static byte Purpose => 5;

    public static Code Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt)
    {
        var mac = ticket.Bytes().ToArray();
        var to = Identifiers.Of(ticket.Text(), ticket.Text(), ticket.Text());
        return new(id, expiresAt, mac, to, ticket.Flag(), ticket.Text(), ticket.Time());
    }

    public void Write(TicketWriter ticket) => ticket
        .Bytes(Mac)
        .Text(To.Kind.Word).Text(To.Value).Text(To.Given)
        .Flag(MayBegin)
        .Text(MessageId)
        .Time(AskedAt);

    /// <summary>Six digits, each code as likely as any other.</summary>
    public static string NewDigits() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    public static TicketId NewId() => new(RandomNumberGenerator.GetBytes(TicketId.Length));

    public static bool IsCode(string text) => text.Length == Length && text.All(char.IsAsciiDigit);

    public static byte[] MacOf(TicketId id, string digits, byte[] secret)
    {
        byte[] proven = [.. "code"u8, .. id.ToArray(), .. Encoding.ASCII.GetBytes(digits)];
        return HMACSHA256.HashData(secret, proven);
    }

    /// <summary>Whether these are its digits; takes as long either way.</summary>
    public bool Fits(string digits, byte[] secret) => CryptographicOperations.FixedTimeEquals(Mac, MacOf(Id, digits, secret));
}
