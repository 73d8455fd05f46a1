using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>
/// An app's users: by the beginning of their external id, or of what accounts of Complete go by; else newest first. Accounts are found by
/// their ids too, which is all that a backend knows of them.
/// </summary>
internal static class ListUsers
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/users", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call,
        string app_id,
        ManagedApps apps,
        UserSearch search,
        UserStore users,
        IdentifierSearch byIdentifier,
        IdentifierStore identifiers,
        IEnumerable<Room> rooms,
        CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var find = new UserFind
        {
            Prefix = call.Query("q") is { Length: > 0 and <= 300 } prefix && !prefix.Contains('\0', StringComparison.Ordinal)
                ? prefix
                : null,
            Status = call.Query("show") switch
            {
                "active" => UserStatus.Active,
                "inactive" => UserStatus.Inactive,
                "pending" => UserStatus.Pending,
                _ => null,
            },
            EnrolmentBlocked = call.Query("show") == "blocked" ? true : null,
        };
        PageMark.TryRead(call.Query("after"), out var mark);
        var (page, next) = app.IsComplete() && find.Prefix is { } text ? await OfTextAsync(text) : await InOrderAsync();
        return new Page<UsersPage>(new UsersModel(app, page, call.Query("q"), call.Query("show"), next?.ToString())
        {
            Identifiers = app.IsComplete() ? await identifiers.ListAsync(new(app_id), page, cancellationToken) : null,
        });

        async ValueTask<UsersByIdentifier> OfTextAsync(string text)
            => await users.GetAsync(new(app_id), text, cancellationToken) is { } one
                ? new([one], Next: null)
                : await byIdentifier.ListAsync(
                    new(app_id), [.. rooms.SelectMany(room => room.Identifiers)], text, find, mark, PageSize, cancellationToken);

        async ValueTask<UsersByIdentifier> InOrderAsync()
        {
            var found = await search.ListAsync(new(app_id), find, mark, PageSize + 1, cancellationToken);
            var users = found.Take(PageSize).ToList();
            return new(users, found.Count > PageSize ? UserSearch.MarkOf(find, users[^1]) : null);
        }
    }
}

internal sealed record UsersModel(AppRecord App, IReadOnlyList<User> Users, string Query, string Show, string? Next)
{
    /// <summary>What each of them goes by, the oldest first; null: external ids, which users have in themselves.</summary>
    public ILookup<string, Identifier>? Identifiers { get; init; }
}
