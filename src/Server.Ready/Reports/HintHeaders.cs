namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// Client hints as they stand in headers: structured fields (RFC 9651), of which these need strings and lists of strings with a parameter
/// <c>v</c>. What is written in another way says nothing.
/// </summary>
internal static class HintHeaders
{
    /// <summary>A string such as <c>"Windows"</c>; null: it is none, or empty.</summary>
    public static string? Text(string? header)
        => header is not null && TryReadString(header.AsSpan().Trim(), out var text, out var rest) && rest.IsEmpty && text.Length > 0
            ? text
            : null;

    /// <summary>A list such as <c>"Chromium";v="130", "Google Chrome";v="130"</c>, as far as it can be read.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Brands(string? header, int most)
    {
        List<KeyValuePair<string, string>> brands = [];
        var rest = header.AsSpan().Trim();
        while (brands.Count < most && TryReadString(rest, out var brand, out rest))
        {
            if (!rest.StartsWith(";v=") || !TryReadString(rest[3..], out var version, out rest))
                break;
            brands.Add(new(brand, version));
            rest = rest.TrimStart();
            if (rest is not [',', ..])
                break;
            rest = rest[1..].TrimStart();
        }

        return brands;
    }

    private static bool TryReadString(ReadOnlySpan<char> from, out string text, out ReadOnlySpan<char> rest)
    {
        text = "";
        rest = from;
        if (from is not ['"', ..])
            return false;
        Span<char> read = from.Length <= 1000 ? stackalloc char[from.Length] : new char[from.Length];
        var length = 0;
        for (var i = 1; i < from.Length; i++)
        {
            switch (from[i])
            {
                case '"':
                    text = new(read[..length]);
                    rest = from[(i + 1)..];
                    return true;
                case '\\' when i + 1 < from.Length && from[i + 1] is '"' or '\\':
                    read[length++] = from[++i];
                    break;
                case < ' ' or > '~' or '\\':
                    return false;
                default:
                    read[length++] = from[i];
                    break;
            }
        }

        return false;
    }
}
