using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Sealing;

/// <summary>Reads the sealing keys every minute, and makes the next one in time, so that no call ever has to.</summary>
internal sealed class TicketKeysFollowing(TicketKeys keys, TimeProvider time, ILogger<TicketKeysFollowing> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromMinutes(1), time);

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.FollowAsync(stoppingToken);
                failing = false;
            }
#pragma warning disable CA1031 // A database that is away now must not end the following for good.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                if (!failing)
                    logger.LogWarning("The sealing keys cannot be read; the last known ones are used. {Reason}", e.Message);
                failing = true;
            }
        }
    }
}
