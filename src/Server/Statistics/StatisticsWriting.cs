using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Statistics;

/// <summary>Every five seconds, and once more when the server stops, writes what was counted, in small transactions.</summary>
internal sealed class StatisticsWriting(Counting counting, CounterStore store, TimeProvider time, ILogger<StatisticsWriting> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromSeconds(5), time);
    private long sweptMonth;

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    /// <summary>Writes what there is now.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var (numbers, active) = counting.Take();
        Queue<KeyValuePair<Counter, long>[]> counters = new(numbers.Chunk(CounterStore.Batch));
        Queue<ActiveUser[]> users = new(active.Chunk(CounterStore.Batch));
        try
        {
            for (; counters.TryPeek(out var batch); counters.Dequeue())
                await store.AddAsync(batch, cancellationToken);
            for (; users.TryPeek(out var batch); users.Dequeue())
            {
                await store.AddActiveAsync(batch, cancellationToken);
                counting.Written(batch);
            }

            var month = Days.OfMonth(time.GetUtcNow());
            if (month != sweptMonth)
                await store.SweepAsync(month, cancellationToken);
            sweptMonth = month;
        }
#pragma warning disable CA1031 // A database that is away now must not end the counting for good.
        catch (Exception e)
#pragma warning restore CA1031
        {
            counting.PutBack(counters.SelectMany(batch => batch), users.SelectMany(batch => batch));
            if (e is not OperationCanceledException)
                logger.LogWarning("What was counted could not be written; it waits for the next try in five seconds. {Reason}", e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync(stoppingToken);
    }
}
