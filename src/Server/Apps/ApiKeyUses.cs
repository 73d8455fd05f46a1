using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Apps;

/// <summary>
/// When each API key was last used. A call notes it in memory; once a minute what is new is written, so no call waits and a
/// busy key costs one small write a minute on each node.
/// </summary>
internal sealed class ApiKeyUses(ApiKeyStore store, TimeProvider time, ILogger<ApiKeyUses> logger)
    : Loop(TimeSpan.FromMinutes(1), time, logger)
{
    private readonly ConcurrentDictionary<(AppId App, string Key), DateTimeOffset> unwritten = new();

    protected override string Failure => "The times at which API keys were last used could not be saved; the next try is in a minute.";

    protected override bool TurnsAtEnd => true;

    public void Note(ApiKey key, DateTimeOffset now)
    {
        // Most calls end here: two at once may both go on, which does no harm.
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        if (key.NotedMinute == minute)
            return;
        key.NotedMinute = minute;
        unwritten[(key.App, key.Id)] = now;
    }

    public async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        var uses = unwritten.ToArray();
        if (uses is [])
            return;
        await store.SaveUsesAsync([.. uses.Select(use => (use.Key.App, use.Key.Key, use.Value))], cancellationToken);
        // Unless it has been used again meanwhile.
        foreach (var use in uses)
            unwritten.TryRemove(use);
    }

    protected override ValueTask TurnAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);
}
