using Microsoft.Extensions.Logging;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// Notices that the database has gone back to an earlier state, as after a restore. What was spent, withdrawn or signed out since
/// then is not known any more, so nothing that was sealed or given out before is good from then on: tickets and nonces, links for
/// operators and their sessions, sessions of users. Passkeys, users and keys stay as the restored state has them.
/// </summary>
internal sealed class Restores(
    Database database,
    Tickets tickets,
    AuditStore audit,
    IEnumerable<EndedByRestore> ended,
    TimeProvider time,
    ILogger<Restores> logger)
{
    /// <summary>Looks once, when a server starts, and before it seals or opens anything.</summary>
    public async ValueTask NoticeAsync(CancellationToken cancellationToken)
    {
        if (await database.WhyOlderAsync(cancellationToken) is { } reason)
        {
            logger.LogWarning(
                "{Reason} Transactions, ceremonies and nonces from before this start are refused, and all sessions have ended: "
                    + "users of Complete apps must sign in again, and operators to the console.",
                reason);
            await MarkAsync(Actor.Server, cancellationToken);
        }

        await database.BeginServingAsync(cancellationToken);
        Heed(await database.NumberAsync(new("SELECT number FROM changes WHERE kind = 'restored'"), cancellationToken));
    }

    /// <summary>From now on nothing that was given out before is good, on any node.</summary>
    public async ValueTask MarkAsync(Actor actor, CancellationToken cancellationToken)
    {
        // A few at a time, however many there are; what has come meanwhile goes with the mark.
        foreach (var table in ended)
        {
            foreach (var app in await Removal.AppsAsync(database, cancellationToken))
                await table.Rows.OfAppAsync(database, app, static _ => { }, cancellationToken);
        }

        await database.WriteAsync(
            [
                audit.Line(AuditStore.Server, actor, "RefuseWhatIsOlder", "the database", before: null, after: null),
                new("DELETE FROM operator_invitations"),
                new("DELETE FROM operator_sessions"),
                .. ended.Select(table => new Statement($"DELETE FROM {table.Rows.Table}")),
                // A time and no count: a second restore of the same copy must not come to the same number.
                new(
                    """
                    INSERT INTO changes (kind, number) VALUES ('restored', @now)
                    ON CONFLICT (kind) DO UPDATE
                    SET number = CASE WHEN changes.number < excluded.number THEN excluded.number ELSE changes.number + 1 END
                    """,
                    Parameter.Time("now", time.GetUtcNow())),
            ],
            cancellationToken);
    }

    /// <summary>Heeds what another node, or a command, has marked.</summary>
    public Follower Following => new("restored", (moment, _) =>
    {
        Heed(moment);
        return Task.CompletedTask;
    });

    private void Heed(long moment) => tickets.SealSince(moment);
}

/// <summary>
/// Rows that are good for nothing once the database has gone back: some of them may have ended since then. The room whose table it is
/// says so in its services.
/// </summary>
/// <param name="Rows">The whole table.</param>
internal sealed record EndedByRestore(Removal Rows);
