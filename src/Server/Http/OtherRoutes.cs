using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace OpenPassage.Server.Http;

/// <summary>What is left beside the operations: preflights, wrong methods, unknown paths.</summary>
internal static class OtherRoutes
{
    /// <summary>What they are counted as.</summary>
    public const string Name = "Other";

    public static void MapOtherRoutes(this IEndpointRouteBuilder routes)
    {
        MapOtherMethods(routes, "apps/{app_id}/transactions/register", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/transactions/authenticate", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/authenticate/verify", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/users", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/users/{user_id}", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/users/{user_id}/devices", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/users/{user_id}/devices/{device_id}", HttpMethods.Delete);
        MapOtherMethods(routes, "apps/{app_id}/register/transactions/webauthn/start", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/register/transactions/webauthn/finish", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/authenticate/transactions/webauthn/start", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/authenticate/transactions/webauthn/finish", HttpMethods.Post);
        MapOtherMethods(routes, "apps/{app_id}/.well-known/webauthn", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/.well-known/passkey-endpoints", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/.well-known/assetlinks.json", HttpMethods.Get);
        MapOtherMethods(routes, "apps/{app_id}/.well-known/apple-app-site-association", HttpMethods.Get);
        MapOtherMethods(routes, "manage/apps", HttpMethods.Get, HttpMethods.Post);
        MapOtherMethods(routes, "manage/apps/{app_id}", HttpMethods.Get, HttpMethods.Patch, HttpMethods.Delete);
        MapOtherMethods(routes, "manage/apps/{app_id}/keys", HttpMethods.Get, HttpMethods.Post);
        MapOtherMethods(routes, "manage/apps/{app_id}/keys/{key_id}", HttpMethods.Delete);
        MapOtherMethods(routes, "manage/apps/{app_id}/keys/{key_id}/rotate", HttpMethods.Post);
        MapOtherMethods(routes, "manage/apps/{app_id}/users", HttpMethods.Get);
        MapOtherMethods(routes, "manage/apps/{app_id}/users/{user_id}", HttpMethods.Get, HttpMethods.Patch, HttpMethods.Delete);
        MapOtherMethods(routes, "manage/apps/{app_id}/users/{user_id}/devices", HttpMethods.Delete);
        MapOtherMethods(routes, "manage/apps/{app_id}/users/{user_id}/devices/{device_id}", HttpMethods.Delete);
        MapOtherMethods(routes, "manage/apps/{app_id}/events", HttpMethods.Get);
        MapOtherMethods(routes, "manage/apps/{app_id}/events/export", HttpMethods.Get);
        MapOtherMethods(routes, "manage/apps/{app_id}/audit", HttpMethods.Get);
        MapOtherMethods(routes, "manage/events", HttpMethods.Get);
        MapOtherMethods(routes, "manage/events/export", HttpMethods.Get);
        MapOtherMethods(routes, "manage/audit", HttpMethods.Get);

        // With the app's id where there is one: a page of the app can then read the refusal.
        Map(routes, "apps/{app_id}/{**rest}", _ => Refusal.NoSuchOperation);
        Map(routes, "{**path}", _ => Refusal.NoSuchOperation);
    }

    private static void MapOtherMethods(IEndpointRouteBuilder routes, string pattern, params string[] methods)
    {
        var allow = string.Join(", ", [.. methods, HttpMethods.Options]);
        Map(routes, pattern, context =>
        {
            context.Response.Headers.Allow = allow;
            return Refusal.MethodNotAllowed;
        });
    }

    private static void Map(IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Refusal> refuse) =>
        routes.Map(RoutePatternFactory.Parse(pattern), (RequestDelegate)(context =>
        {
            if (!HttpMethods.IsOptions(context.Request.Method))
                return refuse(context).ExecuteAsync(context);
            // The gate has set what a preflight asks for.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        })).ExcludeFromDescription();
}
