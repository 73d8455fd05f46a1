namespace OpenPassage.Server.Store;

internal enum UserField { Id, Identifier, Status, LoginCount, CreatedAt, UpdatedAt, LastLoginAt }

internal enum FilterOperator { Equal, NotEqual, Greater, Less, Like, NotLike }

/// <summary>One condition. <paramref name="Value"/>: text for id, identifier and status, a number for login_count, Unix microseconds for times.</summary>
internal readonly record struct UserFilter(UserField Field, FilterOperator Operator, object Value);

internal readonly record struct UserOrder(UserField Field, bool Descending);

/// <summary>Which users, in which order, which page. <see cref="TryRead"/> makes one from a query string.</summary>
internal sealed record UserQuery
{
    public const int MaxLimit = 500;
    public const int DefaultLimit = 100;

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Only users made before, so that pages do not shift while users arrive.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Empty: newest first.</summary>
    public IReadOnlyList<UserOrder> OrderBy { get; init; } = [];

    public IReadOnlyList<UserFilter> Filters { get; init; } = [];

    /// <summary>Reads the list call's query parameters.</summary>
    /// <param name="parameter">A parameter's value by name, null when absent.</param>
    /// <param name="query">The query, when all is well.</param>
    /// <param name="problem">Else a sentence that says what to change.</param>
    public static bool TryRead(Func<string, string?> parameter, out UserQuery query, out string? problem) => throw new NotImplementedException();
}
