using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Flex;
using OpenPassage.Flex.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary><c>app.MapPasskeys(…)</c>.</summary>
public static class PasskeyEndpoints
{
    /// <summary>Adds passkey endpoints to an existing login.</summary>
    /// <remarks>
    /// <para>Below <see cref="PasskeyEndpointOptions.Prefix"/>, JSON in and out:</para>
    /// <list type="bullet">
    /// <item><c>POST sign-in/begin</c> and <c>sign-in/finish</c>: signing in, and confirming that it is still you.</item>
    /// <item><c>POST register/begin</c> and <c>register/finish</c>: adding a passkey for who is signed in.</item>
    /// <item><c>GET</c>, and <c>PATCH {id}</c> and <c>DELETE {id}</c>: listing, renaming and revoking one's own passkeys.</item>
    /// <item><c>GET page</c>: what the page needs to know, the antiforgery token included.</item>
    /// <item><c>GET sign-in.js</c> and <c>manage.js</c>: the page's part. One <c>script type="module"</c> is enough.</item>
    /// </list>
    /// <para>Whatever changes something needs the antiforgery token. A refusal is a problem document with a stable <c>code</c>; adding and
    /// revoking after a sign-in that is not recent is refused with 403 <c>recent_sign_in_required</c>.</para>
    /// </remarks>
    /// <param name="configure">
    /// Must set how users are signed in: <see cref="PasskeyEndpointOptions.SignIn"/> or
    /// <see cref="PasskeyEndpointOptions.UseIdentity{TUser}"/>.
    /// </param>
    /// <returns>The endpoints, for conventions such as <c>RequireRateLimiting</c>.</returns>
    /// <exception cref="InvalidOperationException">It is not set how users are signed in, or
    /// <c>AddPassageFlex</c> was not called.</exception>
    public static RouteGroupBuilder MapPasskeys(this IEndpointRouteBuilder routes, Action<PasskeyEndpointOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(configure);
        if (routes.ServiceProvider.GetService<PasskeyTelemetry>() is null)
            throw new InvalidOperationException("MapPasskeys needs services: call builder.Services.AddPassageFlex(…) first.");
        var options = new PasskeyEndpointOptions();
        configure(options);
        if (options.SignIn is null)
        {
            throw new InvalidOperationException(
                "MapPasskeys needs to know how to sign somebody in: set SignIn, or call UseIdentity<TUser>().");
        }

        var group = routes.MapGroup(options.Prefix);
        PageFiles.Map(group);

        // A site whose every page needs a sign-in still lets people sign in.
        group
            .MapGet("page", (HttpContext http, IOptions<PassageFlexSiteOptions> site) => PageFiles.DescribeAsync(http, site.Value, options))
            .Operation("page").AllowAnonymous();
        group.MapPost("sign-in/begin", (HttpContext http, PassageFlex passage) => SignIn.BeginAsync(http, passage, options))
            .Antiforgery("begin_sign_in").AllowAnonymous();
        group.MapPost("sign-in/finish", (HttpContext http, PassageFlex passage) => SignIn.FinishAsync(http, passage, options))
            .Antiforgery("finish_sign_in").AllowAnonymous();

        // The policy of the application decides who is signed in; an endpoint for scripts answers 401 instead of leading to a page.
        var own = group.MapGroup("").RequireAuthorization().DisableCookieRedirect();
        own.MapPost("register/begin", (HttpContext http, PassageFlex passage) => Register.BeginAsync(http, passage, options))
            .Antiforgery("begin_register").RecentSignIn();
        own.MapPost("register/finish", (HttpContext http, PassageFlex passage) => Register.FinishAsync(http, passage, options))
            .Antiforgery("finish_register");
        own.MapGet("", (HttpContext http, PassageFlex passage) => OwnPasskeys.ListAsync(http, passage, options))
            .Operation("list");
        own.MapPatch("{id}", (HttpContext http, PassageFlex passage, string id) => OwnPasskeys.RenameAsync(http, passage, id, options))
            .Antiforgery("rename");
        own.MapDelete("{id}", (HttpContext http, PassageFlex passage, string id) => OwnPasskeys.RevokeAsync(http, passage, id, options))
            .Antiforgery("revoke").RecentSignIn();
        return group;
    }
}
