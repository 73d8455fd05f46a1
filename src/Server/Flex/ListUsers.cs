using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Flex;

/// <summary>
/// The app's users, by page. SDKs look a user up with <c>identifier</c>: the external id, exactly, and in Complete, an email address or a
/// phone number.
/// </summary>
internal static class ListUsers
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/users", Handle)
        .Needs(ApiKeyScopes.UsersRead)
        .WithMetadata(QueryParameters)
        .Describe(nameof(ListUsers), "The app's users, by page.", Refusal.InvalidRequest);

    private static async Task<Outcome<UserList>> Handle(
        AppCall call, HttpRequest request, UserStore users, IdentifierStore identifiers, IEnumerable<Room> rooms, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var isComplete = call.App.Type == AppType.Complete;
        IReadOnlyList<IdentifierKind> kinds = isComplete ? [.. rooms.SelectMany(room => room.Identifiers)] : [];
        if (!UserQuery.TryRead(
                name => request.Query.TryGetValue(name, out var values) ? values.ToString() : null, out var query, out var problem, kinds))
            return Refusal.InvalidRequest.Because(problem!);

        // The next full second, so that a user made just now is on the first page, and the following pages do not shift.
        var createdBefore = query.CreatedBefore ?? DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + 1);
        var page = await users.ListAsync(call.AppId, query with { CreatedBefore = createdBefore }, cancellationToken);
        var named = isComplete ? await identifiers.ListAsync(call.AppId, page.Users, cancellationToken) : null;
        return new UserList(
            PageLinks.Of(request, query, page.Total, createdBefore),
            createdBefore.ToUnixTimeSeconds(),
            query.Limit,
            query.Page,
            page.Total,
            [.. page.Users.Select(user => UserItem.Of(user, named?[user.Id] ?? []))]);
    }

    private static readonly QueryParametersMetadata QueryParameters = new(
    [
        new("page", "integer", "The page, from 1."),
        new("limit", "integer", $"Users per page: 1 to {UserQuery.MaxLimit}; the default is {UserQuery.DefaultLimit}."),
        new(
            "created_before",
            "integer",
            "Only users created before this Unix time, in seconds; pages then do not shift while users are added."),
        new("order_by", "string", "Such as `created_at:DESC,id:ASC`; any field but identifier."),
        new(
            "identifier",
            "string",
            "The external id, exactly; in Complete, an email address or a phone number such as `+14155550123`; or an operator in angle "
            + "brackets: `<ne:val>` `<gt:val>` `<lt:val>` `<like:val>` `<not_like:val>`."),
        new("id", "string", "The user's id, or an operator."),
        new("status", "string", "`active`, `inactive` or `pending`, or an operator."),
        new("login_count", "string", "A number, or an operator."),
        new("created_at", "string", "A time such as `2006-01-02T15:04:05.000000Z`, or an operator."),
        new("updated_at", "string", "A time, or an operator."),
        new("last_login_at", "string", "A time, or an operator."),
    ]);
}

internal sealed record UserList(
    [property: JsonPropertyName("_links")] PageLinks Links,
    long CreatedBefore,
    int Limit,
    int Page,
    long TotalUsers,
    IReadOnlyList<UserItem> Users) : IAnswer<UserList>
{
    public static JsonTypeInfo<UserList> Json => FlexWire.Default.UserList;
}

/// <summary>All five are always there; at the ends, next and previous lead to the page itself.</summary>
internal sealed record PageLinks(PageLink First, PageLink Last, PageLink Next, PageLink Previous, PageLink Self)
{
    public static PageLinks Of(HttpRequest request, UserQuery query, long total, DateTimeOffset createdBefore)
    {
        var last = (int)Math.Clamp((total + query.Limit - 1) / query.Limit, 1, int.MaxValue);
        return new PageLinks(
            To(1),
            To(last),
            To(Math.Min((long)query.Page + 1, Math.Max(last, query.Page))),
            To(Math.Max(query.Page - 1, 1)),
            To(query.Page));

        // Path and query only: a host name in an answer would be whatever the caller wrote into the Host header.
        PageLink To(long page)
        {
            var parameters = new QueryBuilder(
                request.Query.Where(parameter => parameter.Key is not ("page" or "limit" or "created_before")))
            {
                { "page", page.ToString() },
                { "limit", query.Limit.ToString() },
                { "created_before", createdBefore.ToUnixTimeSeconds().ToString() },
            };
            return new PageLink($"{request.PathBase}{request.Path}{parameters}");
        }
    }
}

internal sealed record PageLink(string Href);
