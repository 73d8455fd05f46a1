using System.CommandLine;
using OpenPassage.Host.Terminals;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage restored</c>.</summary>
internal static class RestoredCommand
{
    private const string About =
        "Run this after restoring a database: it rejects all earlier transactions, ceremonies and nonces, and ends all sessions.";

    private const string Notes = """
        A restored database does not know which nonces were used and which sessions ended after the backup: a nonce could be verified
        twice, and whoever was signed out would be signed in again. The server notices some restores when it starts and needs no command:
        a copy made by 'openpassage backup', a restored PostgreSQL dump, and a SQLite file older than the previous one. Run this command
        after restoring PostgreSQL from a base backup and WAL archive, or after going back to a snapshot of a disk or machine. Users who
        are signing in have to start again, all users of Complete apps and all operators have to sign in again, and unused invitations are
        deleted. Running nodes apply it within seconds.
        """;

    public static Command Make(Terminal terminal) => terminal.Does(new NotedCommand("restored", About, Notes), async session =>
    {
        await session.Get<Restores>().MarkAsync(session.Actor, session.CancellationToken);
        session.Show(
            new RestoreMarked(true),
            HostWire.Default.RestoreMarked,
            _ => session.Line("Earlier transactions, ceremonies and nonces are no longer accepted, and all sessions have ended."));
    });
}

/// <summary>It is done.</summary>
internal sealed record RestoreMarked(bool Refused);
