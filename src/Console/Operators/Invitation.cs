using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Values;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>An invitation that nobody has used yet, as the list shows it.</summary>
internal sealed record OpenInvitation(string Id, string Name, OperatorRole Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>
/// A link that lets one person make one passkey. It is <c>opi_</c>, an id and 256 random bits; kept is its hash alone. It travels
/// behind the <c>#</c> of an address, which browsers send to no server and write into no log.
/// </summary>
internal sealed record Invitation(string Id, byte[] Hash, string? Name, OperatorRole Role, DateTimeOffset ExpiresAt)
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const string Prefix = "opi";
    private const int IdLength = 16;
    private const int SecretLength = 43;

    /// <summary>For the first operator of all, who chooses a name.</summary>
    public bool IsFirst => Name is null;

    /// <summary>What is spent when it is used: one ticket, however many ceremonies were begun with it.</summary>
    public TicketId Ticket => new(Hash.AsSpan(0, TicketId.Length));

    /// <summary>A new token. This is the only time that it exists in clear.</summary>
    public static (string Id, string Token) Make()
    {
        var id = RandomNumberGenerator.GetString(Ids.LettersAndDigits, IdLength);
        return (id, $"{Prefix}_{id}_{RandomNumberGenerator.GetString(Ids.LettersAndDigits, SecretLength)}");
    }

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The id in what somebody shows; whether the rest is right is not known yet.</summary>
    public static bool TryReadId(string? token, [NotNullWhen(true)] out string? id)
    {
        id = token is { Length: 3 + 1 + IdLength + 1 + SecretLength } && token.Split('_') is [Prefix, { Length: IdLength } named, _]
            ? named
            : null;
        return id is not null;
    }

    /// <summary>Whether somebody shows this very link; in constant time.</summary>
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(Hash, HashOf(token));
}
