using System.Globalization;

namespace OpenPassage.Server.Idna;

/// <summary>
/// What domain names need to know of Unicode's characters. A list of our own, made by <c>tools/lists</c>, so that a name is the same
/// on every machine, whichever ICU it has or none (decision 17). Read when the first name beyond ASCII is.
/// </summary>
internal sealed class UnicodeTable
{
    private static readonly Lazy<UnicodeTable> Once = new(() => new());

    private readonly Ranges mapping = new();
    private readonly Ranges classes = new();
    private readonly Ranges marks = new();
    private readonly Ranges joining = new();
    private readonly Ranges bidi = new();
    private readonly Dictionary<int, int[]> parts = [];
    private readonly Dictionary<(int, int), int> whole = [];

    private UnicodeTable()
    {
        using var reader = new StreamReader(typeof(UnicodeTable).Assembly.GetManifestResourceStream("lists/Unicode")!);
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                section = line[1..].Split(':')[0].Trim();
            else if (section == "parts")
                AddParts(line.Split(' '));
            else
                Of(section).Add(line);
        }
    }

    public static UnicodeTable Current => Once.Value;

    /// <summary>What stands for the code point in a name (UTS 46 §4): itself, others or none; null: it is forbidden.</summary>
    public int[]? Mapped(int point)
    {
        if (mapping.Find(point, out var first) is not { } value)
            return null;
        if (value.Length == 0)
            return [point];
        if (value == "-")
            return [];
        var others = value.Split(' ');
        return others is [var one] ? [FromHex(one) + point - first] : [.. others.Select(FromHex)];
    }

    /// <summary>Whether a name may have the code point as it is.</summary>
    public bool IsValid(int point) => mapping.Find(point, out _) is "";

    /// <summary>The canonical combining class.</summary>
    public int ClassOf(int point) => classes.Find(point, out _) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>The canonical decomposition, one step; null: there is none.</summary>
    public int[]? PartsOf(int point) => parts.GetValueOrDefault(point);

    /// <summary>What two code points are composed to; null: nothing.</summary>
    public int? WholeOf(int first, int second) => whole.TryGetValue((first, second), out var point) ? point : null;

    public bool IsMark(int point) => marks.Find(point, out _) is not null;

    /// <summary>The joining type: L, R, D or T; empty for the others.</summary>
    public string JoiningOf(int point) => joining.Find(point, out _) ?? "";

    /// <summary>The bidirectional class.</summary>
    public string BidiOf(int point) => bidi.Find(point, out _) ?? "L";

    private Ranges Of(string section) => section switch
    {
        "mapping" => mapping,
        "class" => classes,
        "mark" => marks,
        "joining" => joining,
        "bidi" => bidi,
        _ => throw new InvalidOperationException($"The list has a section that is not known: {section}."),
    };

    private void AddParts(string[] words)
    {
        var composes = words[^1] != "!";
        int[] points = [.. words.Where(word => word != "!").Select(FromHex)];
        parts[points[0]] = points[1..];
        if (composes)
            whole[(points[1], points[2])] = points[0];
    }

    private static int FromHex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Runs of code points with a value each, in order: lines <c>FIRST[-LAST][ VALUE]</c>.</summary>
    private sealed class Ranges
    {
        private readonly List<int> firsts = [];
        private readonly List<(int Last, string Value)> rest = [];

        public void Add(string line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var ends = (space < 0 ? line : line[..space]).Split('-');
            firsts.Add(FromHex(ends[0]));
            rest.Add((FromHex(ends[^1]), space < 0 ? "" : string.Intern(line[(space + 1)..])));
        }

        public string? Find(int point, out int first)
        {
            var at = firsts.BinarySearch(point);
            at = at < 0 ? ~at - 1 : at;
            first = at < 0 ? 0 : firsts[at];
            return at >= 0 && point <= rest[at].Last ? rest[at].Value : null;
        }
    }
}
