using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Ready.Keys;

/// <summary>The keys that work, in memory: a report asks no database for its own.</summary>
internal sealed class ReadinessKeys(ReadinessKeyStore store) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile Snapshot? current;

    /// <summary>The key that a report shows; null: there is none, or it is revoked.</summary>
    public async ValueTask<ReadinessKey?> FindAsync(string shown, CancellationToken cancellationToken)
        => (current ?? await ReadAsync(anew: false, cancellationToken)).ByKey.GetValueOrDefault(shown);

    /// <summary>Reads them anew.</summary>
    public async ValueTask ReadAsync(CancellationToken cancellationToken) => await ReadAsync(anew: true, cancellationToken);

    public void Dispose() => turn.Dispose();

    /// <summary>Reads them anew when another node, or another process at the same file, has made or revoked one.</summary>
    internal Follower Following => new(ReadinessKeyStore.Kind, async (change, cancellationToken) =>
    {
        if (current is { } known && known.Change != change)
            await ReadAsync(anew: true, cancellationToken);
    });

    // In turns, or an older reading could replace a newer one.
    private async ValueTask<Snapshot> ReadAsync(bool anew, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!anew && current is { } known)
                return known;
            // First the number: what changes in between is read once more.
            var change = await store.LastChangeAsync(cancellationToken);
            var keys = await store.ListAsync(cancellationToken);
            return current = new(
                change, keys.Where(key => key.RevokedAt is null).ToDictionary(key => key.Key, StringComparer.Ordinal));
        }
        finally
        {
            turn.Release();
        }
    }

    private sealed record Snapshot(long Change, Dictionary<string, ReadinessKey> ByKey);
}
