using System.Text;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Users;

/// <summary>Which users; null: whichever.</summary>
internal sealed record UserFind
{
    /// <summary>The external id's beginning; then the order is by external id, else newest first.</summary>
    public string? Prefix { get; init; }

    public UserStatus? Status { get; init; }
    public bool? EnrolmentBlocked { get; init; }
}

/// <summary>
/// Finds users page by page, each page behind the last row of the one before, by an index: the thousandth page costs what the
/// first does, and nothing is counted.
/// </summary>
internal sealed class UserSearch(Database database)
{
    /// <summary>The page's users, in the order of the <see cref="MarkOf"/> that each has.</summary>
    public ValueTask<IReadOnlyList<User>> ListAsync(
        AppId app, UserFind find, PageMark? after, int limit, CancellationToken cancellationToken)
    {
        var name = database.InIndexedByteOrder("u.external_id");
        var where = new StringBuilder("u.app_id = @app");
        List<Parameter> parameters = [Text("app", app.Value), Number("limit", limit), .. PageMark.Parameters(after)];
        if (find.Prefix is { } prefix)
        {
            where.Append($" AND {name} >= @from");
            parameters.Add(Text("from", prefix));
            if (Behind(prefix) is { } behind)
            {
                where.Append($" AND {name} < @behind");
                parameters.Add(Text("behind", behind));
            }
        }

        if (after is not null)
            where.Append(find.Prefix is null ? " AND (u.created_at, u.user_id) < (@mark_at, @mark_id)" : $" AND {name} > @mark_id");
        // The words of the partial indexes.
        if (find.Status is { } status)
        {
            where.Append(status == UserStatus.Active ? " AND u.status = @status" : " AND u.status <> 'active' AND u.status = @status");
            parameters.Add(Text("status", status.ToWord()));
        }

        if (find.EnrolmentBlocked is { } blocked)
            where.Append(blocked ? " AND u.enrolment_blocked = 1" : " AND u.enrolment_blocked = 0");

        var order = find.Prefix is null ? "u.created_at DESC, u.user_id DESC" : name;
        return database.ListAsync(
            new(
                $"""
                SELECT {UserStore.Columns}
                FROM (SELECT u.* FROM users u WHERE {where} ORDER BY {order} LIMIT @limit) u
                ORDER BY {order}
                """,
                [.. parameters])
            { OneOff = true },
            UserStore.Read,
            cancellationToken);
    }

    /// <summary>What the next page begins behind.</summary>
    /// <remarks>Whoever has no external id begins with nothing.</remarks>
    public static PageMark MarkOf(UserFind find, User last)
        => find.Prefix is null ? new(last.CreatedAt, last.Id) : new(DateTimeOffset.UnixEpoch, last.ExternalId!);

    /// <summary>The first text, in byte order, that is behind all that begin with this; null: there is none.</summary>
    internal static string? Behind(string prefix)
    {
        // UTF-8 sorts as code points do.
        var runes = prefix.EnumerateRunes().ToList();
        for (; runes.Count > 0; runes.RemoveAt(runes.Count - 1))
        {
            var next = runes[^1].Value == 0xD7FF ? 0xE000 : runes[^1].Value + 1;
            if (!Rune.IsValid(next))
                continue;
            runes[^1] = new Rune(next);
            return string.Concat(runes);
        }

        return null;
    }
}
