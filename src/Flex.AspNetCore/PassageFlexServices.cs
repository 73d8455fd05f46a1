using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenPassage.Flex;
using OpenPassage.Flex.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary><c>builder.Services.AddPassageFlex(…)</c>.</summary>
public static class PassageFlexServices
{
    /// <summary>The name of the <see cref="HttpClient"/> that calls the server, for adding handlers to it.</summary>
    public const string HttpClientName = "OpenPassage.Flex";

    // Where a server is that is neither named nor part of the application.
    private static readonly Uri Usual = new PassageFlexOptions().BaseAddress;

    /// <summary>
    /// Adds <see cref="PassageFlex"/>, a health check named <c>passage</c> (tag <c>ready</c>), the policies of
    /// <see cref="PasskeyPolicies"/>, and what <c>MapPasskeys</c> needs. Cookies get an <c>auth_time</c> claim when they are issued.
    /// </summary>
    /// <param name="section">Such as <c>builder.Configuration.GetSection("Passage")</c>; see <see cref="PassageFlexSiteOptions"/>.</param>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is missing or wrong; the message names it.</exception>
    public static IServiceCollection AddPassageFlex(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddPassageFlex(options => section.Bind(options));
    }

    /// <summary>The same, configured in code.</summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is missing or wrong; the message names it.</exception>
    public static IServiceCollection AddPassageFlex(this IServiceCollection services, Action<PassageFlexSiteOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddOptions<PassageFlexSiteOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PassageFlexSiteOptions>, PassageFlexSiteOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);

        services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan) // each call has its own deadline
            .ConfigurePrimaryHttpMessageHandler(provider => ServerInside.Handler(provider) ?? NewConnections())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.TryAddSingleton(NewClient);

        services.AddHealthChecks().AddCheck<PassageFlexHealthCheck>("passage", tags: ["ready"]);
        services.AddMetrics();
        services.TryAddSingleton<PasskeyTelemetry>();

        services.AddAntiforgery();
        services.AddAuthorization(PasskeyPolicies.Add);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, RecentSignInHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<CookieAuthenticationOptions>, SignInTimeInCookies>());
        return services;
    }

    private static SocketsHttpHandler NewConnections() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private static PassageFlex NewClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PassageFlexSiteOptions>>().Value;
        var client = options.ToClient(ServerInside.Handler(services) is null ? Usual : ServerInside.Address);
        client.HttpClient = services.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName);
        return new PassageFlex(options.AppId, options.ApiKey, client);
    }
}
