using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>An app's users: by the beginning of their external id, or newest first.</summary>
internal static class ListUsers
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/users", Handle);

    private static async Task<IResult> Handle(
        ConsoleCall call, string app_id, ManagedApps apps, UserSearch search, CancellationToken cancellationToken)
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
        var found = await search.ListAsync(new(app_id), find, mark, PageSize + 1, cancellationToken);
        var page = found.Take(PageSize).ToList();
        return new Page<UsersPage>(new UsersModel(
            app, page, call.Query("q"), call.Query("show"), found.Count > PageSize ? UserSearch.MarkOf(find, page[^1]).ToString() : null));
    }
}

internal sealed record UsersModel(AppRecord App, IReadOnlyList<User> Users, string Query, string Show, string? Next);
