using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Apps;

/// <summary>The apps in service and every API key, in memory. Replaced as a whole, so a reader never sees half a change.</summary>
internal sealed class AppDirectory : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile Snapshot current = new([], []);

    public IReadOnlyCollection<App> All => current.ById.Values;

    /// <summary>The number of the change that these are as of, or a little later.</summary>
    public long Change { get; private set; }

    /// <summary>The app with this id; case matters.</summary>
    public App? Find(string appId) => current.ById.GetValueOrDefault(appId);

    /// <summary>The apps that share an RP ID, by their ids; domain names know no case.</summary>
    public IReadOnlyList<App> OfRpId(string rpId) => current.ByRpId.GetValueOrDefault(rpId, []);

    /// <summary>
    /// The app's key that a caller presents; null when it is none, or has expired. Every key is compared, in constant time, so
    /// that time tells nothing.
    /// </summary>
    public ApiKey? FindKey(App app, string presentedKey, DateTimeOffset now)
        // The keys of this moment, not those of the caller's snapshot: a key taken away stops working at once.
        => FindKey(Find(app.Id.Value)?.ApiKeys ?? [], presentedKey, now);

    /// <summary>The same for the keys of the whole server.</summary>
    public ApiKey? FindServerKey(string presentedKey, DateTimeOffset now) => FindKey(current.ServerKeys, presentedKey, now);

    public static ApiKey? FindKey(IReadOnlyList<ApiKey> keys, string presentedKey, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(presentedKey);
        var hash = ApiKey.HashOf(presentedKey);
        ApiKey? found = null;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i].Is(hash))
                found = keys[i];
        }

        return found is null || found.IsExpired(now) ? null : found;
    }

    public void Dispose() => turn.Dispose();

    /// <summary>Reads them anew.</summary>
    internal async ValueTask ReadAsync(AppStore store, CancellationToken cancellationToken)
    {
        // In turns, or an older reading could replace a newer one.
        await turn.WaitAsync(cancellationToken);
        try
        {
            // First the number: what changes in between is read once more.
            var change = await store.LastChangeAsync(cancellationToken);
            var (apps, serverKeys) = await store.ReadInServiceAsync(cancellationToken);
            current = new(apps, serverKeys);
            Change = change;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Reads them anew when another node, or another process at the same file, has changed an app or taken a key away.</summary>
    internal Follower Following(AppStore store) => new("apps", async (change, cancellationToken) =>
    {
        if (change != Change)
            await ReadAsync(store, cancellationToken);
    });

    private sealed class Snapshot(IReadOnlyList<App> apps, IReadOnlyList<ApiKey> serverKeys)
    {
        public IReadOnlyList<ApiKey> ServerKeys { get; } = serverKeys;

        public Dictionary<string, App> ById { get; } = apps.ToDictionary(app => app.Id.Value, StringComparer.Ordinal);

        public Dictionary<string, App[]> ByRpId { get; } = apps
            .GroupBy(app => app.RelyingParty.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
    }
}
