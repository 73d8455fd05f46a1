using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.Management;

/// <summary>Where a user is signed in, the latest first.</summary>
internal static class ListUserSessions
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("manage/apps/{app_id}/users/{user_id}/sessions", Handle)
        .Needs(ApiKeyScopes.Admin)
        .Describe(nameof(ListUserSessions), "Where a user is signed in, the latest first.", Refusal.UserNotFound);

    private static async Task<Outcome<UserSessionList>> Handle(
        AppCall call, string user_id, ManagedUsers users, SessionStore sessions, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(call.AppId, user_id, cancellationToken);
        var all = await sessions.ListAsync(call.AppId, user.Id, cancellationToken);
        return new UserSessionList([.. all.Select(UserSession.Of)]);
    }
}

internal sealed record UserSessionList(IReadOnlyList<UserSession> Sessions) : IAnswer<UserSessionList>
{
    public static JsonTypeInfo<UserSessionList> Json => ManagementWire.Default.UserSessionList;
}

/// <param name="Id">The claim <c>sid</c> of its tokens.</param>
/// <param name="CreatedAt">When the user signed in.</param>
/// <param name="LastUsedAt">When it was last refreshed.</param>
/// <param name="ExpiresAt">It ends then unless it is used.</param>
/// <param name="Amr">How the user signed in (RFC 8176).</param>
/// <param name="DeviceId">The passkey that did it; null: none did.</param>
/// <param name="IpAddr">Where the user signed in from.</param>
/// <param name="UserAgent">What the browser called itself.</param>
/// <param name="UserAgentDisplay">Browser and system, for people.</param>
internal sealed record UserSession(
    string Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<string> Amr,
    string? DeviceId,
    string IpAddr,
    string UserAgent,
    string UserAgentDisplay)
{
    public static UserSession Of(Session session) => new(
        session.Id, session.CreatedAt, session.LastUsedAt, session.ExpiresAt,
        session.Amr.Split(' ', StringSplitOptions.RemoveEmptyEntries), session.DeviceId is "" ? null : session.DeviceId, session.IpAddress,
        session.UserAgent, Devices.UserAgent.Display(session.UserAgent) ?? "");
}
