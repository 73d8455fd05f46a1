using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using SessionStore = OpenPassage.Server.Complete.Sessions.SessionStore;

namespace OpenPassage.OperatorConsole.Users;

/// <summary>Signs a user of Complete out, in one place or everywhere.</summary>
internal static class RevokeUserSessions
{
    private const string Page = "apps/{app_id}/users/{user_id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup($"{Page}/sessions");
        sessions.MapPost("{session_id}/revoke", One).Confirmed("end this session", Page);
        sessions.MapPost("revoke-all", All).Confirmed("end all sessions of this user", Page);
    }

    private static async Task<IResult> One(
        ConsoleCall call,
        string app_id,
        string user_id,
        string session_id,
        ManagedApps apps,
        ManagedUsers users,
        SessionStore sessions,
        CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(new(app_id), user_id, cancellationToken);
        await apps.GetCompleteAsync(app_id, cancellationToken);
        return await sessions.RevokeAsync(new(app_id), user.Id, session_id, cancellationToken, call.Actor)
            ? SeeOther.With(ConsolePaths.User(app_id, user_id), "user-session-ended")
            : throw new RefusedException(CompleteRefusals.SessionNotFound);
    }

    private static async Task<IResult> All(
        ConsoleCall call,
        string app_id,
        string user_id,
        ManagedApps apps,
        ManagedUsers users,
        SessionStore sessions,
        CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(new(app_id), user_id, cancellationToken);
        await apps.GetCompleteAsync(app_id, cancellationToken);
        await sessions.RevokeAllAsync(new(app_id), user.Id, call.Actor, cancellationToken);
        return SeeOther.With(ConsolePaths.User(app_id, user_id), "user-sessions-ended");
    }
}
