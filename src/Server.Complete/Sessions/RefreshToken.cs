using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Sessions;

/// <summary>
/// A refresh token: which session, which generation, and a MAC over both with a secret of the app. Nothing of it is kept, and one
/// generation has one token: whoever may have it gets the same.
/// </summary>
/// <param name="SessionId">24 letters and digits.</param>
/// <param name="Generation">From 1.</param>
internal readonly record struct RefreshToken(string SessionId, long Generation)
{
    /// <summary>In characters.</summary>
    public const int Length = 92;

    private const byte Version = 1;

    // Filled up to a multiple of three bytes: then no two texts stand for one token.
    private const int Start = 5;
    private const int HeadLength = Start + Ids.Length + sizeof(long);
    private const int MacLength = HMACSHA256.HashSizeInBytes;

    /// <summary>As clients keep it.</summary>
    public string Write(ReadOnlySpan<byte> secret)
    {
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        bytes.Clear();
        bytes[0] = Version;
        Encoding.ASCII.GetBytes(SessionId, bytes[Start..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(HeadLength - sizeof(long))..], Generation);
        HMACSHA256.HashData(secret, bytes[..HeadLength], bytes[HeadLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False: it was not made with this secret, or is no token at all.</summary>
    public static bool TryRead(string text, ReadOnlySpan<byte> secret, [NotNullWhen(true)] out RefreshToken? token)
    {
        token = null;
        Span<byte> bytes = stackalloc byte[HeadLength + MacLength];
        if (text.Length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != bytes.Length)
            return false;
        Span<byte> mac = stackalloc byte[MacLength];
        HMACSHA256.HashData(secret, bytes[..HeadLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[HeadLength..]) || bytes[0] != Version)
            return false;
        token = new(
            Encoding.ASCII.GetString(bytes[Start..(Start + Ids.Length)]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[(HeadLength - sizeof(long))..]));
        return true;
    }
}
