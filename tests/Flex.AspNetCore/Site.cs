using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>
/// A site with a cookie login of its own, on a real port, beside a real server. Whoever asks <c>/login?name=ada</c> is let in as ada.
/// </summary>
public sealed class Site : IAsyncDisposable
{
    private readonly WebApplication running;

    private Site(WebApplication running, TurnedClock clock) => (this.running, Clock) = (running, clock);

    /// <summary>The site's clock; the server's does not move.</summary>
    public TurnedClock Clock { get; }

    public Uri Address => new(running.Urls.First());

    public IServiceProvider Services => running.Services;

    public static async Task<Site> StartAsync(
        RealServer server,
        Action<PassageFlexSiteOptions>? settings = null,
        Action<PasskeyEndpointOptions>? passkeys = null,
        Action<IServiceCollection>? services = null)
    {
        var clock = new TurnedClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(cookie => cookie.Cookie.Name = "login");
        builder.Services.AddDistributedMemoryCache().AddSession(session => session.Cookie.Name = "state");
        builder.Services.AddPassageFlex(flex =>
        {
            flex.AppId = RealServer.AppId;
            flex.ApiKey = RealServer.ApiKey;
            flex.BaseAddress = server.Options.BaseAddress;
            settings?.Invoke(flex);
        });
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(anybody => anybody.SetIsOriginAllowed(_ => true).AllowCredentials()));
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseSession();
        app.MapPasskeys(options =>
        {
            options.SignIn = signIn => SignInAsync(signIn.HttpContext, signIn.UserId, signIn.IsPersistent, signIn.Claim);
            passkeys?.Invoke(options);
        });
        app.MapGet("/login", (HttpContext http, string name, bool? remember) => SignInAsync(http, name, remember ?? false))
            .AllowAnonymous();
        app.MapGet("/logout", (HttpContext http) => http.SignOutAsync());
        app.MapGet("/refresh", RefreshAsync);
        app.MapGet("/who", (HttpContext http) => http.User.Claims.Select(claim => $"{claim.Type}={claim.Value}"));
        app.MapGet("/state", (HttpContext http) => http.Session.GetString("planted") ?? "nothing");
        app.MapGet("/state/plant", (HttpContext http) => http.Session.SetString("planted", "by a stranger"));
        app.MapGet("/recent", () => "shown").RequireAuthorization(PasskeyPolicies.RecentSignIn).DisableCookieRedirect();
        app.MapGet("/by-passkey", () => "shown").RequireAuthorization(PasskeyPolicies.SignedInWithPasskey).DisableCookieRedirect();
        await app.StartAsync();
        return new Site(app, clock);
    }

    public Visitor NewVisitor() => new(Address);

    public Task<HealthReport> HealthAsync() => running.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    public ValueTask DisposeAsync() => running.DisposeAsync();

    private static Task SignInAsync(HttpContext http, string name, bool remember, params Claim[] claims)
    {
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, name), new(ClaimTypes.Name, name), .. claims],
            CookieAuthenticationDefaults.AuthenticationScheme);
        return http.SignInAsync(new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = remember });
    }

    /// <summary>What Identity's RefreshSignInAsync does: a new principal, and the properties of the session that is there.</summary>
    private static async Task RefreshAsync(HttpContext http)
    {
        var session = await http.AuthenticateAsync();
        var name = session.Principal!.FindFirstValue(ClaimTypes.NameIdentifier)!;
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, name), new(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme);
        await http.SignInAsync(new ClaimsPrincipal(identity), session.Properties);
    }
}

/// <summary>A clock that runs, and can be turned forward.</summary>
public sealed class TurnedClock : TimeProvider
{
    private TimeSpan turned;

    public void Turn(TimeSpan forward) => turned += forward;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + turned;
}
