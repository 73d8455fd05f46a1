using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>A user: passkeys, what happened lately, and what can be done.</summary>
internal static class GetUser
{
    private const int Events = 20;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("apps/{app_id}/users/{user_id}", Handle);

    private static async Task<IResult> Handle(
        string app_id, string user_id, ManagedApps apps, ManagedUsers users, EventSearch events, CancellationToken cancellationToken)
        => new Page<OneUserPage>(await ReadAsync(app_id, user_id, apps, users, events, cancellationToken));

    public static async Task<UserModel> ReadAsync(
        string app_id, string user_id, ManagedApps apps, ManagedUsers users, EventSearch events, CancellationToken cancellationToken)
    {
        var app = await apps.GetAsync(new(app_id), cancellationToken);
        var user = await users.GetAsync(new(app_id), user_id, cancellationToken);
        var devices = await users.ListDevicesAsync(new(app_id), user_id, cancellationToken);
        var recent = await events.ListAsync(new(app_id), new EventQuery { UserId = user_id }, after: null, Events, cancellationToken);
        return new(app, user, devices, [.. recent.Select(ManagedEvent.Of)], Complaint: null);
    }
}

internal sealed record UserModel(
    AppRecord App, User User, IReadOnlyList<ManagedDevice> Devices, IReadOnlyList<ManagedEvent> Events, string? Complaint);
