using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>Who may report: pages and apps that show a readiness key, from wherever it takes reports.</summary>
internal enum Reporter
{
    WithKey,
}

/// <summary>Who may report, and how often: the key, what sends it, and its network.</summary>
internal sealed class ReportsGate(
    ReadinessKeys keys, RateLimits limits, ReportLimits reports, Measurements measurements, ILogger<ReportsGate> log)
    : CallFrame<Reporter>(measurements, log)
{
    public const string KeyHeader = "X-API-KEY";

    protected override async ValueTask<IResult?> AdmitAsync(HttpContext context, Reporter audience)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        AnyOrigin.Apply(context);
        if (context.Request.Headers[KeyHeader] is not [{ Length: > 0 and <= ReadinessKey.MaxLength } shown]
            || await keys.FindAsync(shown, context.RequestAborted) is not { } key)
            return limits.ForFailedKey(context, app: null) ?? ReadyRefusals.WrongReadinessKey;
        if (reports.ForReport(key, Caller.AddressOf(context)) is { } wait)
            return Refusal.TooManyRequests with { RetryAfter = wait };
        if (!key.Takes(ReportSender.SourceOf(context.Request)))
            return ReadyRefusals.SourceNotListed;
        context.Features.Set(new ReportCall(key, context));
        return null;
    }
}

/// <summary>A report's key, and who sends it: made by <see cref="ReportsGate"/> before the handler runs.</summary>
internal sealed class ReportCall(ReadinessKey key, HttpContext context)
{
    public ReadinessKey Key { get; } = key;

    public HttpRequest Request { get; } = context.Request;

    public static ValueTask<ReportCall?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<ReportCall>());
}
