using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace OpenPassage.Complete;

/// <summary>
/// A JSON Web Token in its compact form (RFC 7515 §7.1, RFC 7519), taken apart and not yet believed. Only the one kind that Passage makes
/// is one: the algorithm is ours to choose, not the token's, and a key that a header brings along is not looked at.
/// </summary>
internal sealed record Jwt(string KeyId, byte[] Signed, byte[] Signature, byte[] Payload)
{
    // A token of Passage's has less than a thousand characters.
    private const int MostCharacters = 8192;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    /// <summary>False: it is no token of this kind, whoever signed it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Jwt? jwt)
    {
        jwt = null;
        if (text.Length > MostCharacters || text.Split('.') is not [var head, var body, var end])
            return false;
        if (Base64Text.Decode(head) is not { } header || Base64Text.Decode(body) is not { } payload
            || Base64Text.Decode(end) is not { } signature)
            return false;
        using var json = ParseObject(header);
        if (json?.RootElement is not { } members
            || TextOf(members, "alg") != "RS256"
            || TextOf(members, "typ") != "JWT"
            // RFC 7515 §4.1.11: who does not know an extension must refuse it, and there is none that we know.
            || members.TryGetProperty("crit", out _)
            || TextOf(members, "kid") is not { Length: > 0 } keyId)
            return false;
        jwt = new(keyId, Encoding.ASCII.GetBytes(text, 0, head.Length + 1 + body.Length), signature, payload);
        return true;
    }

    /// <summary>Null: it is no JSON object.</summary>
    public static JsonDocument? ParseObject(byte[] utf8)
    {
        try
        {
            var json = JsonDocument.Parse(utf8, Shallow);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null: there is no such member, or it is no text.</summary>
    public static string? TextOf(JsonElement json, string member)
    {
        try
        {
            return json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped.
            return null;
        }
    }
}

/// <summary>Base64url without padding (RFC 7515 §2), strictly: one text for the same bytes.</summary>
internal static class Base64Text
{
    /// <summary>Null: it is none.</summary>
    public static byte[]? Decode(string text)
    {
        Span<char> padded = text.Length <= 1024 ? stackalloc char[text.Length + 3] : new char[text.Length + 3];
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('-' or '_'))
                return null;
            padded[at] = text[at] switch { '-' => '+', '_' => '/', var other => other };
        }
        var length = text.Length;
        while (length % 4 != 0)
            padded[length++] = '=';
        var bytes = new byte[length / 4 * 3];
        if (!Convert.TryFromBase64Chars(padded[..length], bytes, out var written))
            return null;
        var decoded = bytes[..written];
        // Bits that stand for nothing are zero: else several texts would be one token.
        Span<char> again = padded.Length <= 1024 ? stackalloc char[length] : new char[length];
        Convert.TryToBase64Chars(decoded, again, out _);
        return again.SequenceEqual(padded[..length]) ? decoded : null;
    }
}
