using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Http;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Admission;

/// <summary>
/// The figures, for a Prometheus that shows the configured key. They are no public matter: the reasons of refusals, counted,
/// would tell a stranger after each try whether a credential exists, which no answer tells him. A key holds on any listener
/// and behind any proxy, where an address may be somebody else's.
/// </summary>
internal static class Metrics
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods("metrics", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)AnswerAsync)
        .ExcludeFromDescription();

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        var limits = context.RequestServices.GetRequiredService<RateLimits>();
        if (!IsWrittenPlainly(context)
            || context.RequestServices.GetRequiredService<IOptions<OpenPassageOptions>>().Value.MetricsKey is not { } key)
            return (limits.ForOtherCall(context, app: null) ?? Refusal.NoSuchOperation).ExecuteAsync(context);
        if (!Shows(context.Request, key))
            return (limits.ForFailedKey(context, app: null) ?? Refusal.WrongMetricsKey).ExecuteAsync(context);
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<Exposition>().Text(), context.RequestAborted);
    }

    /// <summary>
    /// A proxy's rule against this path goes by the text of the request: <c>/Metrics</c>, <c>/metrics/</c>, <c>/x/../metrics</c> and
    /// <c>/%6detrics</c> pass it, and routing takes them for the same. So there is one spelling, and the others lead nowhere.
    /// </summary>
    private static bool IsWrittenPlainly(HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var sent = string.IsNullOrEmpty(target) ? context.Request.Path.Value : target.Split('?')[0];
        return sent is ['/', .. var path] && path == route?.TrimStart('/');
    }

    private static bool Shows(HttpRequest request, string key) =>
        ApiKeyAuthentication.BearerOf(request) is { } shown
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
