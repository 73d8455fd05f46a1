using System.Runtime.InteropServices;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>What a picture is asked of.</summary>
/// <param name="App">Whose devices; null: those of all apps, and of keys that are no app's.</param>
/// <param name="Months">Which months.</param>
/// <param name="By">What groups are made by.</param>
/// <param name="Ability">What groups, weeks, forecast and who is left behind are told of.</param>
internal sealed record PictureQuery(AppId? App, Months Months, Grouping By, Ability Ability)
{
    /// <summary>Reads the filters of a query; what is wrong stands in the reader then.</summary>
    public static PictureQuery Read(QueryReader query, AppId? app, DateOnly today)
    {
        var by = query.Word("by", [.. Grouping.All.Select(each => (each.Word, each))]);
        var ability = query.Word("capability", [.. Ability.Asked.Select(each => (each.Name, each))]);
        var (from, to) = (query.Day("from"), query.Day("to"));
        return new(app, Months.Between(from, to, today), by ?? Grouping.All[0], ability ?? Ability.Asked[0]);
    }
}

/// <summary>Whole months, in UTC.</summary>
/// <param name="First">The first day of the first one.</param>
/// <param name="Last">The first day of the last one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Months(DateOnly First, DateOnly Last)
{
    private const int Most = 120;

    /// <summary>What <see cref="AreWrong"/> leads to.</summary>
    public static readonly string Rule
        = "from is a day from 1970 on and not after to; to is not in a month to come; "
            + $"and from one to the other there are at most {Most} months.";

    /// <summary>The last day that counts.</summary>
    public DateOnly End => Last.AddMonths(1).AddDays(-1);

    /// <summary>The months that these days touch; the month that it is and the one before, unless said otherwise.</summary>
    public static Months Between(DateOnly? from, DateOnly? to, DateOnly today)
    {
        var last = Begin(to ?? today);
        return new(from is { } day ? Begin(day) : last.DayNumber > Days.ToDate(0).DayNumber ? last.AddMonths(-1) : last, last);
    }

    /// <summary>Whether there are no such months, or too many.</summary>
    public bool AreWrong(DateOnly today) => First > Last
        || First < Days.ToDate(0)
        || Last > Begin(today)
        || ((Last.Year - First.Year) * 12) + Last.Month - First.Month >= Most;

    private static DateOnly Begin(DateOnly day) => new(day.Year, day.Month, 1);
}
