using System.Buffers.Text;
using System.Security.Cryptography;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>An operator's stay, from one sign-in to its end.</summary>
internal sealed record Session(
    byte[] Hash, Operator Operator, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset VerifiedAt)
{
    /// <summary>However busy its operator is.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>Without a page.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>How long a passkey's word counts before a step that asks for one.</summary>
    public static readonly TimeSpan Confirmed = TimeSpan.FromMinutes(5);

    /// <summary>Known to the pages of this session alone: a form without it comes from somewhere else.</summary>
    public required string FormToken { get; init; }

    public string IpAddress { get; init; } = "";
    public string UserAgent { get; init; } = "";

    public bool IsOver(DateTimeOffset now) => now >= CreatedAt + Lifetime || now >= LastSeenAt + Idle;

    public bool IsConfirmed(DateTimeOffset now) => now < VerifiedAt + Confirmed;

    /// <summary>What a new cookie holds: 256 random bits.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));

    /// <summary>Follows from the cookie, which scripts cannot read; the cookie does not follow from it.</summary>
    public static string FormTokenOf(string token)
        => Base64Url.EncodeToString(HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token), "form"u8));
}
