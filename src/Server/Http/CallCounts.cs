using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OpenPassage.Server.Http;

/// <summary>
/// Counts the calls of each network to each app, minute by minute or in spans of another length. The callers that are told apart in one
/// are bounded, since IPv6 has more networks to call from than any machine has memory: past that, newcomers are counted by a larger
/// network, and in the end all together.
/// </summary>
internal sealed class CallCounts(int permits, TimeProvider time, TimeSpan? window = null, int mostCallers = 200_000)
{
    private readonly TimeSpan window = window ?? TimeSpan.FromMinutes(1);

    private Minute minute = new(time.GetTimestamp());

    /// <summary>Counts a call. Null: it may go on; else how long the caller is to wait.</summary>
    public TimeSpan? Take(string app, IPAddress address)
    {
        var now = Current();
        var calls = Interlocked.Increment(ref now.CountOf(app, address, mostCallers).Calls);
        return calls <= permits ? null : window - time.GetElapsedTime(now.Begun);
    }

    /// <summary>Whether a call would have to wait; it is not counted.</summary>
    public bool IsSpent(string app, IPAddress address) => Volatile.Read(ref Current().CountOf(app, address, mostCallers).Calls) >= permits;

    private Minute Current()
    {
        var now = Volatile.Read(ref minute);
        if (time.GetElapsedTime(now.Begun) < window)
            return now;
        Interlocked.CompareExchange(ref minute, new(time.GetTimestamp()), now);
        return Volatile.Read(ref minute);
    }

    // One household or machine has an IPv4 address, or a whole /64 of IPv6; a provider hands those out from a /16 or a /32.
    private static UInt128 Network(IPAddress address, bool large)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length))
            return 0;
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var kept = isV6 ? (large ? 4 : 8) : (large ? 2 : length);
        bytes[kept..].Clear();
        // An IPv4 address and the IPv6 network that begins with the same bytes are two.
        bytes[^1] = (byte)length;
        bytes[^2] = large ? (byte)1 : (byte)0;
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private sealed class Minute(long begun)
    {
        private readonly ConcurrentDictionary<(string App, UInt128 Network), Counter> counters = new();
        private readonly Counter rest = new();
        private int callers;

        public long Begun => begun;

        public Counter CountOf(string app, IPAddress address, int most)
            => Find((app, Network(address, large: false)), most) ?? Find((app, Network(address, large: true)), 2 * most) ?? rest;

        private Counter? Find((string, UInt128) key, int most)
        {
            if (counters.TryGetValue(key, out var found))
                return found;
            if (Volatile.Read(ref callers) >= most)
                return null;
            var made = new Counter();
            found = counters.GetOrAdd(key, made);
            if (found == made)
                Interlocked.Increment(ref callers);
            return found;
        }
    }

    private sealed class Counter
    {
        public int Calls;
    }
}
