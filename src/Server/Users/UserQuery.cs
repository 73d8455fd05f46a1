using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Users;

internal enum UserField { Id, Identifier, Status, LoginCount, CreatedAt, UpdatedAt, LastLoginAt }

internal enum FilterOperator { Equal, NotEqual, Greater, Less, Like, NotLike }

/// <summary>
/// One condition. <paramref name="Value"/>: a string for id, identifier and status, a long for login_count and, as Unix
/// microseconds, for times. Like finds the text anywhere, in any ASCII case, and nothing in it is a wildcard.
/// </summary>
internal readonly record struct UserFilter(UserField Field, FilterOperator Operator, object Value);

internal readonly record struct UserOrder(UserField Field, bool Descending);

/// <summary>Which users, in which order, which page. <see cref="TryRead"/> makes one from a query string.</summary>
internal sealed record UserQuery
{
    public const int MaxLimit = 500;
    public const int DefaultLimit = 100;

    // Beyond the year 9999 there is no date to compare with.
    private const long MaxUnixSeconds = 253402300799;

    private static readonly (string Name, UserField Field)[] Fields =
    [
        ("id", UserField.Id),
        ("identifier", UserField.Identifier),
        ("status", UserField.Status),
        ("login_count", UserField.LoginCount),
        ("created_at", UserField.CreatedAt),
        ("updated_at", UserField.UpdatedAt),
        ("last_login_at", UserField.LastLoginAt),
    ];

    private static readonly (string Prefix, FilterOperator Operator)[] Operators =
    [
        ("ne:", FilterOperator.NotEqual),
        ("gt:", FilterOperator.Greater),
        ("lt:", FilterOperator.Less),
        ("like:", FilterOperator.Like),
        ("not_like:", FilterOperator.NotLike),
    ];

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Only users made before, so that pages do not shift while users arrive.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Empty: newest first.</summary>
    public IReadOnlyList<UserOrder> OrderBy { get; init; } = [];

    public IReadOnlyList<UserFilter> Filters { get; init; } = [];

    /// <summary>What <c>identifier</c> finds users by; empty: it is the external id.</summary>
    public IReadOnlyList<IdentifierKind> IdentifierKinds { get; init; } = [];

    /// <summary>
    /// Reads the list call's query parameters. An empty one counts as absent, but for <c>identifier</c>, which then finds nobody.
    /// </summary>
    /// <param name="parameter">A parameter's value by name, null when absent.</param>
    /// <param name="query">The query, when all is well.</param>
    /// <param name="problem">Else a sentence that says what to change.</param>
    /// <param name="kinds">As <see cref="IdentifierKinds"/>.</param>
    public static bool TryRead(
        Func<string, string?> parameter, [NotNullWhen(true)] out UserQuery? query, [NotNullWhen(false)] out string? problem,
        IReadOnlyList<IdentifierKind>? kinds = null)
    {
        query = null;
        if (!TryReadNumber(parameter("page"), 1, int.MaxValue, 1, out var page))
        {
            problem = "page must be a number, 1 or more.";
            return false;
        }

        if (!TryReadNumber(parameter("limit"), 1, MaxLimit, DefaultLimit, out var limit))
        {
            problem = $"limit must be a number from 1 to {MaxLimit}.";
            return false;
        }

        if (!TryReadNumber(parameter("created_before"), 0, MaxUnixSeconds, -1, out var anchor))
        {
            problem = "created_before must be a Unix timestamp in seconds.";
            return false;
        }

        if (!TryReadOrder(parameter("order_by"), out var orderBy, out problem))
            return false;

        var filters = new List<UserFilter>();
        foreach (var (name, field) in Fields)
        {
            var text = parameter(name);
            if (text is null || (text.Length == 0 && field != UserField.Identifier))
                continue;
            if (!TryReadFilter(name, field, text, out var filter, out problem))
                return false;
            filters.Add(filter);
        }

        query = new()
        {
            Page = (int)page,
            Limit = (int)limit,
            CreatedBefore = anchor < 0 ? null : DateTimeOffset.FromUnixTimeSeconds(anchor),
            OrderBy = orderBy,
            Filters = filters,
            IdentifierKinds = kinds ?? [],
        };
        return true;
    }

    private static bool TryReadNumber(string? text, long least, long most, long absent, out long number)
    {
        number = absent;
        return string.IsNullOrEmpty(text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    private static bool TryReadOrder(string? text, out List<UserOrder> orders, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        orders = [];
        if (string.IsNullOrEmpty(text))
            return true;

        foreach (var part in text.Split(','))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var field = Array.Find(Fields, known => part.AsSpan(0, Math.Max(colon, 0)).SequenceEqual(known.Name));
            var direction = part[(colon + 1)..];
            var descending = direction.Equals("DESC", StringComparison.OrdinalIgnoreCase);
            if (field.Name is null
                || field.Field == UserField.Identifier
                || !(descending || direction.Equals("ASC", StringComparison.OrdinalIgnoreCase)))
            {
                problem = "order_by must be a list such as id:DESC,created_at:ASC of the fields id, status, login_count, created_at, "
                    + "updated_at and last_login_at.";
                return false;
            }

            orders.RemoveAll(order => order.Field == field.Field);
            orders.Add(new(field.Field, descending));
        }

        return true;
    }

    private static bool TryReadFilter(
        string name, UserField field, string text, out UserFilter filter, [NotNullWhen(false)] out string? problem)
    {
        var (op, value) = Split(field, text);
        var isText = field is UserField.Id or UserField.Identifier or UserField.Status;
        var isLike = op is FilterOperator.Like or FilterOperator.NotLike;
        filter = default;
        problem = null;
        if (isLike && !isText)
        {
            problem = $"{name} only takes ne, gt and lt; like and not_like work for identifier, id and status.";
            return false;
        }

        if (field == UserField.Status && !isLike && value is not ("active" or "inactive" or "pending"))
        {
            problem = "status must be active, inactive or pending.";
            return false;
        }

        if (isText && value.Contains('\0', StringComparison.Ordinal))
        {
            // PostgreSQL keeps no U+0000 in a text, nor compares with one.
            problem = $"{name} contains the character U+0000.";
            return false;
        }

        if (isText)
        {
            filter = new(field, op, value);
            return true;
        }

        if (field == UserField.LoginCount)
        {
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                filter = new(field, op, count);
            else
                problem = "login_count must be a number.";
            return problem is null;
        }

        if (DateTimeOffset.TryParseExact(
            value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            filter = new(field, op, Micros.From(at));
        else
            problem = $"{name} must be a time such as 2006-01-02T15:04:05.000000Z.";
        return problem is null;
    }

    // <ne:value>, and for fields whose values cannot begin like that, ne:value.
    private static (FilterOperator Operator, string Value) Split(UserField field, string text)
    {
        var bracketed = text.Length > 2 && text[0] == '<' && text[^1] == '>';
        if (!bracketed && field == UserField.Identifier)
            return (FilterOperator.Equal, text);

        var inner = bracketed ? text[1..^1] : text;
        foreach (var (prefix, op) in Operators)
        {
            if (inner.StartsWith(prefix, StringComparison.Ordinal))
                return (op, inner[prefix.Length..]);
        }

        return (FilterOperator.Equal, text);
    }
}
