using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// A backend changes what an account goes by and what it says of its user. Another address or number is unproven; an empty one takes it
/// away.
/// </summary>
internal static class UpdateAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(
            nameof(UpdateAccount), "Changes an account's address, number or metadata; what is absent stays.", Refusal.UserNotFound,
            CompleteRefusals.UserExists);

    private static async Task<Outcome<UserFound>> Handle(
        AppCall call, string user_id, RequestBody<UpdateAccountRequest> body, ManagedAccounts accounts, UserInfos infos,
        CancellationToken cancellationToken)
    {
        var changed = await accounts.UpdateAsync(
            call.App, user_id, body.Value.Names, body.Value.Removed, body.Value.UserMetadata, call.Actor, cancellationToken);
        return new UserFound(await infos.OfAsync(call.App, changed.User, cancellationToken));
    }
}

internal sealed record UpdateAccountRequest : IRequest<UpdateAccountRequest>
{
    public static JsonTypeInfo<UpdateAccountRequest> Json => ManagementWire.Default.UpdateAccountRequest;

    /// <summary>Another email address; empty: none any more; absent or null: as it is.</summary>
    public string? Email { get; init; }

    /// <summary>Another phone number; empty: none any more; absent or null: as it is.</summary>
    public string? Phone { get; init; }

    /// <summary>Any of the app's fields; one that is null goes, one that is absent stays.</summary>
    public JsonElement UserMetadata { get; init; }

    internal IReadOnlyList<AccountIdentifier> Names => field ??= GivenNames.Of(Email, Phone);

    internal IReadOnlyList<IdentifierKind> Removed
        => [.. Email is "" ? [Identifiers.Email] : (IdentifierKind[])[], .. Phone is "" ? [Identifiers.Phone] : (IdentifierKind[])[]];

    public string? Complaint() => GivenNames.Complaint(Email, Phone);
}
