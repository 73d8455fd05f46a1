using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Admission;

/// <summary>
/// Bounds what one address may ask of one app: browser calls, calls with a wrong API key, and whatever else needs no key. A call with
/// the right key is never counted, so that nobody can lock a backend out. Counted per node, in memory.
/// </summary>
internal sealed class RateLimits(IOptions<OpenPassageOptions> options, TimeProvider time)
{
    private readonly CallCounts? browserCalls = Counting(options.Value.Limits.BrowserCallsPerMinute, time);
    private readonly CallCounts? otherCalls = Counting(options.Value.Limits.BrowserCallsPerMinute, time);
    private readonly CallCounts? failedKeys = Counting(options.Value.Limits.FailedKeysPerMinute, time);

    /// <summary>A refusal, or null when the call may go on. Unknown apps share one count.</summary>
    public Refusal? ForBrowserCall(HttpContext context, App? app) => Take(browserCalls, context, app);

    /// <summary>
    /// For documents, preflights and what is no operation: counted beside the ceremonies, whose calls they do not use up.
    /// </summary>
    public Refusal? ForOtherCall(HttpContext context, App? app) => Take(otherCalls, context, app);

    public Refusal? ForFailedKey(HttpContext context, App? app) => Take(failedKeys, context, app);

    private static CallCounts? Counting(int permits, TimeProvider time) => permits == 0 ? null : new(permits, time);

    private static Refusal? Take(CallCounts? counts, HttpContext context, App? app)
        => counts?.Take(app?.Id.Value ?? "", Caller.AddressOf(context)) is { } wait
            ? Refusal.TooManyRequests with { RetryAfter = wait }
            : null;
}
