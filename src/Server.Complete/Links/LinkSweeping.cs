using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Complete.Links;

/// <summary>Every few minutes: removes links that ended a day ago.</summary>
internal sealed class LinkSweeping(LinkStore links, TimeProvider time, ILogger<LinkSweeping> logger)
    : Loop(TimeSpan.FromMinutes(10), time, logger)
{
    protected override string Failure => "Links that ended could not be removed; it is tried again.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken) => await links.RemoveEndedAsync(cancellationToken);
}
