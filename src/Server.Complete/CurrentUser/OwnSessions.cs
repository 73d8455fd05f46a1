using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Devices;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Where one is signed in. Passage's wire had no such operations; its clients never see them.</summary>
internal static class OwnSessions
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("apps/{app_id}/currentuser/sessions", List)
            .DescribeOwn("ListOwnSessions", "Where one is signed in, the latest first.");
        routes.MapDelete("apps/{app_id}/currentuser/sessions/{session_id}", Revoke)
            .DescribeOwn("RevokeOwnSession", "Signs out elsewhere, or here.", CompleteRefusals.SessionNotFound);
    }

    private static async Task<Outcome<OwnSessionList>> List(
        AppCall call, UserCall user, SessionStore sessions, CancellationToken cancellationToken)
    {
        var all = await sessions.ListAsync(call.AppId, user.User.Id, cancellationToken);
        return new OwnSessionList([.. all.Select(session => new OwnSession(
            session.Id,
            session.CreatedAt,
            session.LastUsedAt,
            UserAgent.Display(session.UserAgent) ?? "",
            session.Id == user.Session.Id))]);
    }

    private static async Task<Outcome<Done>> Revoke(
        AppCall call, UserCall user, string session_id, SessionStore sessions, CancellationToken cancellationToken)
        => await sessions.RevokeAsync(call.AppId, user.User.Id, session_id, cancellationToken)
            ? new Done()
            : CompleteRefusals.SessionNotFound;
}

internal sealed record OwnSessionList(IReadOnlyList<OwnSession> Sessions) : IAnswer<OwnSessionList>
{
    public static JsonTypeInfo<OwnSessionList> Json => CurrentUserWire.Default.OwnSessionList;
}

/// <param name="Id">The claim <c>sid</c> of its tokens.</param>
/// <param name="CreatedAt">When one signed in.</param>
/// <param name="LastUsedAt">When it was last refreshed.</param>
/// <param name="UserAgentDisplay">Browser and system, for people.</param>
/// <param name="Current">Whether this call is by it.</param>
internal sealed record OwnSession(
    string Id, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, string UserAgentDisplay, bool Current);
