using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>What one's account says of oneself: shown whole, changed field by field where the app lets users change it.</summary>
internal static class UpdateOwnMetadata
{
    public static void MapGet(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/currentuser/user-metadata", Show)
        .DescribeOwn("GetOwnMetadata", "What one's account says of oneself.");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("apps/{app_id}/currentuser/user-metadata", Handle)
        .DescribeOwn(nameof(UpdateOwnMetadata), "Changes it; what is absent stays, and null takes a field away.");

    private static Outcome<OwnMetadata> Show(UserCall user) => new OwnMetadata(UserItem.MetadataOf(user.User));

    private static async Task<Outcome<CurrentUserFound>> Handle(
        AppCall call, UserCall user, RequestBody<UpdateOwnMetadataRequest> body, AccountStore accounts, PasskeyStore passkeys,
        CancellationToken cancellationToken)
    {
        var account = user.Account;
        for (var tries = 0; tries < 5; tries++)
        {
            var (metadata, complaint) = MetadataSchema.Merge(
                call.App.Settings.Complete.UserMetadata, account.User.Metadata, body.Value.UserMetadata, field => field.Profile);
            if (complaint is not null)
                return Refusal.InvalidRequest.Because(complaint);
            var isDone = await accounts.SetMetadataAsync(call.AppId, account.User, metadata, cancellationToken);
            if (await accounts.GetAsync(call.AppId, account.User.Id, cancellationToken) is not { } now)
                return CompleteRefusals.InvalidToken;
            account = now;
            if (isDone)
                return new CurrentUserFound(
                    CurrentUserInfo.Of(account, await passkeys.ListAsync(call.AppId, account.User.Id, cancellationToken)));
        }

        return Refusal.Busy;
    }
}

internal sealed record UpdateOwnMetadataRequest(JsonElement UserMetadata) : IRequest<UpdateOwnMetadataRequest>
{
    public static JsonTypeInfo<UpdateOwnMetadataRequest> Json => CurrentUserWire.Default.UpdateOwnMetadataRequest;

    public string? Complaint() => UserMetadata.ValueKind == JsonValueKind.Object ? null : "user_metadata is not a JSON object.";
}

internal sealed record OwnMetadata(JsonElement? UserMetadata) : IAnswer<OwnMetadata>
{
    public static JsonTypeInfo<OwnMetadata> Json => CurrentUserWire.Default.OwnMetadata;
}
