using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Server.Apps;

/// <summary>The apps in service, in memory. Replaced as a whole, so a reader never sees half a change.</summary>
internal sealed class AppDirectory
{
    private volatile Dictionary<string, App> apps = new(StringComparer.Ordinal);

    public IReadOnlyCollection<App> All => apps.Values;

    /// <summary>The number of the change that these are as of, or a little later.</summary>
    public long Change { get; private set; }

    /// <summary>The app with this id; case matters.</summary>
    public App? Find(string appId) => apps.GetValueOrDefault(appId);

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
        apps = (await store.ListInServiceAsync(cancellationToken)).ToDictionary(app => app.Id.Value, StringComparer.Ordinal);
        Change = change;
    }
}
