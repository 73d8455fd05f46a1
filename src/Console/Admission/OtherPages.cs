using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Admission;

/// <summary>Addresses under the console that are none, and methods that a page does not take.</summary>
internal static class OtherPages
{
    private const string NoSuchPage = "There is no such page in this console.";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("{**path}", Handle);

    private static IResult Handle(HttpContext context, AllowedMethods methods)
    {
        context.Response.Headers.Allow = methods.At(context.Request.Path, IsPage) is { Length: > 0 } allow ? allow : default;
        return Refuse(context.Response.Headers.Allow.Count > 0);
    }

    /// <summary>The same for every other method, and for anybody: which pages there are is no secret, and nothing is looked up.</summary>
    public static void MapOtherMethods(IEndpointRouteBuilder routes) =>
        OtherRoutes.MapRest(routes, "{**path}", IsPage, Admit, Refuse);

    private static bool IsPage(Endpoint endpoint)
        => endpoint is RouteEndpoint { RoutePattern.RawText: { } path } && path.StartsWith(ConsolePaths.Root, StringComparison.Ordinal);

    private static TooMany? Admit(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        return context.RequestServices.GetRequiredService<RateLimits>().ForOtherCall(context, app: null) is { RetryAfter: var wait }
            ? new TooMany(wait)
            : null;
    }

    private static IResult Refuse(bool otherMethods) => otherMethods
        ? Problem.Because(
            StatusCodes.Status405MethodNotAllowed,
            "That cannot be done here",
            "This address takes other methods; the Allow header lists them.")
        : Problem.NotFound(NoSuchPage);
}
