using System.Collections.Concurrent;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Statistics;

/// <summary>How many users an app has, and how many of them have a passkey.</summary>
internal sealed record UserCount(long All, long WithPasskey);

/// <summary>
/// The two counts that grow with users and not with days. They are kept for a minute, and a page waits for them a moment and
/// no longer: while they are counted it shows the last ones, or that it counts.
/// </summary>
internal sealed class UserCounts(CounterStore store, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<AppId, Counting> countings = new();

    /// <summary>Null: it is being counted for the first time.</summary>
    public async ValueTask<UserCount?> OfAsync(AppId app, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var current = countings.AddOrUpdate(
            app,
            _ => new(now, Begin(app), Before: null),
            (_, last) => last.Count.Value.IsCompleted && (now >= last.At + Kept || !last.Count.Value.IsCompletedSuccessfully)
                ? new(now, Begin(app), last.Result)
                : last);
        var count = current.Count.Value;
        await Task.WhenAny(count, Task.Delay(Patience, cancellationToken));
        return count.IsCompleted ? await count : current.Before;
    }

    // One count at a time, whoever asks; it outlives the page that began it.
    private Lazy<Task<UserCount>> Begin(AppId app) => new(() => Task.Run(async () =>
    {
        var (all, withPasskey) = await store.CountUsersAsync(app, CancellationToken.None);
        return new UserCount(all, withPasskey);
    }));

    private sealed record Counting(DateTimeOffset At, Lazy<Task<UserCount>> Count, UserCount? Before)
    {
#pragma warning disable RS0030 // It is there: nothing is waited for.
        public UserCount? Result => Count.Value.IsCompletedSuccessfully ? Count.Value.Result : Before;
#pragma warning restore RS0030
    }
}
