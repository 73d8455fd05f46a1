using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Sealing;

/// <summary>Reads the sealing keys every minute, and makes the next one in time, so that no call ever has to.</summary>
internal sealed class TicketKeysFollowing(TicketKeys keys, TimeProvider time, ILogger<TicketKeysFollowing> logger)
    : Loop(TimeSpan.FromMinutes(1), time, logger)
{
    protected override string Failure => "The sealing keys cannot be read; the last known ones are used.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken) => await keys.FollowAsync(cancellationToken);
}
