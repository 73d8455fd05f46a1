using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Http;

/// <summary>
/// Bounds what one address may ask of one app: browser calls, and calls with a wrong API key. A call with the right key is
/// never counted, so that nobody can lock a backend out. Counted per node, in memory.
/// </summary>
internal sealed class RateLimits(IOptions<OpenPassageOptions> options) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<Partition>? browserCalls = Limiter(options.Value.Limits.BrowserCallsPerMinute);
    private readonly PartitionedRateLimiter<Partition>? failedKeys = Limiter(options.Value.Limits.FailedKeysPerMinute);

    /// <summary>A refusal, or null when the call may go on. Unknown apps share one count.</summary>
    public Refusal? ForBrowserCall(HttpContext context, App? app) => Take(browserCalls, context, app);

    public Refusal? ForFailedKey(HttpContext context, App? app) => Take(failedKeys, context, app);

    public void Dispose()
    {
        browserCalls?.Dispose();
        failedKeys?.Dispose();
    }

    private static Refusal? Take(PartitionedRateLimiter<Partition>? limiter, HttpContext context, App? app)
    {
        if (limiter is null)
            return null;
        using var lease = limiter.AttemptAcquire(new Partition(app?.Id.Value ?? "", Network(AppCall.Caller(context))));
        if (lease.IsAcquired)
            return null;
        return Refusal.TooManyRequests with { RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window };
    }

    private static PartitionedRateLimiter<Partition>? Limiter(int permits) => permits == 0
        ? null
        : PartitionedRateLimiter.Create<Partition, Partition>(partition => RateLimitPartition.GetFixedWindowLimiter(
            partition,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }));

    /// <summary>One household or machine has a whole /64 of IPv6 to call from.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private readonly record struct Partition(string AppId, IPAddress Network);
}
