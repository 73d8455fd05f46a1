using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Loops;

/// <summary>Every few minutes, removes the rows that are past the time for which rooms keep them.</summary>
internal sealed class OldRows(Database database, IEnumerable<KeptRows> kept, TimeProvider time, ILogger<OldRows> logger)
    : Loop(TimeSpan.FromMinutes(5), time, logger)
{
    private readonly TimeProvider time = time;

    protected override string Failure => "Old rows could not be removed; it is tried again in five minutes.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        foreach (var rows in kept)
            await rows.RemoveOldAsync(database, time.GetUtcNow(), cancellationToken);
    }
}
