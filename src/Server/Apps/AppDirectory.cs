using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Server.Apps;

/// <summary>The apps in service, in memory. Replaced as a whole, so a reader never sees half a change.</summary>
internal sealed class AppDirectory
{
    private volatile Snapshot apps = new([]);

    public IReadOnlyCollection<App> All => apps.ById.Values;

    /// <summary>The number of the change that these are as of, or a little later.</summary>
    public long Change { get; private set; }

    /// <summary>The app with this id; case matters.</summary>
    public App? Find(string appId) => apps.ById.GetValueOrDefault(appId);

    /// <summary>The apps that share an RP ID, by their ids; domain names know no case.</summary>
    public IReadOnlyList<App> OfRpId(string rpId) => apps.ByRpId.GetValueOrDefault(rpId, []);

    /// <summary>Whether a presented key is one of the app's. Every key is compared, in constant time, so that time tells nothing.</summary>
    public bool IsApiKeyOf(App app, string presentedKey)
    {
        ArgumentNullException.ThrowIfNull(presentedKey);
        var hash = Hash(presentedKey);
        var found = false;
        // The keys of this moment, not those of the caller's snapshot: a key taken away stops working at once.
        foreach (var known in Find(app.Id.Value)?.ApiKeyHashes ?? [])
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found;
    }

    internal static byte[] Hash(string apiKey) => SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));

    /// <summary>Reads them anew. Callers take turns.</summary>
    internal async ValueTask ReadAsync(AppStore store, CancellationToken cancellationToken)
    {
        // First the number: what changes in between is read once more.
        var change = await store.LastChangeAsync(cancellationToken);
        apps = new(await store.ListInServiceAsync(cancellationToken));
        Change = change;
    }

    private sealed class Snapshot(IReadOnlyList<App> apps)
    {
        public Dictionary<string, App> ById { get; } = apps.ToDictionary(app => app.Id.Value, StringComparer.Ordinal);

        public Dictionary<string, App[]> ByRpId { get; } = apps
            .GroupBy(app => app.RelyingParty.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
    }
}
