using System.CommandLine;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage restored</c>.</summary>
internal static class RestoredCommand
{
    private const string About = "After a restore: refuse every transaction, ceremony and nonce from before now.";

    private const string Notes = """
        A database that has gone back to an earlier moment does not know what was used after it: a nonce could be verified twice. What a
        start notices by itself needs no command: a copy by 'openpassage backup', a restored dump of PostgreSQL, a file older than the one
        before. Run it after going back to a moment with PostgreSQL's WAL archive, or to a snapshot of a disk or machine. Whoever is in the
        middle of signing in begins again, operators sign in to the console anew, and their open invitations are gone. Nodes that run heed
        it within seconds.
        """;

    public static Command Make(Terminal terminal) => terminal.Does(new NotedCommand("restored", About, Notes), async session =>
    {
        await session.Get<Restores>().MarkAsync(session.Actor, session.CancellationToken);
        session.Show(new RestoreMarked(true), HostWire.Default.RestoreMarked, _ => session.Line("Nothing from before now is accepted."));
    });
}

/// <summary>It is done.</summary>
internal sealed record RestoreMarked(bool Refused);
