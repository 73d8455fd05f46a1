using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Store;

namespace OpenPassage.Server.Http;

/// <summary>For load balancers and orchestrators: is the process up, and can it do its work.</summary>
internal static class Health
{
    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapGet("live", (RequestDelegate)(context => AnswerAsync(context, well: true))).ExcludeFromDescription();
        routes.MapGet("ready", (RequestDelegate)(async context => await AnswerAsync(context, await DatabaseAnswersAsync(context)))).ExcludeFromDescription();
    }

    private static async Task<bool> DatabaseAnswersAsync(HttpContext context)
    {
        try
        {
            var database = context.RequestServices.GetRequiredService<Database>();
            return await database.NumberAsync(new Statement("SELECT CAST(1 AS BIGINT)"), context.RequestAborted) == 1;
        }
        catch (Exception e) when (e is DbException or DatabaseUnavailableException)
        {
            return false;
        }
    }

    private static Task AnswerAsync(HttpContext context, bool well)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(well ? "ok" : "the database does not answer", context.RequestAborted);
    }
}
