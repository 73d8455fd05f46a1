using System.Text;

namespace OpenPassage.Server.Idna;

/// <summary>
/// A domain name in ASCII as browsers make it: Unicode's UTS 46 as the URL standard asks for it (non-transitional, hyphens wherever
/// they stand, joiners and directions checked).
/// </summary>
internal static class DomainName
{
    private const string Prefix = "xn--";
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int Virama = 9;

    /// <summary>The name in lower-case ASCII, of whatever length; null when it has what no name may have.</summary>
    public static string? ToAscii(string name)
    {
        var table = UnicodeTable.Current;
        var mapped = new List<int>();
        foreach (var rune in name.EnumerateRunes())
        {
            if (table.Mapped(rune.Value) is not { } points || Array.Exists(points, IsNoNameCharacter))
                return null;
            mapped.AddRange(points);
        }

        var labels = new List<List<int>>();
        foreach (var label in Labels(Nfc.Normalize(mapped)))
        {
            if (Decoded(label) is not { } decoded || !IsValid(decoded, table))
                return null;
            labels.Add(decoded);
        }

        return labels.Any(label => IsRightToLeft(label, table)) && !labels.TrueForAll(label => KeepsDirection(label, table))
            ? null
            : string.Join('.', labels.Select(ToAscii));
    }

    /// <summary>
    /// Whether a name is written as it is meant: each label as it stands in its ASCII or as that decodes, so that nothing in it was
    /// mapped to something else.
    /// </summary>
    public static bool IsAsWritten(string name, string ascii)
    {
        var (written, meant) = (name.Split('.'), ascii.Split('.'));
        return written.Length == meant.Length
            && written.Zip(meant).All(label => label.First == label.Second
                || (Decoded(Points(label.Second)) is { } points && label.First == ToText(points)));
    }

    private static IEnumerable<List<int>> Labels(List<int> points)
    {
        var start = 0;
        for (var end = points.IndexOf('.'); end >= 0; end = points.IndexOf('.', start))
        {
            yield return points[start..end];
            start = end + 1;
        }

        yield return points[start..];
    }

    /// <summary>The label without Punycode; null when it says that it is some and is not.</summary>
    private static List<int>? Decoded(List<int> label)
    {
        var text = ToText(label);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return label;
        // What decodes to ASCII has another name already.
        return Ascii.IsValid(text) && Punycode.Decode(text[Prefix.Length..]) is { } points && points.Exists(point => point > 0x7F)
            ? points
            : null;
    }

    private static string ToAscii(List<int> label)
        => label.TrueForAll(point => point <= 0x7F) ? ToText(label) : Prefix + Punycode.Encode(label);

    private static bool IsValid(List<int> label, UnicodeTable table)
        => label is [] || (!table.IsMark(label[0])
            && label.TrueForAll(point => point != '.' && table.IsValid(point))
            && !ToText(label).StartsWith(Prefix, StringComparison.Ordinal)
            && label.SequenceEqual(Nfc.Normalize(label))
            && JoinsRightly(label, table));

    /// <summary>A joiner without a width stands only where it shows (RFC 5892, A.1 and A.2).</summary>
    private static bool JoinsRightly(List<int> label, UnicodeTable table)
    {
        for (var i = 0; i < label.Count; i++)
        {
            if (label[i] is not (ZeroWidthNonJoiner or ZeroWidthJoiner) || (i > 0 && table.ClassOf(label[i - 1]) == Virama))
                continue;
            if (label[i] == ZeroWidthJoiner
                || !label[..i].Select(table.JoiningOf).Reverse().SkipWhile(type => type == "T").Take(1).Any(type => type is "L" or "D")
                || !label[(i + 1)..].Select(table.JoiningOf).SkipWhile(type => type == "T").Take(1).Any(type => type is "R" or "D"))
                return false;
        }

        return true;
    }

    private static bool IsRightToLeft(List<int> label, UnicodeTable table)
        => label.Exists(point => table.BidiOf(point) is "R" or "AL" or "AN");

    /// <summary>The rule for names that have right-to-left letters (RFC 5893, section 2).</summary>
    private static bool KeepsDirection(List<int> label, UnicodeTable table)
    {
        if (label is [])
            return true;
        var classes = label.ConvertAll(table.BidiOf);
        var last = classes.FindLast(one => one != "NSM");
        return classes[0] switch
        {
            "L" => last is "L" or "EN" && !classes.Exists(one => one is "R" or "AL" or "AN"),
            "R" or "AL" => last is "R" or "AL" or "EN" or "AN"
                && !classes.Contains("L")
                && !(classes.Contains("EN") && classes.Contains("AN")),
            _ => false,
        };
    }

    // Before a mark behind it can make another character of it.
    private static bool IsNoNameCharacter(int point)
        => point <= 0x7F && !char.IsAsciiLetterOrDigit((char)point) && point is not ('-' or '_' or '.');

    private static List<int> Points(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    private static string ToText(List<int> points) => string.Concat(points.Select(point => new Rune(point).ToString()));
}
