using System.Net;
using System.Security.Cryptography;
using System.Text;
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

    private readonly CallCounts? lookups = Counting(options.Value.Limits.LookupsPerMinute, time);
    private readonly CallCounts? lookupsOfOne = Counting(options.Value.Limits.LookupsPerIdentifierPerMinute, time);

    /// <summary>A refusal, or null when the call may go on. Unknown apps share one count.</summary>
    public Refusal? ForBrowserCall(HttpContext context, App? app) => Take(browserCalls, context, app);

    /// <summary>
    /// For documents, preflights and what is no operation: counted beside the ceremonies, whose calls they do not use up.
    /// </summary>
    public Refusal? ForOtherCall(HttpContext context, App? app) => Take(otherCalls, context, app);

    public Refusal? ForFailedKey(HttpContext context, App? app) => Take(failedKeys, context, app);

    /// <summary>For a question whether a user exists.</summary>
    /// <param name="context">The call.</param>
    /// <param name="app">Whose user.</param>
    /// <param name="identifier">Whom it asks for, in the form that is compared.</param>
    public Refusal? ForLookup(HttpContext context, App app, string identifier)
        => Take(lookups, context, app) ?? (lookupsOfOne?.Take(app.Id.Value, AddressFor(identifier)) is { } wait
            ? Refusal.TooManyRequests with { RetryAfter = wait }
            : null);

    // Counted like networks, of which there are as many.
    private static IPAddress AddressFor(string identifier) => new(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)).AsSpan(0, 16));

    private static CallCounts? Counting(int permits, TimeProvider time) => permits == 0 ? null : new(permits, time);

    private static Refusal? Take(CallCounts? counts, HttpContext context, App? app)
        => counts?.Take(app?.Id.Value ?? "", Caller.AddressOf(context)) is { } wait
            ? Refusal.TooManyRequests with { RetryAfter = wait }
            : null;
}
