using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OpenPassage.WebAuthn.Data;

/// <summary>How JSON from strangers is read: from spans, bounded in depth, strings as UTF-8, bytes as base64url.</summary>
internal static class JsonInput
{
    private static readonly SearchValues<byte> base64Url =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>A reader at the start, past a byte order mark.</summary>
    public static Utf8JsonReader Open(ReadOnlySpan<byte> utf8Json)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (utf8Json.StartsWith(mark))
            utf8Json = utf8Json[mark.Length..];
        return new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = 16 });
    }

    /// <summary>The value's text as UTF-8, a slice unless it has escapes.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="isText">False when the value is not a string, or not UTF-8.</param>
    public static ReadOnlySpan<byte> ReadText(scoped ref Utf8JsonReader reader, out bool isText)
    {
        isText = false;
        if (reader.TokenType != JsonTokenType.String || !Utf8.IsValid(reader.ValueSpan))
            return default;
        isText = true;
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var unescaped = new byte[reader.ValueSpan.Length];
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }

    /// <summary>What the reader throws on text it cannot read: an escaped half of a surrogate pair is not a JsonException.</summary>
    public static bool IsUnreadable(Exception exception) => exception is JsonException or InvalidOperationException;

    /// <summary>
    /// Decodes base64url, which may be padded as far as RFC 4648 §5 pads it. Null for anything else, and for more than
    /// <paramref name="maxLength"/> bytes.
    /// </summary>
    public static byte[]? Decode(ReadOnlySpan<byte> text, int maxLength)
    {
        text = WithoutPadding(text);
        // The framework's decoder also takes white space, and padding of other lengths.
        if (text.ContainsAnyExcept(base64Url) || text.Length % 4 == 1 || Base64Url.GetMaxDecodedLength(text.Length) > maxLength)
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        // TryDecodeFromUtf8 throws where unused bits are set; this overload says so.
        return Base64Url.DecodeFromUtf8(text, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }

    /// <summary>Why a member does not decode; base64 in the standard alphabet has a sentence of its own.</summary>
    public static Rejection Undecoded(ReadOnlySpan<byte> text, string member) =>
        text.ContainsAny((byte)'+', (byte)'/') ? Rejection.ClassicBase64(member) : Rejection.MalformedResponse;

    // WebAuthn uses no padding (§5.1), but many serializers add it, and they mean the same bytes.
    private static ReadOnlySpan<byte> WithoutPadding(ReadOnlySpan<byte> text) =>
        text.Length % 4 != 0 || !text.EndsWith("="u8) ? text : text.EndsWith("=="u8) ? text[..^2] : text[..^1];
}
