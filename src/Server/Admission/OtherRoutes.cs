using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Admission;

/// <summary>What is left beside the operations: preflights, wrong methods, unknown paths.</summary>
internal static class OtherRoutes
{
    /// <summary>Beside the operations of <c>/v1</c>.</summary>
    public static void MapOtherRoutes(this IEndpointRouteBuilder routes)
    {
        // With the app's id where there is one: a page of the app can then read the refusal.
        MapRest(routes, "apps/{app_id}/{**rest}", IsOperation);
        MapRest(routes, "manage/apps/{app_id}/{**rest}", IsOperation);
        MapRest(routes, "{**path}", IsOperation);
    }

    /// <summary>Beside everything, for a server that has its addresses to itself.</summary>
    public static void MapEverythingElse(this IEndpointRouteBuilder routes) => MapRest(routes, "{**path}", static _ => true);

    /// <summary>Says no to a call that no endpoint answers: the <c>Allow</c> header has its path's methods when there are any.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="pattern">Which paths.</param>
    /// <param name="ours">Which endpoints count.</param>
    /// <param name="admit">What a call passes before; null where the gate has seen to it.</param>
    /// <param name="refuse">The answer, by whether the path takes other methods; null: the API's.</param>
    public static void MapRest(
        IEndpointRouteBuilder routes,
        string pattern,
        Func<Endpoint, bool> ours,
        Func<HttpContext, IResult?>? admit = null,
        Func<bool, IResult>? refuse = null) =>
        routes.Map(RoutePatternFactory.Parse(pattern), (RequestDelegate)(context =>
        {
            if (admit?.Invoke(context) is { } turnedAway)
                return turnedAway.ExecuteAsync(context);
            var allow = context.RequestServices.GetRequiredService<AllowedMethods>().At(context.Request.Path, ours);
            if (allow.Length > 0)
                context.Response.Headers.Allow = allow;
            if (!HttpMethods.IsOptions(context.Request.Method))
                return (refuse ?? Refuse)(allow.Length > 0).ExecuteAsync(context);
            // The gate has set what a preflight asks for.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        })).ExcludeFromDescription();

    private static bool IsOperation(Endpoint endpoint) => endpoint.Metadata.OfType<Audience>().Any();

    private static Refusal Refuse(bool otherMethods) => otherMethods ? Refusal.MethodNotAllowed : Refusal.NoSuchOperation;
}
