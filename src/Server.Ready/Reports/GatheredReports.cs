using Microsoft.Extensions.Logging;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>What a device said.</summary>
/// <param name="KeyId">The key that it came with.</param>
/// <param name="DeviceId">As it was sent; it goes no further than to what it is hashed with. Empty: the device has none.</param>
/// <param name="Profile">What kind of device it is.</param>
/// <param name="At">When.</param>
internal sealed record Report(string KeyId, string DeviceId, Profile Profile, DateTimeOffset At);

/// <summary>
/// Reports wait in memory for <see cref="ReportWriting"/>, which takes them every second: a report pays for its place in a list and waits
/// for no row. How many wait is bounded; what comes while the database is away too long is told to come again.
/// </summary>
internal sealed class GatheredReports(ILogger<GatheredReports> log)
{
    /// <summary>At 5,000 a second, ten seconds' worth.</summary>
    public const int Most = 50_000;

    private readonly Lock gate = new();
    private List<Report> waiting = [];
    private bool told;

    /// <summary>False: too many wait.</summary>
    public bool TryAdd(Report report)
    {
        lock (gate)
        {
            if (waiting.Count < Most)
            {
                waiting.Add(report);
                return true;
            }

            if (told)
                return false;
            told = true;
        }

        log.LogWarning(
            "{Most} reports of the readiness of devices wait to be written, and further ones are refused until they are.", Most);
        return false;
    }

    /// <summary>What has gathered since the last time, oldest first; it is the caller's now.</summary>
    public List<Report> Take()
    {
        lock (gate)
        {
            var taken = waiting;
            (waiting, told) = ([], false);
            return taken;
        }
    }

    /// <summary>What could not be written waits for the next time, before what has come since.</summary>
    public void PutBack(List<Report> reports)
    {
        lock (gate)
        {
            reports.AddRange(waiting);
            waiting = reports;
        }
    }
}
