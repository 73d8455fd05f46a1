using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Apps;

/// <summary>
/// Every two seconds, one row tells whether another node, or another process at the same file, has changed an app or taken
/// a key away; then the apps are read anew. Asking works through every proxy and on every database, which notifications do not.
/// </summary>
internal sealed class AppsFollowing(AppStore store, AppDirectory directory, TimeProvider time, ILogger<AppsFollowing> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromSeconds(2), time);

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
                if (await store.LastChangeAsync(stoppingToken) != directory.Change)
                    await directory.ReadAsync(store, stoppingToken);
                failing = false;
            }
#pragma warning disable CA1031 // A database that is away now must not end the following for good.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                if (!failing)
                    logger.LogWarning("Changes of apps cannot be read; the last known ones are served. {Reason}", e.Message);
                failing = true;
            }
        }
    }
}
