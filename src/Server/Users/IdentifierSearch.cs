using System.Text;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Users;

/// <summary>A page of users who were found by what they go by.</summary>
/// <param name="Users">In the order of that.</param>
/// <param name="Next">What the next page begins behind; null: this is the last.</param>
internal sealed record UsersByIdentifier(IReadOnlyList<User> Users, PageMark? Next);

/// <summary>
/// Finds users by the beginning of an identifier, page by page, each page behind the last row of the one before, by an index.
/// </summary>
internal sealed class IdentifierSearch(Database database)
{
    /// <param name="app">Whose.</param>
    /// <param name="kinds">What its users go by; the first that can be written so is looked for.</param>
    /// <param name="text">What somebody has begun to write.</param>
    /// <param name="find">Which of those users.</param>
    /// <param name="after">What the page begins behind; null: the first one.</param>
    /// <param name="limit">How many users the page has at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<UsersByIdentifier> ListAsync(
        AppId app, IReadOnlyList<IdentifierKind> kinds, string text, UserFind find, PageMark? after, int limit,
        CancellationToken cancellationToken)
    {
        var (kind, from) = kinds.Select(kind => (kind, Beginning: kind.ToBeginning(text)))
            .FirstOrDefault(one => one.Beginning is { Length: > 0 });
        if (from is null)
            return new([], Next: null);

        var value = database.InIndexedByteOrder("i.value");
        var where = new StringBuilder($"i.app_id = @app AND i.kind = @kind AND {value} >= @from");
        List<Parameter> parameters =
        [
            Text("app", app.Value), Text("kind", kind.Word), Text("from", from), Number("limit", limit + 1),
            .. PageMark.Parameters(after),
        ];
        if (UserSearch.Behind(from) is { } behind)
            Add($" AND {value} < @behind", Text("behind", behind));
        if (after is not null)
            where.Append($" AND {value} > @mark_id");
        if (find.Status is { } status)
            Add(" AND u.status = @status", Text("status", status.ToWord()));
        if (find.EnrolmentBlocked is { } blocked)
            Add(" AND u.enrolment_blocked = @blocked", Flag("blocked", blocked));

        // The inner query picks the page; only its rows pay for the sums.
        var found = await database.ListAsync(
            new(
                $"""
                SELECT {UserStore.Columns}, u.found
                FROM (SELECT u.*, i.value AS found
                      FROM identifiers i JOIN users u ON u.app_id = i.app_id AND u.user_id = i.user_id
                      WHERE {where} ORDER BY {value} LIMIT @limit) u
                ORDER BY {database.InIndexedByteOrder("u.found")}
                """,
                [.. parameters])
            { OneOff = true },
            row => (User: UserStore.Read(row), Found: row.GetString(13)),
            cancellationToken);
        return new(
            [.. found.Take(limit).Select(one => one.User)],
            found.Count > limit ? new PageMark(DateTimeOffset.UnixEpoch, found[limit - 1].Found) : null);

        void Add(string condition, Parameter parameter)
        {
            where.Append(condition);
            parameters.Add(parameter);
        }
    }
}
