using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage signing-key list|rotate|withdraw</c>.</summary>
internal static class SigningKeyCommand
{
    private const string Notes = """
        Official backends keep the keys that they have fetched: passage-go until it is restarted, passage-ruby, passage-node and passage-php
        for a day. The next key signs by itself once it has been published for 30 days, unless SigningKeys:PublishedFor differs, and few
        backends notice. This command does not wait, and says which backends have to be restarted now.
        """;

    private const string NotYet = "Nothing has changed. Withdraw the key only if it was stolen: its tokens are refused here at once, and "
        + "every backend with passage-go, passage-ruby, passage-node or passage-php has to be restarted, because it accepts them until "
        + "then. Otherwise use 'openpassage signing-key rotate'. To withdraw the key, add --yes.";

    public static Command Make(Terminal terminal)
        => new("signing-key", "List, rotate and withdraw the keys that a Complete app's access tokens are signed with.")
        {
            List(terminal),
            Rotate(terminal),
            Withdraw(terminal),
        };

    private static Command List(Terminal terminal)
    {
        var app = Arguments.App();
        return terminal.Does(
            new Command("list", "List the published keys, in the order in which they sign.") { app }, async session =>
            {
                var keys = await session.Get<SigningKeys>().EnsureAsync(await OpenAsync(session, app), session.CancellationToken);
                session.Show(
                    new SigningKeyList(ManagedSigningKey.Of(keys, session.Get<TimeProvider>().GetUtcNow())),
                    ManagementWire.Default.SigningKeyList,
                    list => Table(session, list.Keys));
            });
    }

    private static Command Rotate(Terminal terminal)
    {
        var app = Arguments.App();
        return terminal.Does(
            new NotedCommand("rotate", "Sign with the next key from now on. The one before stays published for its tokens.", Notes) { app },
            session => RotateAsync(session, app, withdraw: false));
    }

    private static Command Withdraw(Terminal terminal)
    {
        var app = Arguments.App();
        var yes = Arguments.Flag("--yes", "Withdraw it. Without this option nothing changes.");
        return terminal.Does(
            new NotedCommand("withdraw", "For a stolen key: sign with the next key, and refuse all tokens of the one before.", Notes)
            {
                app, yes,
            },
            session => session.Value(yes)
                ? RotateAsync(session, app, withdraw: true)
                : throw new RefusedException(Refusal.OperationNotAllowed.Because(NotYet)));
    }

    private static async Task RotateAsync(Session session, Option<string> app, bool withdraw)
    {
        var keys = await session.Get<SigningKeys>().RotateAsync(
            await OpenAsync(session, app), withdraw, session.Actor, session.CancellationToken);
        session.Show(
            SigningKeyRotated.Of(keys, withdraw, session.Get<TimeProvider>().GetUtcNow()),
            ManagementWire.Default.SigningKeyRotated,
            rotated =>
            {
                Table(session, rotated.Keys);
                session.Line("");
                session.Line(rotated.Advice);
            });
    }

    // Private keys are kept sealed, by keys that a server reads when it starts.
    private static async Task<App> OpenAsync(Session session, Option<string> app)
    {
        var complete = await session.CompleteAppAsync(app);
        await session.Get<Database>().AloneAsync(
            () => session.Get<TicketKeys>().OpenAsync(session.CancellationToken), session.CancellationToken);
        return complete;
    }

    private static void Table(Session session, IReadOnlyList<ManagedSigningKey> keys) => session.Table(
        ["KID", "STATE", "PUBLISHED", "SIGNS FROM"],
        keys.Select(key => (string?[])
            [key.Kid, key.State.ToString().ToLowerInvariant(), Session.Time(key.CreatedAt), Session.Time(key.SignsFrom)]));
}
