using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Statistics;

/// <summary>Every five seconds, and once more when the server stops, writes what was counted, in small transactions.</summary>
internal sealed class StatisticsWriting(Counting counting, CounterStore store, TimeProvider time, ILogger<StatisticsWriting> logger)
    : Loop(TimeSpan.FromSeconds(5), time, logger)
{
    private readonly TimeProvider time = time;
    private long sweptMonth;

    protected override string Failure => "What was counted could not be written; it waits for the next try in five seconds.";

    protected override bool TurnsAtEnd => true;

    /// <summary>Writes what there is now. What cannot be written waits for the next time.</summary>
    public async ValueTask WriteAsync(CancellationToken cancellationToken)
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
        catch
        {
            counting.PutBack(counters.SelectMany(batch => batch), users.SelectMany(batch => batch));
            throw;
        }
    }

    protected override ValueTask TurnAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);
}
