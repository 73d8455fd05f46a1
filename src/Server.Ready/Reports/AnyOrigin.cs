using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>
/// Cross-origin calls (Fetch standard, CORS) from pages anywhere: what decides is the key, which a preflight does not show. Without
/// credentials.
/// </summary>
internal static class AnyOrigin
{
    private const string PreflightMaxAge = "7200";

    /// <summary>What Passage's kits and our SDK send.</summary>
    private const string RequestHeaders =
        $"Content-Type, {ReportsGate.KeyHeader}, Passage-Version, {ReportSender.AppHeader}, {ReportSender.SystemHeader}, "
        + ReportSender.SystemVersionHeader;

    /// <summary>Lets a page read the answer.</summary>
    public static void Apply(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0)
            return;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers.AccessControlExposeHeaders = "Retry-After";
    }

    /// <summary>Answers preflights to a path, and says what it takes to other methods.</summary>
    public static void MapPreflight(IEndpointRouteBuilder routes, string pattern) => OtherRoutes.MapRest(
        routes,
        pattern,
        static endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null,
        context =>
        {
            Apply(context);
            if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.Origin.Count > 0)
            {
                context.Response.Headers.AccessControlAllowMethods = HttpMethods.Post;
                context.Response.Headers.AccessControlAllowHeaders = RequestHeaders;
                context.Response.Headers.AccessControlMaxAge = PreflightMaxAge;
            }

            return null;
        });
}
