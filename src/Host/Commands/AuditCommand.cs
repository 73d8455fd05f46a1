using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage audit list</c>.</summary>
internal static class AuditCommand
{
    public static Command Make(Terminal terminal) =>
        new("audit", "List changes made by operators, API keys and the command line.") { List(terminal) };

    private static Command List(Terminal terminal)
    {
        var app = Arguments.Text("--app", "The app's id, which may be of a deleted app. Default: changes to the server itself.");
        var limit = Arguments.Limit();
        var command = new Command("list", "List changes, newest first. --json also shows the values before and after.") { app, limit };
        return terminal.Does(command, async session =>
        {
            var id = session.Value(app) is { } named ? new AppId(named) : AuditStore.Server;
            var lines = await session.Get<AuditStore>().ListAsync(id, after: null, session.Value(limit), session.CancellationToken);
            session.Show(
                new AuditPage([.. lines.Select(ManagedChange.Of)], Next: null),
                ManageWire.Default.AuditPage,
                page => session.Table(
                    ["AT", "WHO", "WHAT", "TARGET"],
                    page.Changes.Select(change => (string?[])[Session.Time(change.At), change.Actor, change.Action, change.Target])));
        });
    }
}
