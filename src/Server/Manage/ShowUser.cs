using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Manage;

/// <summary>A user with everything that is known of the passkeys. The events are <see cref="FindEvents"/>'.</summary>
internal static class ShowUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(ShowUser), "A user with everything that is known of the passkeys.", Refusal.UserNotFound);

    private static async Task<Outcome<UserShown>> Handle(
        AppCall call, string user_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(call.AppId, user_id, cancellationToken);
        var devices = await users.ListDevicesAsync(call.AppId, user.Id, cancellationToken);
        return new UserShown(await users.ShowAsync(user, cancellationToken), devices);
    }
}

/// <summary>A user and the passkeys, oldest first.</summary>
internal sealed record UserShown(ManagedUser User, IReadOnlyList<ManagedDevice> Devices) : IAnswer<UserShown>
{
    public static JsonTypeInfo<UserShown> Json => ManageWire.Default.UserShown;
}
