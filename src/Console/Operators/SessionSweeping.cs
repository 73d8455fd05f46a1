using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>Every ten minutes, removes sessions that are over: they open nothing any more, and need not lie about.</summary>
internal sealed class SessionSweeping(SessionStore sessions, TimeProvider time, ILogger<SessionSweeping> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromMinutes(10), time);

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sessions.SweepAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A database that is away now must not end the sweeping for good.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.LogWarning("Sessions of the console that are over could not be removed; the next try is in ten minutes. {Reason}", e.Message);
            }
        }
    }
}
