using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using Session = OpenPassage.Host.Terminals.Session;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage session list|revoke</c>.</summary>
internal static class SessionCommand
{
    public static Command Make(Terminal terminal)
        => new("session", "List and end the sessions of a Complete app's users.") { List(terminal), Revoke(terminal) };

    private static Command List(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), UserCommand.User());
        return terminal.Does(new Command("list", "List where a user is signed in, the latest first.") { user, app }, async session =>
        {
            var id = (await session.CompleteAppAsync(app)).Id;
            var found = await UserCommand.FindAsync(session, id, session.Value(user));
            var all = await session.Get<SessionStore>().ListAsync(id, found.Id, session.CancellationToken);
            session.Show(
                new UserSessionList([.. all.Select(UserSession.Of)]),
                ManagementWire.Default.UserSessionList,
                list => session.Table(
                    ["ID", "BROWSER", "ADDRESS", "METHOD", "SIGNED IN", "LAST USED", "ENDS"],
                    list.Sessions.Select(one => (string?[])
                    [
                        one.Id, one.UserAgentDisplay is "" ? null : one.UserAgentDisplay, one.IpAddr, string.Join(' ', one.Amr),
                        Session.Time(one.CreatedAt), Session.Time(one.LastUsedAt), Session.Time(one.ExpiresAt),
                    ])));
        });
    }

    private static Command Revoke(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), UserCommand.User());
        var one = new Argument<string?>("SESSION") { Description = "The session's id.", Arity = ArgumentArity.ZeroOrOne };
        var all = Arguments.Flag("--all", "All of the user's sessions.");
        var command = new NotedCommand(
            "revoke",
            "End one of a user's sessions, or all of them.",
            "A backend that has the user's access token accepts it until it expires, after ten minutes unless the app's settings differ.")
        {
            user, one, app, all,
        };
        return terminal.Does(command, async session =>
        {
            var id = (await session.CompleteAppAsync(app)).Id;
            var found = await UserCommand.FindAsync(session, id, session.Value(user));
            var revoked = (session.Parsed.GetValue(one), session.Value(all)) switch
            {
                (null, true) => await session.Get<SessionStore>().RevokeAllAsync(id, found.Id, session.Actor, session.CancellationToken),
                ({ } which, false) => await session.Get<SessionStore>().RevokeAsync(
                    id, found.Id, which, session.CancellationToken, session.Actor)
                    ? 1
                    : throw new RefusedException(CompleteRefusals.SessionNotFound),
                _ => throw new RefusedException(Refusal.InvalidRequest.Because("Give the session's id or --all.")),
            };
            session.Show(
                new UserSessionsRevoked(revoked),
                ManagementWire.Default.UserSessionsRevoked,
                done => session.Line($"Revoked: {done.Revoked}."));
        });
    }
}
