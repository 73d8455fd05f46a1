using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using Session = OpenPassage.Host.Terminals.Session;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage message list|test|preview</c>.</summary>
internal static class MessageCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Make(Terminal terminal)
        => new("message", "List a Complete app's messages, send a test, and show what messages say.")
        {
            List(terminal),
            Test(terminal),
            Preview(terminal),
        };

    private static Command List(Terminal terminal)
    {
        var (app, limit) = (Arguments.App(), Arguments.Limit());
        var state = Arguments.Word("--state", "Only these", [.. MessageStates.All]);
        var command = new NotedCommand(
            "list",
            "List the messages of the last week, newest first.",
            "Neither codes and links nor receivers are shown. RECEIVER is the domain of an address or the country of a number.")
        {
            app, state, limit,
        };
        return terminal.Does(command, async session =>
        {
            var id = (await session.CompleteAppAsync(app)).Id;
            session.Show(
                await session.Get<OutboxRows>().PageAsync(
                    id, session.Value(state), after: null, session.Value(limit), session.CancellationToken),
                ManagementWire.Default.MessagesFound,
                found => Table(session, found.Messages));
        });
    }

    private static Command Test(Terminal terminal)
    {
        var app = Arguments.App();
        var to = new Option<string>("--to")
        {
            Description = "An email address, or a phone number with its country, such as +14155550123.", Required = true,
        };
        var wait = Arguments.Span("--wait", "How long to wait until it is sent. Default: 10s.");
        var command = new NotedCommand(
            "test",
            "Send a message that says that it is a test.",
            $"The running server sends it, as it sends every message. An app sends {TestMessages.MostPerHour} tests an hour at most. The "
                + "exit code is 4 where the message was refused.")
        {
            app, to, wait,
        };
        return terminal.Does(command, async session =>
        {
            var complete = await OpenAsync(session, app);
            var sent = await session.Get<TestMessages>().SendAsync(complete, session.Value(to), session.Actor, session.CancellationToken);
            sent = await WaitAsync(session, complete, sent, session.Value(wait) ?? TimeSpan.FromSeconds(10));
            session.ExitCode = sent.State is MessageStates.Refused or MessageStates.GivenUp ? ExitCode.Refused : ExitCode.Done;
            session.Show(new TestMessageSent(ManagedMessage.Of(sent)), ManagementWire.Default.TestMessageSent, shown =>
            {
                Table(session, [shown.Message]);
                if (shown.Message.State == MessageStates.Waiting)
                    session.Line("It waits. A server that is running sends it; 'openpassage message list' says what becomes of it.");
            });
        });
    }

    // Until it has ended, or was tried once and has to wait.
    private static async Task<OutboxRow> WaitAsync(Session session, App app, OutboxRow sent, TimeSpan patience)
    {
        var (time, begun) = (session.Get<TimeProvider>(), session.Get<TimeProvider>().GetTimestamp());
        while (sent is { State: MessageStates.Waiting, Error: "" } && time.GetElapsedTime(begun) < patience)
        {
            await Task.Delay(Pause, session.CancellationToken);
            sent = await session.Get<OutboxRows>().FindAsync(app.Id, sent.Id, session.CancellationToken) ?? sent;
        }

        return sent;
    }

    private static Command Preview(Terminal terminal)
    {
        var app = Arguments.App();
        var kind = new Option<string>("--kind")
        {
            Description = $"Which message: {string.Join(", ", PreviewWanted.Kinds)}.", Required = true,
        };
        kind.AcceptOnlyFromAmong([.. PreviewWanted.Kinds]);
        var language = Arguments.Word("--language", "Default: the app's. One of", [.. Languages.All]);
        var channel = Arguments.Word("--channel", "How it is sent. Default: email. One of", [.. PreviewWanted.Channels]);
        var html = Arguments.Flag("--html", "Print the HTML instead of the text.");
        var command = new NotedCommand(
            "preview",
            "Show what a message says, with a sample code or link.",
            "Your own templates (OpenPassage:Mail:Templates) are read as they are now. If one of them cannot be read, this says which and "
                + "where, and exits with 4.")
        {
            app, kind, language, channel, html,
        };
        return terminal.Does(command, async session =>
        {
            var complete = await session.CompleteAppAsync(app);
            var preview = await session.Get<MessagePreviews>().WriteAsync(complete, new(
                MessageKinds.Parse(session.Value(kind)),
                session.Value(channel) ?? IdentifierKind.Email,
                session.Value(language) ?? complete.Settings.Complete.DefaultLanguage));
            session.Show(preview, ManagementWire.Default.MessagePreview, shown =>
            {
                if (session.Value(html))
                {
                    session.Line(shown.Html ?? throw new RefusedException(Refusal.InvalidRequest.Because("A text message has no HTML.")));
                    return;
                }

                if (shown.Subject is { } subject)
                    session.Line($"Subject: {subject}\n");
                session.Line(shown.Text);
            });
        });
    }

    // What a message says is kept sealed, by keys that a server reads when it starts.
    private static async Task<App> OpenAsync(Session session, Option<string> app)
    {
        var complete = await session.CompleteAppAsync(app);
        await session.Get<Database>().AloneAsync(
            () => session.Get<TicketKeys>().OpenAsync(session.CancellationToken), session.CancellationToken);
        return complete;
    }

    private static void Table(Session session, IReadOnlyList<ManagedMessage> messages) => session.Table(
        ["AT", "KIND", "CHANNEL", "LANGUAGE", "RECEIVER", "STATE", "ATTEMPTS", "NEXT TRY", "ERROR"],
        messages.Select(message => (string?[])
        [
            Session.Time(message.CreatedAt), message.Kind, message.Channel, message.Language,
            message.Receiver is "" ? null : message.Receiver, message.State, $"{message.Attempts}", Session.Time(message.NextTryAt),
            message.Error,
        ]));
}
