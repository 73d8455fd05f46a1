using System.CommandLine;
using System.Text.Json;
using OpenPassage.Host.Serving;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage event list|tail|export</c>.</summary>
internal static class EventCommand
{
    // What is written in a group may become visible a little after what was written later.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Make(Terminal terminal)
        => new("event", "List, follow and export events.") { List(terminal), Tail(terminal), Export(terminal) };

    private static Command List(Terminal terminal)
    {
        var (filters, limit) = (new Filters(), Arguments.Limit());
        return terminal.Does(filters.AddTo(new Command("list", "List events, newest first.") { limit }), async session =>
        {
            var (app, query) = await filters.ReadAsync(session);
            var found =
                await session.Get<EventSearch>().ListAsync(app, query, after: null, session.Value(limit), session.CancellationToken);
            session.Show(new EventsFound(
                [.. found.Select(ManagedEvent.Of)], Next: null), ManageWire.Default.EventsFound, events => session.Table(
                ["AT", "APP", "USER", "TYPE", "OUTCOME", "STEP", "WHERE", "ADDRESS"],
                events.Events.Select(happened => (string?[])
                [
                    Session.Time(happened.At), happened.AppId, happened.UserName ?? happened.UserId, happened.Type,
                    happened.Refusal?.Rejection ?? happened.Outcome, happened.Refusal?.Step,
                    happened.UserAgentDisplay, happened.IpAddress,
                ])));
        });
    }

    private static Command Tail(Terminal terminal)
    {
        var filters = new Filters();
        return terminal.Does(filters.AddTo(
            new Command("tail", "Follow events as they happen, until Ctrl+C. With --json, one JSON object a line.")), async session =>
        {
            var (app, query) = await filters.ReadAsync(session);
            var (time, search) = (session.Get<TimeProvider>(), session.Get<EventSearch>());
            var since = time.GetUtcNow();
            var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            try
            {
                while (true)
                {
                    foreach (var found in (await search.ListAsync(
                        app, query with { From = since }, after: null, Paging.MaxLimit, session.CancellationToken)).Reverse())
                    {
                        if (seen.TryAdd(found.Id, found.At))
                            ShowOne(session, ManagedEvent.Of(found));
                    }

                    await session.Output.FlushAsync(session.CancellationToken);
                    since = time.GetUtcNow() - Late;
                    foreach (var old in seen.Where(entry => entry.Value < since).Select(entry => entry.Key).ToList())
                        seen.Remove(old);
                    await Task.Delay(Pause, time, session.CancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl+C is how it ends.
            }
        });
    }

    private static Command Export(Terminal terminal)
    {
        var filters = new Filters();
        var file = new Argument<string>("FILE") { Description = "A new file, readable only by its owner. - means standard output." };
        var format = Arguments.Word("--format", "The format. Default: jsonl", "jsonl", "csv");
        return terminal.Does(filters.AddTo(new Command("export", "Write all matching events to a file.") { file, format }), async session =>
        {
            var (app, query) = await filters.ReadAsync(session);
            var name = session.Value(file);
            await using var to = name == "-" ? Console.OpenStandardOutput() : DataDirectory.OpenNewFile(name);
            var count = await new EventFile(session.Value(format) == "csv").WriteAsync(
                to, session.Get<EventSearch>(), app, query, name == "-" ? null : session.Progress("events"), session.CancellationToken);
            if (name != "-")
                session.Show(
                    new EventsWritten(name, count),
                    HostWire.Default.EventsWritten,
                    made => session.Line($"{made.File}: {made.Events} events."));
        });
    }

    private static void ShowOne(Session session, ManagedEvent happened)
    {
        if (session.Json)
        {
            session.Line(JsonSerializer.Serialize(happened, ManageWire.Default.ManagedEvent));
            return;
        }

        var (who, outcome) = (happened.UserName ?? happened.UserId, happened.Refusal?.Rejection ?? happened.Outcome);
        session.Line(Session.Clean(string.Join(
            "  ", Session.Time(happened.At), happened.AppId, who, happened.Type, outcome, happened.UserAgentDisplay, happened.IpAddress)));
    }

    private sealed class Filters
    {
        private readonly Option<string?> app = Arguments.Text("--app", "The app's id. Default: all apps.");
        private readonly Option<string?> user = Arguments.Text("--user", "The user's external id or id. Needs --app.");
        private readonly Option<string?> type = Arguments.Word("--type", "What happened", [.. ServedRooms.Events.Words]);
        private readonly Option<string?> outcome = Arguments.Word("--outcome", "How it ended", "ok", "refused");
        private readonly Option<string?> rejection = Arguments.Text("--rejection", "The rejection code, such as wrong_origin.");
        private readonly Option<DateTimeOffset?> from = Arguments.Time("--from", "From this date or time on, in UTC.");
        private readonly Option<DateTimeOffset?> to = Arguments.Time("--to", "Before this date or time, in UTC.");

        public Command AddTo(Command command)
        {
            foreach (var option in (Option[])[app, user, type, outcome, rejection, from, to])
                command.Add(option);
            return command;
        }

        public async Task<(AppId? App, EventQuery Query)> ReadAsync(Session session)
        {
            AppId? id = session.Value(app) is { } named ? await session.AppAsync(named) : null;
            return (id, new EventQuery
            {
                UserId = session.Value(user) is { } word ? await UserIdAsync(session, id, word) : null,
                Type = session.Value(type),
                Refused = session.Value(outcome) switch { "ok" => false, "refused" => true, _ => null },
                Rejection = session.Value(rejection),
                From = session.Value(from),
                To = session.Value(to),
            });
        }

        // Two apps may call two people the same.
        private static async Task<string> UserIdAsync(Session session, AppId? app, string word) => app is { } id
            ? (await UserCommand.FindAsync(session, id, word)).Id
            : throw new RefusedException(Refusal.InvalidRequest.Because("--user needs --app."));
    }
}

/// <summary>A file of events.</summary>
/// <param name="File">As it was named.</param>
/// <param name="Events">How many are in it.</param>
internal sealed record EventsWritten(string File, long Events);
