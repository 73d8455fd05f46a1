using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage user list|show|activate|deactivate|block|unblock|delete</c>.</summary>
internal static class UserCommand
{
    public static Command Make(Terminal terminal) => new("user", "Find, deactivate and delete users, and stop them from adding passkeys.")
    {
        List(terminal),
        Show(terminal),
        Change(terminal, "activate", "Allow a user to sign in again.", UserStatus.Active, blocked: null),
        Change(terminal, "deactivate", "Stop a user from signing in. The passkeys are kept.", UserStatus.Inactive, blocked: null),
        Change(terminal, "block", "Stop a user from adding passkeys. Existing ones keep working.", status: null, blocked: true),
        Change(terminal, "unblock", "Allow a user to add passkeys again.", status: null, blocked: false),
        Delete(terminal),
    };

    /// <summary>A user by id, or by external id.</summary>
    public static async Task<User> FindAsync(Session session, AppId app, string word) =>
        await session.Get<UserStore>().GetByExternalIdAsync(app, word, session.CancellationToken)
        ?? await session.Get<UserStore>().GetAsync(app, word, session.CancellationToken)
        ?? throw new RefusedException(Refusal.UserNotFound);

    public static Argument<string> User() => new("USER") { Description = "The user's external id or id." };

    private static Command List(Terminal terminal)
    {
        var (app, limit) = (Arguments.App(), Arguments.Limit());
        var prefix = Arguments.Text(
            "--prefix", "List users whose external id starts with this, ordered by external id. Default: all, newest first.");
        var status = Arguments.Word("--status", "Only these", "active", "inactive", "pending");
        var blocked = Arguments.Flag("--blocked", "Only users who cannot add passkeys.");
        return terminal.Does(new Command("list", "List users.") { app, prefix, status, blocked, limit }, async session =>
        {
            var find = new UserFind
            {
                Prefix = session.Value(prefix),
                Status = session.Value(status) is { } word ? UserStatuses.Parse(word) : null,
                EnrolmentBlocked = session.Value(blocked) ? true : null,
            };
            var users = await session.Get<UserSearch>().ListAsync(
                await session.AppAsync(app), find, after: null, session.Value(limit), session.CancellationToken);
            session.Show(
                new UsersFound([.. users.Select(ManagedUser.Of)], Next: null),
                ManageWire.Default.UsersFound,
                found => session.Table(
                    ["USER", "ID", "STATUS", "SIGN-INS", "LAST", "CREATED"],
                    found.Users.Select(user => (string?[])
                    [
                        user.Name, user.Id, user.EnrolmentBlocked ? $"{user.Status}, blocked" : user.Status, $"{user.LoginCount}",
                        Session.Time(user.LastLoginAt), Session.Time(user.CreatedAt),
                    ])));
        });
    }

    private static Command Show(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), User());
        return terminal.Does(new Command("show", "Show a user and their passkeys.") { user, app }, async session =>
        {
            var id = await session.AppAsync(app);
            var found = await FindAsync(session, id, session.Value(user));
            var devices = await session.Get<ManagedUsers>().ListDevicesAsync(id, found.Id, session.CancellationToken);
            session.Show(new UserShown(ManagedUser.Of(found), devices), ManageWire.Default.UserShown, shown =>
            {
                ShowUser(session, shown.User);
                session.Line("");
                DeviceCommand.Table(session, shown.Devices);
            });
        });
    }

    private static Command Change(Terminal terminal, string verb, string about, UserStatus? status, bool? blocked)
    {
        var (app, user) = (Arguments.App(), User());
        return terminal.Does(new Command(verb, about) { user, app }, async session =>
        {
            var id = await session.AppAsync(app);
            var found = await FindAsync(session, id, session.Value(user));
            var changed = await session.Get<ManagedUsers>().UpdateAsync(
                id, found.Id, status, blocked, session.Actor, session.CancellationToken);
            session.Show(ManagedUser.Of(changed), ManageWire.Default.ManagedUser, shown => ShowUser(session, shown));
        });
    }

    private static Command Delete(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), User());
        var command = new Command("delete", "Delete a user with all passkeys and events. This cannot be undone.") { user, app };
        return terminal.Does(command, async session =>
        {
            var id = await session.AppAsync(app);
            var found = await FindAsync(session, id, session.Value(user));
            await session.Get<ManagedUsers>().DeleteAsync(id, found.Id, session.Actor, session.CancellationToken);
            session.Show(new Done(), ManageWire.Default.Done, _ => session.Line($"{Session.Clean(found.Name)} is deleted."));
        });
    }

    private static void ShowUser(Session session, ManagedUser user) => session.Table(
        ["USER", Session.Clean(user.Name)],
        [
            ["id", user.Id],
            ["status", user.Status],
            ["enrolment", user.EnrolmentBlocked ? "blocked" : "open"],
            ["sign-ins", $"{user.LoginCount}"],
            ["last", Session.Time(user.LastLoginAt)],
            ["created", Session.Time(user.CreatedAt)],
        ]);
}
