using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>What an operator does about a user: activate and deactivate, block enrolment, revoke passkeys, delete.</summary>
internal static class ChangeUser
{
    private const string Page = "apps/{app_id}/users/{user_id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var user = routes.MapGroup(Page);
        user.MapPost("status", Update).Confirmed("change what this user may do", Page);
        user.MapPost("devices/{device_id}/revoke", Revoke).Confirmed("revoke this passkey", Page);
        user.MapPost("revoke-all", RevokeAll).Confirmed("revoke all passkeys of this user", Page);
        user.MapPost("delete", Delete).Confirmed("delete this user", Page);
    }

    private static async Task<IResult> Update(
        ConsoleCall call, string app_id, string user_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        UserStatus? status = call.Field("status") switch
        {
            "active" => UserStatus.Active,
            "inactive" => UserStatus.Inactive,
            _ => null,
        };
        bool? blocked = call.Field("enrolment") switch
        {
            "blocked" => true,
            "allowed" => false,
            _ => null,
        };
        await users.UpdateAsync(new(app_id), user_id, status, blocked, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.User(app_id, user_id), "user-saved");
    }

    private static async Task<IResult> Revoke(
        ConsoleCall call, string app_id, string user_id, string device_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        await users.RevokeDeviceAsync(new(app_id), user_id, device_id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.User(app_id, user_id), "device-revoked");
    }

    private static async Task<IResult> RevokeAll(
        ConsoleCall call, string app_id, string user_id, ManagedUsers users, CancellationToken cancellationToken)
    {
        await users.RevokeDevicesAsync(new(app_id), user_id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.User(app_id, user_id), "devices-revoked");
    }

    private static async Task<IResult> Delete(
        ConsoleCall call, string app_id, string user_id, ManagedUsers users, UserModels models, CancellationToken cancellationToken)
    {
        var model = await models.ReadAsync(app_id, user_id, cancellationToken);
        if (call.Field("confirm") != model.User.Name)
        {
            return new Page<OneUserPage>(
                model with { Complaint = $"Nothing was deleted: type {model.User.Name} into the field." }, StatusCodes.Status400BadRequest);
        }

        await users.DeleteAsync(new(app_id), user_id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.App(app_id, "users"), "user-deleted");
    }
}
