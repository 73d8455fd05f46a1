using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Manage;

/// <summary>Which page of a long list: how many rows, behind which one.</summary>
internal sealed record Paging(int Limit, PageMark? Mark)
{
    public const int MaxLimit = 500;
    public const int DefaultLimit = 50;

    private const string LimitName = "limit";
    private const string CursorName = "cursor";

    public static readonly QueryParametersMetadata Parameters = new(
    [
        new(LimitName, "integer", $"Rows a page: 1 to {MaxLimit}, {DefaultLimit} unless said otherwise."),
        new(CursorName, "string", "`next` of the page before."),
    ]);

    public static bool TryRead(IQueryCollection query, [NotNullWhen(true)] out Paging? paging, [NotNullWhen(false)] out string? problem)
    {
        paging = null;
        problem = null;
        var limit = DefaultLimit;
        if (query[LimitName].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            problem = $"limit is a number from 1 to {MaxLimit}.";
        PageMark? mark = null;
        if (query[CursorName].ToString() is { Length: > 0 } cursor && !PageMark.TryRead(cursor, out mark))
            problem ??= "cursor is none that a page ended with.";
        if (problem is not null)
            return false;
        paging = new(limit, mark);
        return true;
    }
}
