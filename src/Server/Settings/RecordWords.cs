using System.Buffers;
using System.Text.RegularExpressions;

namespace OpenPassage.Server.Settings;

/// <summary>
/// Words in one text, with blanks, <c>=</c> or commas between them. A word that has one of these in it, or begins with a quote, stands in
/// quotes, and quotes in it are doubled.
/// </summary>
internal static partial class RecordWords
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" =,");

    public static string Join(char separator, IEnumerable<string> words) => string.Join(separator, words.Select(
        word => word is ['"', ..] || word.AsSpan().ContainsAny(Separators)
            ? $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : word));

    public static string[] Split(string text)
        => [.. Word().Matches(text).Select(match => match.Groups["quoted"] is { Success: true } quoted
            ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
            : match.Value)];

    [GeneratedRegex("""
        "(?<quoted>([^"]|"")*)"|[^ =,]+
        """, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
