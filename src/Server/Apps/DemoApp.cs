using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Apps;

/// <summary>
/// The app that a first start without configuration makes, so that there is something to try: localhost only. Beside it, those that rooms
/// bring for what they have.
/// </summary>
internal static class DemoApp
{
    public const string Id = "demo";
    public const string Url = "http://localhost:8421";

    private const string ServerUrl = "http://localhost:8420";

    /// <summary>Where the demo's API key lies, for its backend to read.</summary>
    public static string KeyFile(DataDirectory data) => Path.Combine(data.FullPath, "demo.key");

    /// <summary>Makes the apps, or takes them up again, the first with the key of its file; a lost file means a new key.</summary>
    public static async ValueTask StartAsync(
        AppStore store, IEnumerable<AppOptions> others, DataDirectory data, ILogger logger, CancellationToken cancellationToken)
    {
        var file = KeyFile(data);
        var key = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : "";
        if (key.Length < AppRules.MinApiKeyLength)
        {
            key = RandomNumberGenerator.GetString(Ids.LettersAndDigits, 40);
            DataDirectory.WriteFile(file, key + "\n");
        }

        DataDirectory.RestrictFile(file);
        var demo = new AppOptions { Id = Id, Name = "Demo", RpId = Domain.Localhost };
        demo.Origins.Add(Url);
        demo.Origins.Add(ServerUrl);
        demo.ApiKeys.Add(key);
        await store.PutDemoAsync(demo, cancellationToken);
        logger.LogInformation("No app is configured. The app '{App}' is there to try: {Url} (its API key is in {File})", Id, Url, file);
        foreach (var other in others)
        {
            await store.PutDemoAsync(other, cancellationToken);
            logger.LogInformation("The app '{App}' is there to try too: {Url}", other.Id, other.Origins[0]);
        }
    }

    /// <summary>Once there are apps of one's own: the key is of no use any more.</summary>
    public static void RemoveKey(DataDirectory data) => File.Delete(KeyFile(data));
}
