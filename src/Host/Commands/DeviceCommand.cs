using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage device list|revoke</c>.</summary>
internal static class DeviceCommand
{
    public static Command Make(Terminal terminal)
        => new("device", "List and revoke a user's passkeys.") { List(terminal), Revoke(terminal) };

    public static void Table(Session session, IReadOnlyList<ManagedDevice> devices) => session.Table(
        ["ID", "NAME", "PROVIDER", "SYNCED", "ATTESTATION", "USES", "LAST USED", "CREATED"],
        devices.Select(device => (string?[])
        [
            device.Id, device.Name, device.Provider.Name, device.Synced switch { true => "yes", false => "no", null => null },
            device.AttestationTrust, $"{device.Uses}", Session.Time(device.LastUsedAt), Session.Time(device.CreatedAt),
        ]));

    private static Command List(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), UserCommand.User());
        return terminal.Does(new Command("list", "List a user's passkeys.") { user, app }, async session =>
        {
            var id = await session.AppAsync(app);
            var found = await UserCommand.FindAsync(session, id, session.Value(user));
            var devices = await session.Get<ManagedUsers>().ListDevicesAsync(id, found.Id, session.CancellationToken);
            session.Show(
                new UserShown(await session.Get<ManagedUsers>().ShowAsync(found, session.CancellationToken), devices),
                ManageWire.Default.UserShown,
                shown => Table(session, shown.Devices));
        });
    }

    private static Command Revoke(Terminal terminal)
    {
        var (app, user) = (Arguments.App(), UserCommand.User());
        var device = new Argument<string?>("DEVICE") { Description = "The device's id.", Arity = ArgumentArity.ZeroOrOne };
        var all = Arguments.Flag("--all", "All of the user's passkeys.");
        return terminal.Does(
            new Command("revoke", "Revoke one of a user's passkeys, or all of them.") { user, device, app, all }, async session =>
            {
                var id = await session.AppAsync(app);
                var found = await UserCommand.FindAsync(session, id, session.Value(user));
                var revoked = 1;
                switch (session.Parsed.GetValue(device), session.Value(all))
                {
                    case (null, true):
                        revoked = await session.Get<ManagedUsers>().RevokeDevicesAsync(
                            id, found.Id, session.Actor, session.CancellationToken);
                        break;
                    case ({ } one, false):
                        await session.Get<ManagedUsers>().RevokeDeviceAsync(id, found.Id, one, session.Actor, session.CancellationToken);
                        break;
                    default:
                        throw new RefusedException(Refusal.InvalidRequest.Because("Give the passkey's id or --all."));
                }

                session.Show(
                    new UserDevicesRevoked(revoked),
                    ManageWire.Default.UserDevicesRevoked,
                    done => session.Line($"Revoked: {done.Revoked}."));
            });
    }
}
