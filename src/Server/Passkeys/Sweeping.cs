using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Events;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Every minute, removes spent tickets that have expired, passkeys that were never activated, and what is past the lifetime of events.
/// </summary>
internal sealed class Sweeping(
    SpentTickets spent,
    PasskeyRemovals passkeys,
    EventStore events,
    IOptions<OpenPassageOptions> options,
    TimeProvider time,
    ILogger<Sweeping> logger) : Loop(TimeSpan.FromMinutes(1), time, logger)
{
    private readonly TimeProvider time = time;

    protected override string Failure => "Expired rows could not be removed; the next try is in a minute.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        await spent.RemoveExpiredAsync(cancellationToken);
        await passkeys.RemoveNeverActivatedAsync(cancellationToken);
        await passkeys.ForgetBeforeAsync(time.GetUtcNow() - options.Value.EventLifetime, cancellationToken);
        await events.RemoveBeforeAsync(time.GetUtcNow() - options.Value.EventLifetime, cancellationToken);
    }
}
