using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Admission;

/// <summary>For load balancers and orchestrators: is the process up, and can it do its work.</summary>
internal static class Health
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(RouteGroupBuilder routes)
    {
        // A busy server must not be taken for a dead one.
        routes.WithMetadata(AlwaysAnswered.Metadata);
        routes.MapMethods("live", Methods, (RequestDelegate)(context => AnswerAsync(context, well: true))).ExcludeFromDescription();
        routes.MapMethods("ready", Methods, (RequestDelegate)(async context =>
            await AnswerAsync(context, await IsReadyAsync(context), Problems(context)))).ExcludeFromDescription();
    }

    private static Task<bool> IsReadyAsync(HttpContext context)
        => context.RequestServices.GetRequiredService<Readiness>().AskAsync().WaitAsync(context.RequestAborted);

    // They stop no sign-in, so the node stays in service.
    private static IEnumerable<string> Problems(HttpContext context) =>
        context.RequestServices.GetRequiredService<AttestationSources>().Problems.Select(problem => problem.PublicSentence);

    private static Task AnswerAsync(HttpContext context, bool well, IEnumerable<string>? problems = null)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(string.Join('\n', (problems ?? []).Prepend(well ? "ok" : "the database does not answer")),
            context.RequestAborted);
    }
}
