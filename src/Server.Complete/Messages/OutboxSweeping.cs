using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Every few minutes, removes rows of messages that are long over.</summary>
internal sealed class OutboxSweeping(OutboxRows rows, TimeProvider time, ILogger<OutboxSweeping> logger)
    : Loop(TimeSpan.FromMinutes(5), time, logger)
{
    protected override string Failure => "Old messages could not be removed; the next try is in five minutes.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken) => await rows.RemoveOldAsync(cancellationToken);
}
