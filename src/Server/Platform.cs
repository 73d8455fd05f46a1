using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server;

/// <summary>
/// What every product stands on: options, database, sealed tickets, apps and their keys, users, audit, and what calls pass. They are
/// opened before the first request is taken. A wrong setting and a database that is newer than the program stop the start with an
/// <see cref="OptionsValidationException"/> whose message is one sentence.
/// </summary>
internal static class Platform
{
    /// <summary>Of 1 to 3 KB each.</summary>
    private const int KeysKept = 16 * 1024;

    public static Room Room { get; } = new("server")
    {
        Services = AddServices,
        Schema = new RoomSchema("server", typeof(Platform).Assembly, 1, 2, 3, 6, 7, 8, 9, 10, 11),
        Json = Wire.Default,
        Settings = PlaceSettings.All,
    };

    private static void AddServices(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.AddRouting();
        services.AddCors();
        services.AddMetrics();
        services.AddSingleton<IValidateOptions<OpenPassageOptions>>(provider => new SettingsRules<OpenPassageOptions>(
            options => OptionsRules.Broken(options, provider.GetRequiredService<AppSettings>())));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Measurements>();
        services.AddSingleton<Exposition>();
        services.AddHostedService(provider => provider.GetRequiredService<Exposition>());

        services.AddSingleton<DataDirectory>();
        services.AddSingleton(provider => provider.GetServices<Room>().ToSchema());
        services.AddSingleton(provider => Database.Open(
            provider.GetRequiredService<IOptions<OpenPassageOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Schema>(),
            provider.GetService<Measurements>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<Database>()));
        // One for all apps: what it may hold is bounded, however many there are, and it outlives their being read anew.
        services.AddSingleton(new VerificationKeyCache(KeysKept));
        services.AddSingleton<AttestationSources>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyUses>();
        services.AddSingleton(provider => provider.GetServices<Room>().ToAppSettings());
        services.AddSingleton<AppRows>();
        services.AddSingleton<AppStore>();
        services.AddSingleton<AppDirectory>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<IdentifierStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton(provider => provider.GetServices<Room>().ToEventKinds());
        services.AddSingleton<EventWriting>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventSearch>();
        services.AddSingleton<UserSearch>();
        services.AddSingleton<IdentifierSearch>();
        services.AddSingleton<TicketKeys>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<Restores>();

        services.AddSingleton<ApiKeyAuthentication>();
        services.AddSingleton<BrowserOrigins>();
        services.AddSingleton<RefusedOrigins>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<AllowedMethods>();
        services.AddSingleton<Gate>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, AudiencePolicy>());
        services.AddKeyedSingleton<HttpMessageHandler, InProcessHandler>(InProcessHandler.Key);

        services.AddHostedService<Opening>();
        services.AddSingleton(provider => provider.GetRequiredService<AppDirectory>().Following(provider.GetRequiredService<AppStore>()));
        services.AddSingleton(provider => provider.GetRequiredService<Restores>().Following);
        services.AddHostedService<ChangesFollowing>();
        services.AddHostedService<TicketKeysFollowing>();
        services.AddHostedService<SourceTelling>();
        services.AddHostedService<Sweeping>();
        services.AddHostedService<OldRows>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyUses>());
    }
}
