using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// What a call passes before its handler, in this order: <see cref="Operation"/>, <see cref="Antiforgery"/>, <see cref="RecentSignIn"/>.
/// </summary>
internal static class Guards
{
    /// <summary>Names the operation, measures it and turns what the SDK throws into an answer.</summary>
    public static RouteHandlerBuilder Operation(this RouteHandlerBuilder endpoint, string name) => endpoint
        .WithMetadata(new SmallBody())
        .AddEndpointFilter(async (call, next) =>
        {
            var services = call.HttpContext.RequestServices;
            var time = services.GetRequiredService<TimeProvider>();
            var since = time.GetTimestamp();
            var outcome = PasskeyTelemetry.Failed;
            using var activity = PasskeyTelemetry.Start(name);
            try
            {
                var result = await AnswerAsync(call, next, services);
                // Afterwards: antiforgery sets a weaker header, and complains of one that is there already.
                call.HttpContext.Response.Headers.CacheControl = "no-store";
                outcome = result is Refusal refusal ? refusal.Code : "ok";
                return result;
            }
            finally
            {
                services.GetRequiredService<PasskeyTelemetry>().Record(name, outcome, time.GetElapsedTime(since), activity);
            }
        });

    /// <summary>An operation that only this site's own pages may call.</summary>
    public static RouteHandlerBuilder Antiforgery(this RouteHandlerBuilder endpoint, string operation) => endpoint
        .Operation(operation)
        .AddEndpointFilter(async (call, next) =>
            await call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(call.HttpContext)
                ? await next(call)
                : Refusal.Antiforgery);

    /// <summary>A session that was left open is not enough to change how one signs in.</summary>
    public static RouteHandlerBuilder RecentSignIn(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (call, next) =>
    {
        var services = call.HttpContext.RequestServices;
        var options = services.GetRequiredService<IOptions<PassageFlexSiteOptions>>().Value;
        return !options.RequireRecentSignIn
            || SignInTime.IsRecent(call.HttpContext.User, options.RecentSignIn, services.GetRequiredService<TimeProvider>())
                ? await next(call)
                : Refusal.RecentSignInRequired;
    });

    private static async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext call, EndpointFilterDelegate next, IServiceProvider services)
    {
        try
        {
            return await next(call);
        }
        catch (Exception exception) when (Refusal.Of(exception) is { } refusal)
        {
            if (refusal.Status >= StatusCodes.Status500InternalServerError)
            {
                services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Guards).Namespace!)
                    .LogError(exception, "{Path} was answered with {Status}.", call.HttpContext.Request.Path, refusal.Status);
            }
            return refusal;
        }
    }

    /// <summary>Nothing that these endpoints take is longer.</summary>
    private sealed class SmallBody : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 16 * 1024;
    }
}
