using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Manage;

/// <summary>Reads filters from a query; an empty one counts as absent. The first that is wrong is kept as a sentence.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    public string? Problem { get; private set; }

    public string? Text(string name)
    {
        var text = query[name].ToString();
        // PostgreSQL compares with no U+0000, nor with half of a character.
        if (text.Length > GivenText.MaxLength || text.Contains('\0', StringComparison.Ordinal))
            Problem ??= $"{name} is longer than {GivenText.MaxLength} characters, or contains the character U+0000.";
        return text is "" ? null : text;
    }

    public T? Word<T>(string name, params (string Word, T Value)[] known)
    {
        if (Text(name) is not { } text)
            return default;
        foreach (var (word, value) in known)
        {
            if (word == text)
                return value;
        }

        Problem ??= $"{name} is one of {string.Join(", ", known.Select(each => each.Word))}.";
        return default;
    }

    public DateOnly? Day(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        Problem ??= $"{name} is a day such as 2026-01-02.";
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time))
            return time;
        Problem ??= $"{name} is a time such as 2026-01-02T15:04:05Z, or a date.";
        return null;
    }
}
