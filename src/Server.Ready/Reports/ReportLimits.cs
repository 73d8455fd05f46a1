using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Keys;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// What one network may add to what a key counts: reports in a minute, and devices in an hour. The key is for everybody to read, so this
/// is what bounds forged reports. Counted per node, in memory.
/// </summary>
internal sealed class ReportLimits(IOptions<OpenPassageReadyOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CallCounts? reports = Counting(options.Value.ReportsPerMinute, time, TimeSpan.FromMinutes(1));
    private readonly CallCounts? devices = Counting(options.Value.DevicesPerNetworkAndHour, time, Hour);
    private readonly SeenDevices seen = new(time, Hour);

    /// <summary>Counts a report. Null: it may go on; else how long its sender is to wait.</summary>
    public TimeSpan? ForReport(ReadinessKey key, IPAddress address) => reports?.Take(key.Id, address);

    /// <summary>The same for its device, unless that has reported a moment ago. One without an id is a new one every time.</summary>
    public TimeSpan? ForDevice(ReadinessKey key, string deviceId, IPAddress address)
    {
        if (devices is null)
            return null;
        var device = deviceId.Length == 0 ? default : NumberOf(key, deviceId);
        if (deviceId.Length > 0 && seen.Contains(device))
            return null;
        var wait = devices.Take(key.Id, address);
        if (wait is null && deviceId.Length > 0)
            seen.Add(device);
        return wait;
    }

    // A hash that nobody finds a second device for.
    private static UInt128 NumberOf(ReadinessKey key, string deviceId)
        => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Id}\n{deviceId}")));

    private static CallCounts? Counting(int permits, TimeProvider time, TimeSpan window)
        => permits == 0 ? null : new(permits, time, window);

    /// <summary>The devices of the last hour or two, as many as there is room for: one that is forgotten counts as a new one.</summary>
    private sealed class SeenDevices(TimeProvider time, TimeSpan keptFor)
    {
        private const int Most = 100_000;

        private readonly Lock gate = new();
        private HashSet<UInt128> current = [];
        private HashSet<UInt128> before = [];
        private long begun = time.GetTimestamp();

        public bool Contains(UInt128 device)
        {
            lock (gate)
            {
                Turn();
                return current.Contains(device) || before.Contains(device);
            }
        }

        public void Add(UInt128 device)
        {
            lock (gate)
                current.Add(device);
        }

        private void Turn()
        {
            if (current.Count < Most && time.GetElapsedTime(begun) < keptFor)
                return;
            (before, current, begun) = (current, [], time.GetTimestamp());
        }
    }
}
