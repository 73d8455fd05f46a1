using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>
/// How many wrong codes a network may enter in an hour, counted per node, and how many an app takes from all networks, on all nodes
/// together.
/// </summary>
internal sealed class GuessBudgets(
    CodeStore codes,
    IOptions<OpenPassageCompleteOptions> options,
    Measurements measurements,
    TimeProvider time,
    ILogger<GuessBudgets> logger)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CodeOptions limits = options.Value.Codes;
    private readonly CallCounts networks = new(options.Value.Codes.WrongPerNetworkAndHour, time, Hour);
    private readonly ConcurrentDictionary<AppId, HourCount> apps = new();

    /// <summary>Whether a guess is taken from here now, as far as wrong ones before it go.</summary>
    public async ValueTask<bool> AllowsAsync(App app, Caller caller, CancellationToken cancellationToken)
    {
        if (limits.WrongPerNetworkAndHour > 0 && networks.IsSpent(app.Id.Value, AddressOf(caller)))
        {
            measurements.GuessRefused("network");
            return false;
        }

        if (limits.WrongPerHour == 0)
            return true;
        var count = apps.GetOrAdd(app.Id, static _ => new());
        var now = time.GetUtcNow();
        await count.RefreshAsync(now, since => codes.FailuresAsync(app.Id, since, cancellationToken));
        if (count.Number < limits.WrongPerHour)
            return true;
        measurements.GuessRefused("app");
        if (count.IsFirst(now))
        {
            logger.LogWarning(
                "App {App} got {Most} wrong codes within an hour: somebody may be guessing. Until fewer are that young, codes are taken "
                    + "only from networks that have signed their user in before. Passkeys and links go on. The limit is "
                    + "OpenPassage:Codes:WrongPerHour.",
                app.Id,
                limits.WrongPerHour);
            await codes.TellAsync(app.Id, CompleteEvents.CodesGuessed, userId: "", caller, cancellationToken);
        }

        return false;
    }

    /// <summary>A guess was wrong.</summary>
    public void Failed(App app, Caller caller)
    {
        measurements.WrongCode();
        if (limits.WrongPerNetworkAndHour > 0)
            networks.Take(app.Id.Value, AddressOf(caller));
        apps.GetOrAdd(app.Id, static _ => new()).Add();
    }

    private static IPAddress AddressOf(Caller caller) => IPAddress.TryParse(caller.IpAddress, out var address) ? address : IPAddress.None;
}
