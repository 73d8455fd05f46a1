using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace OpenPassage.Fuzz.Tests.Mutation;

/// <summary>Edits of JSON text by its tokens.</summary>
internal static class JsonEdits
{
    // JSON by itself, so that the text around it can still be read.
    private static readonly string[] values =
    [
        "null", "true", "false", "0", "-1", "1", "1.5", "1e400", "-0", "4294967296", "9223372036854775808", "\"\"", "\"A\"",
        "\"AA==\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\ufeff\"", "[]", "{}", "[null]", "[[]]", "[{}]",
        "[\"\"]", "{\"a\":null}", "{\"\":0,\"\":0}", "{\"rk\":1}", "\"public-key\"", "\"none\"",
    ];

    private static readonly string[] noValues =
        ["NaN", "'a'", "undefined", "// comment\n0", "/**/1", "1 2", "\"\t\"", "\"", "", "\"\\x\"", "01", "[1,]"];

    private static readonly string[] names =
        ["\\ud800", "\\u0074ype", "t\\u0079pe", "type", "id", "response", "__proto__", "\\u0000", "", "challenge\\ud83d"];

    /// <summary>A name, or a value with all that is in it.</summary>
    private sealed record Token(int Start, int End, JsonTokenType Type);

    /// <summary>Null for what is no JSON object.</summary>
    public static byte[]? Try(Random random, byte[] text, int nesting)
    {
        if (text.Length < 2 || text[0] != '{' || Tokens(text) is not { } tokens)
            return null;
        var index = random.Next(tokens.Count);
        var token = tokens[index];
        byte[] Replace(int start, int end, ReadOnlySpan<byte> with) => [.. text.AsSpan(0, start), .. with, .. text.AsSpan(end)];

        if (token.Type == JsonTokenType.PropertyName)
        {
            var end = tokens[index + 1].End;
            var isLast = text.AsSpan(end).TrimStart(" \r\n"u8) is not [(byte)',', ..];
            return random.Next(4) switch
            {
                0 => Replace(token.Start, token.End, Encoding.UTF8.GetBytes($"\"{names[random.Next(names.Length)]}\"")),
                1 => Replace(token.Start, token.Start, [.. text[token.Start..end], (byte)',']),
                2 => isLast ? Replace(token.Start, end, "\"\":0"u8) : Replace(token.Start, end + 1, []),
                _ => Replace(token.Start, token.End, Escape(text.AsSpan(token.Start, token.End - token.Start), random)),
            };
        }
        if (token.Type == JsonTokenType.String && random.Next(4) != 0)
            return Replace(token.Start, token.End, EditString(random, text[(token.Start + 1)..(token.End - 1)], nesting));
        var (value, other) = (text[token.Start..token.End], tokens[random.Next(tokens.Count)]);
        return random.Next(12) switch
        {
            0 => Replace(token.Start, token.Start, Encoding.UTF8.GetBytes(Nest(random))),
            1 => Replace(token.Start, token.End, Encoding.UTF8.GetBytes(noValues[random.Next(noValues.Length)])),
            2 => Replace(0, 0, "\ufeff"u8),
            3 => Replace(token.Start, token.Start, " \t\r\n"u8),
            4 => Replace(token.End, token.End, ","u8),
            5 => Replace(token.Start, token.End, [(byte)'[', .. value, (byte)',', .. value, (byte)']']),
            6 => Replace(token.Start, token.End, text.AsSpan(other.Start, other.End - other.Start)),
            _ => Replace(token.Start, token.End, Encoding.UTF8.GetBytes(values[random.Next(values.Length)])),
        };
    }

    private static byte[] EditString(Random random, byte[] inside, int nesting)
    {
        byte[] edited;
        if (random.Next(6) == 0)
            edited = Escape(inside, random);
        else if (inside.Length >= 8 && random.Next(8) != 0 && Mutator.TryDecode(inside) is { } decoded)
            edited = Base64Url.EncodeToUtf8(Mutator.Edit(random, decoded, inside, nesting + 1));
        else
            edited = ByteEdits.Edit(random, inside, inside);
        return [(byte)'"', .. edited, (byte)'"'];
    }

    private static string Nest(Random random)
    {
        var levels = random.Next(1, random.Next(4) == 0 ? 3000 : 40);
        return random.Next(3) switch
        {
            0 => new string('[', levels),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", levels)),
            _ => $"{new string('[', levels)}0{new string(']', levels)},",
        };
    }

    /// <summary>Writes one character as its escape, which means the same.</summary>
    private static byte[] Escape(ReadOnlySpan<byte> text, Random random)
    {
        if (text.Length < 3)
            return text.ToArray();
        var at = random.Next(1, text.Length - 1);
        return [.. text[..at], .. Encoding.ASCII.GetBytes($"\\u{text[at]:x4}"), .. text[(at + 1)..]];
    }

    private static List<Token>? Tokens(byte[] text)
    {
        var tokens = new List<Token>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            while (reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(tokens.Count);
                        tokens.Add(new(start, text.Length, reader.TokenType));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var opened = open.Pop();
                        tokens[opened] = tokens[opened] with { End = start + 1 };
                        break;
                    case JsonTokenType.PropertyName or JsonTokenType.String:
                        tokens.Add(new(start, start + reader.ValueSpan.Length + 2, reader.TokenType));
                        break;
                    default:
                        tokens.Add(new(start, (int)reader.BytesConsumed, reader.TokenType));
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        return tokens;
    }
}
