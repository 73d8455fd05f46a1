namespace OpenPassage.Server.Idna;

/// <summary>
/// Normalization Form C (Unicode chapter 3.11): an <c>u</c> with a combining diaeresis is <c>ü</c>. The framework's own does nothing
/// without ICU.
/// </summary>
internal static class Nfc
{
    // Hangul syllables are composed by arithmetic (3.12).
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int FirstTrail = 0x11A7;
    private const int FirstSyllable = 0xAC00;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    public static List<int> Normalize(IEnumerable<int> points)
    {
        var table = UnicodeTable.Current;
        var taken = new List<int>();
        foreach (var point in points)
            TakeApart(point, table, taken);
        Order(taken, table);
        return Compose(taken, table);
    }

    private static void TakeApart(int point, UnicodeTable table, List<int> taken)
    {
        if (point - FirstSyllable is >= 0 and < Leads * Vowels * Trails and var syllable)
        {
            taken.Add(FirstLead + (syllable / (Vowels * Trails)));
            taken.Add(FirstVowel + (syllable / Trails % Vowels));
            if (syllable % Trails > 0)
                taken.Add(FirstTrail + (syllable % Trails));
        }
        else if (table.PartsOf(point) is { } parts)
        {
            foreach (var part in parts)
                TakeApart(part, table, taken);
        }
        else
        {
            taken.Add(point);
        }
    }

    /// <summary>Marks behind one letter stand in the order of their classes.</summary>
    private static void Order(List<int> points, UnicodeTable table)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            while (end < points.Count && table.ClassOf(points[end]) > 0)
                end++;
            if (end - start > 1)
                points.Replace(start, [.. points[start..end].OrderBy(table.ClassOf)]);
            start = end;
        }
    }

    private static void Replace(this List<int> points, int start, int[] by)
    {
        for (var i = 0; i < by.Length; i++)
            points[start + i] = by[i];
    }

    private static List<int> Compose(List<int> points, UnicodeTable table)
    {
        var composed = new List<int>();
        var starter = -1;
        foreach (var point in points)
        {
            var ofPoint = table.ClassOf(point);
            // Nothing in between may have the same class or a higher one, nor be a letter of its own.
            var before = composed.Count - 1 > starter ? table.ClassOf(composed[^1]) : -1;
            if (starter >= 0 && before < ofPoint && Whole(composed[starter], point, table) is { } whole)
            {
                composed[starter] = whole;
                continue;
            }

            if (ofPoint == 0)
                starter = composed.Count;
            composed.Add(point);
        }

        return composed;
    }

    private static int? Whole(int first, int second, UnicodeTable table)
    {
        if (first - FirstLead is >= 0 and < Leads and var lead && second - FirstVowel is >= 0 and < Vowels and var vowel)
            return FirstSyllable + (((lead * Vowels) + vowel) * Trails);
        if (first - FirstSyllable is >= 0 and < Leads * Vowels * Trails and var syllable && syllable % Trails == 0
            && second - FirstTrail is > 0 and < Trails and var trail)
            return FirstSyllable + syllable + trail;
        return table.WholeOf(first, second);
    }
}
