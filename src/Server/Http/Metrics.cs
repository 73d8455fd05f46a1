using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Http;

/// <summary>
/// The figures, for a Prometheus that shows the configured key. They are no public matter: the reasons of refusals, counted,
/// would tell a stranger after each try whether a credential exists, which no answer tells him. A key holds on any listener
/// and behind any proxy, where an address may be somebody else's.
/// </summary>
internal static class Metrics
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("metrics", (RequestDelegate)AnswerAsync).ExcludeFromDescription();

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        var limits = context.RequestServices.GetRequiredService<RateLimits>();
        if (context.RequestServices.GetRequiredService<IOptions<OpenPassageOptions>>().Value.MetricsKey is not { } key)
            return (limits.ForOtherCall(context, app: null) ?? Refusal.NoSuchOperation).ExecuteAsync(context);
        if (!Shows(context.Request, key))
            return (limits.ForFailedKey(context, app: null) ?? Refusal.WrongMetricsKey).ExecuteAsync(context);
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<Exposition>().Text(), context.RequestAborted);
    }

    private static bool Shows(HttpRequest request, string key) =>
        ApiKeyAuthentication.BearerOf(request) is { } shown
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
