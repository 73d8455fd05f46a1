namespace OpenPassage.Server.Statistics;

/// <summary>The days that figures are about.</summary>
/// <param name="Word">As it stands in addresses; empty: days that somebody has named.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last.</param>
/// <param name="Step">Days that one column stands for.</param>
internal sealed record DayRange(string Word, long From, long To, int Step)
{
    public static readonly (string Word, string Label)[] All =
        [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("all", "All")];

    public const string Usual = "30";

    // More columns than these cannot be told apart.
    private const int MostColumns = 92;

    public string Label => All.First(known => known.Word == Word).Label;

    /// <param name="word">One of <see cref="All"/>; anything else is the usual one.</param>
    /// <param name="today">The day it is.</param>
    /// <param name="first">The first day of which something is known.</param>
    public static DayRange Of(string word, long today, long? first)
    {
        if (!All.Any(known => known.Word == word))
            word = Usual;
        var days = word == "all"
            ? today - Math.Min(first ?? today, today - 6) + 1
            : int.Parse(word, System.Globalization.CultureInfo.InvariantCulture);
        var step = days <= MostColumns ? 1 : days <= 7 * MostColumns ? 7 : 30;
        return new(word, today - days + 1, today, step);
    }

    /// <summary>Exactly these days, a column each.</summary>
    public static DayRange Between(long from, long to) => new("", from, to, Step: 1);

    /// <summary>A column for each step, with what counted on its days; days of which nothing is known are empty columns.</summary>
    public IReadOnlyList<Bar> Columns(IEnumerable<DayCount> counts)
    {
        var bars = new long[(To - From) / Step + 1];
        foreach (var count in counts)
            bars[(count.Day - From) / Step] += count.Number;
        return [.. bars.Select((number, i) => new Bar(Name(From + i * Step), number))];
    }

    private string Name(long day)
    {
        var date = Days.ToDate(day);
        return Step == 1 ? date.ToString("d MMM", null) : $"{date:d MMM yyyy}";
    }
}
