using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Manage;

/// <summary>Activates or deactivates a user, and blocks or unblocks enrolment.</summary>
internal static class UpdateUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("manage/apps/{app_id}/users/{user_id}", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(UpdateUser), "Activates or deactivates a user, and blocks or unblocks enrolment.", Refusal.UserNotFound);

    private static async Task<Outcome<ManagedUser>> Handle(
        AppCall call, string user_id, RequestBody<UpdateUserRequest> body, ManagedUsers users, CancellationToken cancellationToken)
    {
        UserStatus? status = body.Value.Status is { } word ? UserStatuses.Parse(word) : null;
        var changed = await users.UpdateAsync(
            call.AppId, user_id, status, body.Value.EnrolmentBlocked, call.Actor, cancellationToken);
        return await users.ShowAsync(changed, cancellationToken);
    }
}

internal sealed record UpdateUserRequest : IRequest<UpdateUserRequest>
{
    public static JsonTypeInfo<UpdateUserRequest> Json => ManageWire.Default.UpdateUserRequest;

    /// <summary><c>active</c>, or <c>inactive</c>: then no passkey of the user signs in.</summary>
    public string? Status { get; init; }

    /// <summary>Whether the user may register no further passkey.</summary>
    public bool? EnrolmentBlocked { get; init; }

    public string? Complaint() => Status is null or "active" or "inactive" ? null : "status is active or inactive.";
}
