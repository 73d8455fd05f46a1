using System.Globalization;
using System.Text.Unicode;

namespace OpenPassage.Server.Http;

/// <summary>
/// Whether a body is text at all, asked before it is read as JSON: JSON can write down half of a character (<c>"\ud800"</c>), and
/// what reads such a string later throws where nobody expects it.
/// </summary>
internal static class JsonBytes
{
    private const int EscapeLength = 6;

    /// <summary>Whether they are UTF-8, and every half of a character that is escaped has its other half.</summary>
    public static bool AreText(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            return false;
        while (utf8.IndexOf((byte)'\\') is var at and >= 0)
        {
            utf8 = utf8[at..];
            if (!TryReadEscape(utf8, out var unit))
            {
                // Of two characters, or cut off, or none that JSON has: then the parser says so.
                utf8 = utf8[Math.Min(2, utf8.Length)..];
                continue;
            }

            utf8 = utf8[EscapeLength..];
            if (!char.IsSurrogate(unit))
                continue;
            if (char.IsLowSurrogate(unit) || !TryReadEscape(utf8, out var second) || !char.IsLowSurrogate(second))
                return false;
            utf8 = utf8[EscapeLength..];
        }

        return true;
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> utf8, out char unit)
    {
        unit = default;
        if (utf8 is not [(byte)'\\', (byte)'u', _, _, _, _, ..]
            || !ushort.TryParse(utf8[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        unit = (char)value;
        return true;
    }
}
