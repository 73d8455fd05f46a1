using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenPassage.Complete;
using OpenPassage.Complete.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary><c>builder.Services.AddAuthentication().AddPassage(…)</c>.</summary>
public static class PassageAuthentication
{
    // Where a server is that is neither named nor part of the application.
    private static readonly Uri Usual = new PassageOptions().BaseAddress;

    /// <summary>
    /// Authenticates users by the app's tokens, from the Authorization header or a cookie, with the scheme
    /// <see cref="PassageDefaults.AuthenticationScheme"/>. Adds the policies of <see cref="PassagePolicies"/>, and <see cref="Passage"/>.
    /// </summary>
    /// <param name="authentication">What <c>AddAuthentication</c> returns.</param>
    /// <param name="section">Such as <c>builder.Configuration.GetSection("Passage")</c>; see <see cref="PassageSiteOptions"/>.</param>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is missing or wrong; the message names it.</exception>
    public static AuthenticationBuilder AddPassage(this AuthenticationBuilder authentication, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return authentication.AddPassage(options => section.Bind(options));
    }

    /// <summary>The same, configured in code.</summary>
    /// <param name="authentication">What <c>AddAuthentication</c> returns.</param>
    /// <param name="configure">Sets <see cref="PassageSiteOptions.AppId"/> at least.</param>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is missing or wrong; the message names it.</exception>
    public static AuthenticationBuilder AddPassage(this AuthenticationBuilder authentication, Action<PassageSiteOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        ArgumentNullException.ThrowIfNull(configure);

        var services = authentication.Services;
        services.AddOptions<PassageSiteOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PassageSiteOptions>, PassageSiteOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);

        // Each call has its own deadline.
        services.AddHttpClient(PassageDefaults.HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => ServerInside.Handler(provider) ?? NewConnections())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.TryAddSingleton(NewClient);

        services.AddAuthorization(PassagePolicies.Add);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, TokenRequirements>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<JwtBearerOptions>, BearerTokens>());
        return authentication.AddJwtBearer(PassageDefaults.AuthenticationScheme, "Passage", bearer =>
        {
            bearer.TokenValidationParameters.NameClaimType = PassageClaims.UserId;
            bearer.TokenValidationParameters.AuthenticationType = PassageDefaults.AuthenticationScheme;
        });
    }

    private static SocketsHttpHandler NewConnections() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private static Passage NewClient(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PassageSiteOptions>>().Value;
        var client = options.ToClient(ServerInside.Handler(services) is null ? Usual : ServerInside.Address);
        client.HttpClient = services.GetRequiredService<IHttpClientFactory>().CreateClient(PassageDefaults.HttpClientName);
        client.TimeProvider = services.GetRequiredService<TimeProvider>();
        return options.NewPassage(client);
    }
}
