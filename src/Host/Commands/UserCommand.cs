using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage user create|list|show|activate|deactivate|block|unblock|delete</c>.</summary>
internal static class UserCommand
{
    public static Command Make(Terminal terminal)
        => new("user", "Create, find, deactivate and delete users, and stop them from adding passkeys.")
        {
            Create(terminal),
            List(terminal),
            Show(terminal),
            Change(terminal, "activate", "Allow a user to sign in again.", UserStatus.Active, blocked: null),
            Change(
                terminal, "deactivate", "Stop a user from signing in, and end their sessions. The passkeys are kept.", UserStatus.Inactive,
                blocked: null),
            Change(terminal, "block", "Stop a user from adding passkeys. Existing ones keep working.", status: null, blocked: true),
            Change(terminal, "unblock", "Allow a user to add passkeys again.", status: null, blocked: false),
            Delete(terminal),
        };

    /// <summary>A user by external id, id, email address or phone number.</summary>
    public static async Task<User> FindAsync(Session session, AppId app, string word) =>
        await session.Get<UserStore>().GetByExternalIdAsync(app, word, session.CancellationToken)
        ?? await session.Get<UserStore>().GetAsync(app, word, session.CancellationToken)
        ?? await session.Get<ManagedUsers>().FindByIdentifierAsync(app, word, session.CancellationToken)
        ?? throw new RefusedException(Refusal.UserNotFound);

    public static Argument<string> User() => new("USER")
    {
        Description = "The user's external id or id; in a Complete app also the email address or phone number.",
    };

    private static Command Create(Terminal terminal)
    {
        var app = Arguments.App();
        var email = Arguments.Text("--email", "The user's email address.");
        var phone = Arguments.Text("--phone", "The user's phone number with its country, such as +14155550123.");
        var command = new NotedCommand(
            "create",
            "Create a user of a Complete app, by email address, phone number or both.",
            "The user is pending, and nobody can register a passkey for it before the address or number is proven.")
        {
            app, email, phone,
        };
        return terminal.Does(command, async session =>
        {
            var complete = await session.CompleteAppAsync(app);
            var (address, number) = (session.Value(email), session.Value(phone));
            if (GivenNames.Complaint(address, number) is { } complaint)
                throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
            var made = await session.Get<ManagedAccounts>().CreateAsync(
                complete, GivenNames.Of(address, number), metadata: default, session.Actor, session.CancellationToken);
            ShowUser(session, ManagedUser.Of(made.User, made.Identifiers));
        });
    }

    private static Command List(Terminal terminal)
    {
        var (app, limit) = (Arguments.App(), Arguments.Limit());
        var prefix = Arguments.Text(
            "--prefix", "List users whose external id starts with this, ordered by external id. Default: all, newest first.");
        var identifier = Arguments.Text("--identifier", "List the user with this email address or phone number. For Complete apps.");
        var status = Arguments.Word("--status", "Only these", "active", "inactive", "pending");
        var blocked = Arguments.Flag("--blocked", "Only users who cannot add passkeys.");
        return terminal.Does(new Command("list", "List users.") { app, prefix, identifier, status, blocked, limit }, async session =>
        {
            var (record, users) = (await session.RecordAsync(app), session.Get<ManagedUsers>());
            var id = new AppId(record.Settings.Id);
            var find = new UserFind
            {
                Prefix = session.Value(prefix),
                Status = session.Value(status) is { } word ? UserStatuses.Parse(word) : null,
                EnrolmentBlocked = session.Value(blocked) ? true : null,
            };
            IReadOnlyList<User> page = session.Value(identifier) is { } name
                ? await users.FindByIdentifierAsync(id, name, session.CancellationToken) is { } one ? [one] : []
                : await session.Get<UserSearch>().ListAsync(id, find, after: null, session.Value(limit), session.CancellationToken);
            var isComplete = AppTypes.Of(record.Settings.Type) == AppType.Complete;
            session.Show(
                new UsersFound(await users.ShowAsync(id, page, session.CancellationToken), Next: null),
                ManageWire.Default.UsersFound,
                found => session.Table(
                    [.. isComplete ? (string[])["EMAIL", "PHONE", "VERIFIED"] : ["USER"], "ID", "STATUS", "SIGN-INS", "LAST", "CREATED"],
                    found.Users.Select(user => (string?[])
                    [
                        .. isComplete ? NamesOf(user) : [user.Name],
                        user.Id, user.EnrolmentBlocked ? $"{user.Status}, blocked" : user.Status, $"{user.LoginCount}",
                        Session.Time(user.LastLoginAt), Session.Time(user.CreatedAt),
                    ])));
        });
    }

    // Email address, phone number, and which of them are proven.
    private static string?[] NamesOf(ManagedUser user) =>
    [
        user.Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Email)?.Value,
        user.Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Phone)?.Value,
        user.Identifiers.Where(one => one.VerifiedAt is not null).Select(one => one.Kind).ToList() is [_, ..] proven
            ? string.Join(", ", proven)
            : null,
    ];

    private static Command Show(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), User());
        return terminal.Does(new Command("show", "Show a user and their passkeys.") { user, app }, async session =>
        {
            var id = await session.AppAsync(app);
            var found = await FindAsync(session, id, session.Value(user));
            var devices = await session.Get<ManagedUsers>().ListDevicesAsync(id, found.Id, session.CancellationToken);
            var about = await session.Get<ManagedUsers>().ShowAsync(found, session.CancellationToken);
            session.Show(new UserShown(about, devices), ManageWire.Default.UserShown, shown =>
            {
                UserTable(session, shown.User);
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
            ShowUser(session, await session.Get<ManagedUsers>().ShowAsync(changed, session.CancellationToken));
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

    private static void ShowUser(Session session, ManagedUser user)
        => session.Show(user, ManageWire.Default.ManagedUser, shown => UserTable(session, shown));

    private static void UserTable(Session session, ManagedUser user) => session.Table(
        ["USER", Session.Clean(user.Name)],
        [
            ["id", user.Id],
            .. user.Identifiers.Select(one => (string?[])
                [one.Kind, $"{one.Value} ({(one.VerifiedAt is { } at ? $"verified {Session.Time(at)}" : "not verified")})"]),
            ["status", user.Status],
            ["enrolment", user.EnrolmentBlocked ? "blocked" : "open"],
            ["sign-ins", $"{user.LoginCount}"],
            ["last", Session.Time(user.LastLoginAt)],
            ["created", Session.Time(user.CreatedAt)],
            .. user.UserMetadata is { } metadata ? (string?[][])[["metadata", metadata.GetRawText()]] : [],
        ]);
}
