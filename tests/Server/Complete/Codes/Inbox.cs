using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Complete.Codes;

/// <summary>What an address or a number was sent, as the outbox has it before it is handed over.</summary>
internal sealed class Inbox(ServerFixture server)
{
    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<Message>> OfAsync(string to, string app = CompleteSite.AppId)
    {
        var (database, keys) = (server.Services.GetRequiredService<Database>(), server.Services.GetRequiredService<TicketKeys>());
        var rows = await database.ListAsync(
            new(
                "SELECT message_id, kind, sealed FROM outbox WHERE app_id = @app AND sealed IS NOT NULL ORDER BY created_at, message_id",
                Parameter.Text("app", app)),
            row => (Id: row.GetString(0), Kind: MessageKinds.Parse(row.GetString(1))!.Value, Sealed: row.GetBytes(2)),
            default);
        List<Message> found = [];
        foreach (var row in rows)
        {
            var message = await SealedMessage.OpenAsync(keys, new AppId(app), row.Id, row.Kind, row.Sealed, default);
            if (string.Equals(message.To.Value, to, StringComparison.OrdinalIgnoreCase))
                found.Add(message);
        }

        return found;
    }

    /// <summary>What a link was sent in, by the id that the page was given.</summary>
    public async Task<Message> OfLinkAsync(string linkId, string app = CompleteSite.AppId)
    {
        var (database, keys) = (server.Services.GetRequiredService<Database>(), server.Services.GetRequiredService<TicketKeys>());
        var row = (await database.ListAsync(
            new(
                """
                SELECT o.message_id, o.kind, o.sealed FROM outbox o
                JOIN links l ON l.app_id = o.app_id AND l.message_id = o.message_id
                WHERE l.app_id = @app AND l.link_id = @link
                """,
                Parameter.Text("app", app),
                Parameter.Text("link", linkId)),
            row => (Id: row.GetString(0), Kind: MessageKinds.Parse(row.GetString(1))!.Value, Sealed: row.GetBytes(2)),
            default)).Single();
        return await SealedMessage.OpenAsync(keys, new AppId(app), row.Id, row.Kind, row.Sealed, default);
    }

    public async Task<Message> LastAsync(string to, string app = CompleteSite.AppId) => (await OfAsync(to, app))[^1];

    /// <summary>The code in the last message.</summary>
    public async Task<string> CodeAsync(string to) => (await LastAsync(to)).Code!;
}
