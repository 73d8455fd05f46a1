using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Ready.Keys;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage readiness show|key</c>.</summary>
internal static class ReadinessCommand
{
    public static Command Make(Terminal terminal)
        => new("readiness", "Which devices can use passkeys.")
        {
            ReadinessShow.Make(terminal),
            Key(terminal),
        };

    private static Command Key(Terminal terminal)
        => new("key", "Create, list and revoke the keys that pages and apps report the readiness of devices with.")
        {
            Create(terminal),
            List(terminal),
            Revoke(terminal),
        };

    private static Command Create(Terminal terminal)
    {
        var name = new Option<string>("--name")
        {
            Description = "The key's name.",
            DefaultValueFactory = _ => "Created on the command line",
        };
        var app = Arguments.Text("--app", "The id of the app whose devices it counts. Default: no one app's.");
        var sources = Arguments.Texts(
            "--source", "An origin or a bundle id whose reports it takes. May be repeated. Default: it takes all.");
        return terminal.Does(
            new NotedCommand(
                "create",
                "Create a key and print it.",
                "The key is no secret: it stands in pages and apps. Whoever reads it there can send reports of devices that do not exist.")
            {
                name, app, sources,
            },
            async session =>
            {
                var owner = session.Value(app) is { } id ? await session.AppAsync(id) : AuditStore.Server;
                var key = await session.Get<ManagedReadinessKeys>().CreateAsync(
                    owner, session.Value(name), session.Value(sources) ?? [], session.Actor, session.CancellationToken);
                session.Show(
                    ManagedReadinessKey.Of(key), ReadinessKeysWire.Default.ManagedReadinessKey, made =>
                    {
                        session.Line(made.Key);
                        session.Line($"Pages and apps send it as X-API-KEY. Id {made.Id}.");
                    });
            },
            mayMake: true);
    }

    private static Command List(Terminal terminal)
        => terminal.Does(new Command("list", "List the keys, revoked ones included."), async session =>
        {
            var keys = await session.Get<ManagedReadinessKeys>().ListAsync(session.CancellationToken);
            session.Show(
                new ReadinessKeyList([.. keys.Select(ManagedReadinessKey.Of)]),
                ReadinessKeysWire.Default.ReadinessKeyList,
                list => session.Table(
                    ["ID", "NAME", "KEY", "APP", "SOURCES", "CREATED", "REVOKED"],
                    list.Keys.Select(key => (string?[])
                    [
                        key.Id, key.Name, key.Key, key.AppId, key.Sources is [] ? null : string.Join(' ', key.Sources),
                        Session.Time(key.CreatedAt), Session.Time(key.RevokedAt),
                    ])));
        });

    private static Command Revoke(Terminal terminal)
    {
        var id = new Argument<string>("KEY") { Description = "The key's id." };
        return terminal.Does(
            new Command("revoke", "Revoke a key. It stops working within seconds, and what it has counted stays.") { id }, async session =>
            {
                await session.Get<ManagedReadinessKeys>().RevokeAsync(session.Value(id), session.Actor, session.CancellationToken);
                session.Show(new Done(), ManageWire.Default.Done, _ => session.Line($"{session.Value(id)} is revoked."));
            });
    }
}
