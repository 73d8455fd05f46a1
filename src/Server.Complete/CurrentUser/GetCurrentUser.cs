using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Who is signed in, with passkeys and metadata.</summary>
internal static class GetCurrentUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/currentuser", Handle)
        .DescribeOwn(nameof(GetCurrentUser), "Who is signed in.");

    private static async Task<Outcome<CurrentUserFound>> Handle(
        AppCall call, UserCall user, PasskeyStore passkeys, CancellationToken cancellationToken)
        => new CurrentUserFound(CurrentUserInfo.Of(
            user.Account, await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken)));

    /// <summary>Describes an operation of somebody who is signed in.</summary>
    public static RouteHandlerBuilder DescribeOwn(
        this RouteHandlerBuilder operation, string name, string summary, params Refusal[] refusals)
        => operation.Describe(name, summary, [CompleteRefusals.InvalidToken, Refusal.UserNotActive, .. refusals]);
}

internal sealed record CurrentUserFound(CurrentUserInfo User) : IAnswer<CurrentUserFound>
{
    public static JsonTypeInfo<CurrentUserFound> Json => CurrentUserWire.Default.CurrentUserFound;
}
