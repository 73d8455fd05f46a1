using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Manage;

/// <summary>Finds users, page by page.</summary>
internal static class FindUsers
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/users", Handle)
        .Needs(ApiKeyScopes.Admin)
        .WithMetadata(new QueryParametersMetadata(
        [
            new("external_id", "string", "The external id, exactly."),
            new("identifier", "string", "The email address or phone number, for apps of the type complete; `+` is written `%2B`."),
            new("prefix", "string", "The external id's beginning, case-sensitive; the order is then by external id, else newest first."),
            new("status", "string", "`active`, `inactive` or `pending`."),
            new("enrolment_blocked", "string", "`true` or `false`."),
            .. Paging.Parameters.Parameters,
        ]))
        .Describe(nameof(FindUsers), "Finds users, page by page, however many there are.", Refusal.InvalidRequest);

    private static async Task<Outcome<UsersFound>> Handle(
        AppCall call, HttpRequest request, UserStore users, ManagedUsers managed, UserSearch search, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var find = new UserFind
        {
            Prefix = query.Text("prefix"),
            Status = query.Word<UserStatus?>(
                "status", ("active", UserStatus.Active), ("inactive", UserStatus.Inactive), ("pending", UserStatus.Pending)),
            EnrolmentBlocked = query.Word<bool?>("enrolment_blocked", ("true", true), ("false", false)),
        };
        var (externalId, identifier) = (query.Text("external_id"), query.Text("identifier"));
        if (query.Problem is { } wrong || !Paging.TryRead(request.Query, out var paging, out wrong))
            return Refusal.InvalidRequest.Because(wrong);
        if (externalId is not null || identifier is not null)
        {
            var one = externalId is not null
                ? await users.GetByExternalIdAsync(call.AppId, externalId, cancellationToken)
                : await managed.FindByIdentifierAsync(call.AppId, identifier!, cancellationToken);
            return new UsersFound(one is null ? [] : [await managed.ShowAsync(one, cancellationToken)], Next: null);
        }

        var found = await search.ListAsync(call.AppId, find, paging.Mark, paging.Limit + 1, cancellationToken);
        var page = found.Take(paging.Limit).ToList();
        return new UsersFound(
            await managed.ShowAsync(call.AppId, page, cancellationToken),
            found.Count > page.Count ? UserSearch.MarkOf(find, page[^1]).ToString() : null);
    }
}

/// <summary>A page of users.</summary>
/// <param name="Users">In order.</param>
/// <param name="Next">The cursor of the page behind; null: this is the last.</param>
internal sealed record UsersFound(IReadOnlyList<ManagedUser> Users, string? Next) : IAnswer<UsersFound>
{
    public static JsonTypeInfo<UsersFound> Json => ManageWire.Default.UsersFound;
}
