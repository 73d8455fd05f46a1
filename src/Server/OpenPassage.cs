using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Browser;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.WellKnown;

namespace OpenPassage.Server;

/// <summary>
/// The server in any ASP.NET Core application: <c>AddOpenPassage()</c> and <c>MapOpenPassage()</c>. It needs none of the
/// application's middleware and changes none of it.
/// </summary>
public static class OpenPassageServer
{
    /// <summary>
    /// The name of the <see cref="System.Diagnostics.Metrics.Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>
    /// that tell what the server does: <c>OpenPassage</c>.
    /// </summary>
    public const string TelemetryName = Measurements.Name;

    /// <summary>What every server has, in the order in which it starts. <c>AddOpenPassageConsole()</c> takes in one more.</summary>
    internal static IReadOnlyList<Room> Rooms { get; } =
        [Platform.Room, PasskeysRoom.Room, StatisticsRoom.Room, FlexRoom.Room, AdviceRoom.Room, ManageRoom.Room, DomainRoom.Room];

    /// <summary>Adds the server, configured from a section such as <c>configuration.GetSection("OpenPassage")</c>.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Thrown at start, when a setting is wrong; the message
    /// names it.</exception>
    public static IServiceCollection AddOpenPassage(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddSingleton<IConfigureOptions<OpenPassageOptions>>(
            provider => new OptionsFromConfiguration(section, provider.GetRequiredService<AppSettings>()));
        return services.AddOpenPassage();
    }

    /// <summary>Adds the server, configured in code.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Thrown at start, when a setting is wrong; the message
    /// names it.</exception>
    public static IServiceCollection AddOpenPassage(this IServiceCollection services, Action<OpenPassageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<OpenPassageOptions>().Configure(configure);
        return services.AddOpenPassage();
    }

    /// <summary>
    /// Maps every operation under <c>/v1</c>, where Passage's SDKs look for them, both for backends (which show an API key) and
    /// for browsers (which do not), and beside them the browser SDK at <c>/openpassage.js</c>; under a prefix when
    /// <paramref name="routes"/> is a group.
    /// </summary>
    /// <returns>The endpoints, for conventions such as <c>RequireHost</c>.</returns>
    public static RouteGroupBuilder MapOpenPassage(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var server = routes.MapGroup("");

        foreach (var room in routes.ServiceProvider.GetServices<Room>())
            room.Routes(server);

        server.MapGroup("v1").For(Audience.Anybody).MapOtherRoutes();
        BrowserSdk.Map(server);
        return server;
    }

    /// <summary>
    /// Maps <c>/.well-known/webauthn</c>, <c>/passkey-endpoints</c>, <c>/assetlinks.json</c> and
    /// <c>/apple-app-site-association</c>: a request whose host is the RP ID of apps gets those apps' documents. For servers that
    /// an RP ID's own domain leads to; a proxy on that domain can forward to <c>/v1/apps/{app_id}/.well-known/…</c> instead.
    /// </summary>
    /// <returns>The endpoints, for conventions.</returns>
    public static RouteGroupBuilder MapOpenPassageWellKnown(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return DomainRoom.MapByHost(routes);
    }

    /// <summary>
    /// Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (so does its database): 200, else 503. What is
    /// wrong and stops no sign-in stands in the body of the latter, a line each after <c>ok</c>.
    /// </summary>
    /// <returns>The endpoints, for conventions.</returns>
    public static RouteGroupBuilder MapOpenPassageHealth(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var health = routes.MapGroup("health");
        Health.Map(health);
        return health;
    }

    /// <summary>
    /// Maps <c>/metrics</c>: the figures in the text format of Prometheus, for callers that show
    /// <see cref="OpenPassageOptions.MetricsKey"/>. Without such a key there is nothing to be seen.
    /// </summary>
    /// <returns>The endpoints, for conventions.</returns>
    public static RouteGroupBuilder MapOpenPassageMetrics(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var metrics = routes.MapGroup("");
        Metrics.Map(metrics);
        return metrics;
    }

    private static IServiceCollection AddOpenPassage(this IServiceCollection services)
    {
        foreach (var room in Rooms)
            services.AddRoom(room);
        return services;
    }
}
