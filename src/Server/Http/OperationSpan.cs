using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Http;

/// <summary>One operation for whoever traces. It carries the route and never the path: paths and queries hold users' ids.</summary>
internal static class OperationSpan
{
    /// <summary>Null when nobody listens, or the sampler says no.</summary>
    /// <param name="operation">The operation's name.</param>
    /// <param name="context">The call.</param>
    /// <param name="continues">Whether a trace of the caller's is continued: strangers do not choose what is recorded.</param>
    public static Activity? Start(string operation, HttpContext context, bool continues)
    {
        if (!Measurements.Activities.HasListeners())
            return null;
        var caller = continues
            && ActivityContext.TryParse(
                context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var sent)
                ? sent
                : default;
        // The host's own activity would be the parent otherwise, and nobody exports that one.
        Activity.Current = null;
        var span = Measurements.Activities.StartActivity(operation, ActivityKind.Server, caller);
        span?.SetTag("http.request.method", context.Request.Method);
        span?.SetTag("http.route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        return span;
    }

    /// <summary>Ends it with what is also counted.</summary>
    public static void Stop(Activity span, HttpContext context, in Ending ending)
    {
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        span.SetTag("openpassage.outcome", ending.Outcome);
        span.SetTag("openpassage.code", ending.Code);
        span.SetTag("openpassage.rejection", ending.Rejection);
        if (ending.Outcome == Ending.Failed.Outcome)
            span.SetStatus(ActivityStatusCode.Error);
        span.Dispose();
    }
}
