using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OpenPassage.Server.Tests.Http;

/// <summary>What a stranger may send in place of what is expected, for each place where it can stand.</summary>
internal static class HostileBytes
{
    /// <summary>Percent-encoded, for a segment of a path, the value of a query parameter or of a form's field.</summary>
    public static readonly string[] Encoded =
    [
        "%00", "a%00b", "%ED%A0%80", "%ED%B0%80%ED%A0%80", "%FF", "%C3%28", "%u0000", "%EF%BF%BE", "%F0%9F%98%80", "%E2%80%AE",
        "%0D%0Ax:y", "%25", "%5C", "'%22%3B--",
        "-1", "0", "1e400", "99999999999999999999", "-9223372036854775808", "0001-01-01", "9999-12-31",
        "0001-01-01T00%3A00%3A00%2B14%3A00", "9999-12-31T23%3A59%3A59.9999999-14%3A00",
        "%3Clike%3A%00%3E", "%3Cgt%3A%3E", "%3Clt%3A99999999999999999999%3E", new string('a', 3000),
        new string('a', 511) + "%F0%9F%98%80", "%E2%82%AC%E2%82%AC" + new string('%', 1),
    ];

    /// <summary>The worst of them, where there are too many places to try all.</summary>
    public static readonly string[] Worst =
    [
        "a%00b", "%ED%A0%80", "%FF", "%F0%9F%98%80", "-1", "99999999999999999999", new string('a', 3000),
        new string('a', 511) + "%F0%9F%98%80",
    ];

    /// <summary>JSON, in place of one value.</summary>
    public static readonly string[] Json =
    [
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"x\\ud83d\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\uffff\"", "\"\\u202e\"", "\"\"",
        "\" \"", "\"\\n\"",
        "null", "true", "0", "-1", "1.5", "1e400", "-1e400", "99999999999999999999999999", "9223372036854775807", "-9223372036854775808",
        "[]", "[null]", "[\"\\ud800\"]", "[\"\\u0000\"]", "[[]]", "[{}]",
        "[{\"package\":\"\\ud800\",\"certificate_fingerprints\":[\"\\ud800\"]}]", "{}", "{\"\\ud800\":\"\\ud800\"}",
        "{\"enroll\":\"\\ud800\"}", $"{new string('[', 15)}{new string(']', 15)}", $"{new string('[', 5000)}{new string(']', 5000)}",
        $"\"{new string('x', 60_000)}\"", $"\"{new string('x', 511)}\\ud83d\\ude00\"", "\"https://\\ud800.example\"",
        "\"https://\\u0000.example\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
    ];

    /// <summary>Whole bodies.</summary>
    public static readonly byte[][] Bodies =
    [
        [], [0], [0xFF, 0xFE, 0], [0xEF, 0xBB, 0xBF], "{"u8.ToArray(), "null"u8.ToArray(), "[]"u8.ToArray(), "1"u8.ToArray(),
        "\"\\ud800\""u8.ToArray(), "{} {}"u8.ToArray(),
        "{\"\\ud800\":1}"u8.ToArray(), "{\"\\ud800\":1,\"\\ud800\":2}"u8.ToArray(), "{\"a\":1,\"a\":2}"u8.ToArray(),
        "{\"\\u0000\":\"\\u0000\"}"u8.ToArray(), "{/**/}"u8.ToArray(), "{\"a\":NaN}"u8.ToArray(),
        [.. "{\"a\":\""u8, 0xFF, 0xED, 0xA0, 0x80, .. "\"}"u8], [.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8],
        Encoding.UTF8.GetBytes(new string('[', 20_000)), Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 20_000)}"),
        Encoding.Unicode.GetBytes("{}"),
        Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 5000).Select(number => $"\"m{number}\":1"))}}}"),
        Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 1024 * 1024)}\"}}"),
    ];

    /// <summary>A header's bytes. What is forbidden in every header is the web server's to refuse.</summary>
    public static readonly string[] Headers =
    [
        "\u00FF", new string('a', 511) + "\U0001F600", "[::1", "a,b,,c", "\"", "%00", ";;;===", "99999999999999999999",
    ];

    /// <summary>Which headers anything here reads, but for those that decide whether a call is let in.</summary>
    public static readonly string[] OtherHeaderNames =
    [
        "User-Agent", "Accept", "X-Form-Token", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Forwarded-Host",
        "Forwarded",
        "If-None-Match", "If-Modified-Since", "Range", "traceparent", "tracestate", "baggage", "Referer", "Accept-Encoding",
        "Accept-Language", "Access-Control-Request-Method",
        "Access-Control-Request-Headers", "X-HTTP-Method-Override", "Passage-Flex-Version", "App-Identifier", "Device-OS",
        "Device-OS-Version", "Sec-CH-UA", "Sec-CH-UA-Platform", "Sec-CH-UA-Platform-Version",
    ];

    /// <summary>A body with all of a type's members, one of them hostile or there twice.</summary>
    public static IEnumerable<string> BodiesOf(JsonTypeInfo type, Func<JsonPropertyInfo, string> good)
    {
        foreach (var member in type.Properties)
        {
            var others = type.Properties.Where(other => other != member && other.IsRequired)
                .Select(other => $"\"{other.Name}\":{good(other)}")
                .ToList();
            foreach (var value in Json)
                yield return $"{{{string.Join(',', others.Append($"\"{member.Name}\":{value}"))}}}";
            var whole = others.Append($"\"{member.Name}\":{good(member)}").ToList();
            yield return $"{{{string.Join(',', whole.Append($"\"{member.Name}\":\"\\ud800\""))}}}";
            yield return $"{{{string.Join(',', whole.Append("\"\\ud800\":\"\\ud800\""))}}}";
        }
    }

    /// <summary>A body, each of its values in turn, at whatever depth, replaced by each hostile one.</summary>
    public static IEnumerable<string> Bent(JsonObject body)
    {
        foreach (var path in Places(body, []).ToList())
        {
            foreach (var value in Json)
            {
                const string Mark = "here-it-goes";
                var copy = body.DeepClone();
                var parent = path[..^1].Aggregate(copy, (node, step) => step is string name ? node[name]! : node[(int)step]!);
                if (path[^1] is string member)
                    parent[member] = Mark;
                else
                    parent[(int)path[^1]] = Mark;
                yield return copy.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
            }
        }
    }

    private static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        if (path.Length > 0)
            yield return path;
        var children = node switch
        {
            JsonObject members => members.SelectMany(member => Places(member.Value, [.. path, member.Key])),
            JsonArray items => items.SelectMany((item, number) => Places(item, [.. path, number])),
            _ => [],
        };
        foreach (var child in children)
            yield return child;
    }
}
