using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Host.Serving;

/// <summary>
/// Bounds how many requests are worked on at once, and with them the memory that they take: what is more is answered with 503 at once.
/// A request is worked on once it is there; until then it is a connection's matter (<see cref="OpenConnections"/>). Questions of health,
/// and what was made before, are always answered.
/// </summary>
internal sealed class Overload(
    int most, BrowserOrigins origins, AppDirectory apps, Measurements measurements, TimeProvider time, ILogger<Overload> log)
{
    private readonly OnceAMinute telling = new(time);
    private int working;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (AlwaysAnswered.Is(context.GetEndpoint()))
        {
            await next(context);
            return;
        }

        // Whoever sends slowly keeps nobody else out.
        await RequestBody.ArriveAsync(context);
        var connection = context.Features.Get<OpenConnections.One>();
        try
        {
            connection?.Begin();
            if (Interlocked.Increment(ref working) <= most || most == 0)
                await next(context);
            else
                await RefuseAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref working);
            connection?.End();
        }
    }

    private Task RefuseAsync(HttpContext context)
    {
        if (telling.IsDue())
            log.LogWarning(
                "More than {Most} requests arrived at once: the rest are answered with 503 (OpenPassage:Limits:ConcurrentRequests).",
                most);
        // A page cannot read a refusal without these headers.
        if (context.GetRouteValue(Gate.AppIdRouteValue) is string id && apps.Find(id) is { } app)
            origins.Apply(context, app);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        measurements.Operation(OperationName.Of(context), measurements.Timestamp(), Refusal.Busy.Ending);
        return Refusal.Busy.ExecuteAsync(context);
    }
}
