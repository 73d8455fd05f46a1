using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Sql;

/// <summary>
/// The last row of a page in an order by time and id. The next page begins behind it, found by an index however far one has
/// paged, and rows that arrive or go meanwhile shift nothing.
/// </summary>
internal readonly record struct PageMark(DateTimeOffset At, string Id)
{
    // An external id of the greatest length, in UTF-8 and base64url.
    private const int MaxLength = 2200;

    /// <summary>The values for <c>(…_at, …_id) &lt; (@mark_at, @mark_id)</c>.</summary>
    public static Parameter[] Parameters(PageMark? mark) => mark is { } known ? [Time("mark_at", known.At), Text("mark_id", known.Id)] : [];

    /// <summary>As callers carry it to the next page: letters, digits, <c>-</c> and <c>_</c>.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Micros.From(At)} {Id}"));

    public static bool TryRead(string text, [NotNullWhen(true)] out PageMark? mark)
    {
        mark = null;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
            return false;
        var words = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 2);
        if (words is not [var at, var id] || id.Contains('\0', StringComparison.Ordinal)
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            || micros > Micros.From(DateTimeOffset.MaxValue))
            return false;
        mark = new(Micros.ToTime(micros), id);
        return true;
    }
}
