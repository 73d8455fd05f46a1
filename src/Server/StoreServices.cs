using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn.Cose;

namespace OpenPassage.Server;

/// <summary>
/// Registers options, apps, tickets and stores, and opens them before the first request is taken. A wrong setting and a
/// database that is newer than the program stop the start with an <see cref="OptionsValidationException"/> whose message is
/// one sentence.
/// </summary>
internal static class StoreServices
{
    /// <summary>Of 1 to 3 KB each.</summary>
    private const int KeysKept = 16 * 1024;

    public static IServiceCollection AddOpenPassageStore(this IServiceCollection services)
    {
        services.AddOptions();
        services.AddSingleton<IValidateOptions<OpenPassageOptions>, OptionsRules>();
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton<DataDirectory>();
        services.AddSingleton(provider => Database.Open(
            provider.GetRequiredService<IOptions<OpenPassageOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<Measurements>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<Database>()));
        // One for all apps: what it may hold is bounded, however many there are, and it outlives their being read anew.
        services.AddSingleton(new VerificationKeyCache(KeysKept));
        services.AddSingleton<AttestationSources>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyUses>();
        services.AddSingleton<AppStore>();
        services.AddSingleton<AppDirectory>();
        services.AddSingleton<ManagedApps>();
        services.AddSingleton<ManagedKeys>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<SpentTickets>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<ForgottenPasskeys>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventSearch>();
        services.AddSingleton<RefusedCeremonies>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<Counting>();
        services.AddSingleton<CounterStore>();
        services.AddSingleton<StatisticsWriting>();
        services.AddSingleton<UserCounts>();
        services.AddSingleton<FigureReader>();
        services.AddSingleton<UserSearch>();
        services.AddSingleton<ManagedUsers>();
        services.AddSingleton<TicketKeys>();
        services.AddSingleton(provider => new Tickets(
            provider.GetRequiredService<TicketKeys>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<OpenPassageOptions>>()));

        services.AddSingleton<Restores>();

        services.AddHostedService<Opening>();
        services.AddHostedService<AppsFollowing>();
        services.AddHostedService<TicketKeysFollowing>();
        services.AddHostedService<RestoresFollowing>();
        services.AddHostedService<SourceTelling>();
        services.AddHostedService<Sweeping>();
        services.AddHostedService(provider => provider.GetRequiredService<StatisticsWriting>());
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyUses>());
        return services;
    }
}

/// <summary>Opens the database and reads the apps before any server in the process listens.</summary>
internal sealed class Opening(
    IOptions<OpenPassageOptions> options,
    DataDirectory data,
    Database database,
    AppStore store,
    ManagedApps apps,
    AppDirectory directory,
    TicketKeys keys,
    Restores restores,
    AttestationSources attestation,
    ILogger<Opening> logger) : IHostedLifecycleService
{
    // Alone: of nodes that start together, one makes the first key and the others read it.
    public async Task StartingAsync(CancellationToken cancellationToken)
        => await database.AloneAsync(() => OpenAsync(cancellationToken), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Whoever writes until the end has ended.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.EndServingAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException e)
        {
            logger.LogWarning("The database was not closed in order. {Reason}", e.Message);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        await restores.NoticeAsync(cancellationToken);
        await attestation.KeepNumberAsync(database, cancellationToken);
        var lines = await apps.DeclarationAsync([.. options.Value.Apps], cancellationToken);
        await store.DeclareAsync([.. options.Value.Apps], lines, cancellationToken);
        if (await store.HasOwnAppsAsync(cancellationToken))
            DemoApp.RemoveKey(data);
        else
            await DemoApp.StartAsync(store, data, logger, cancellationToken);

        await directory.ReadAsync(store, cancellationToken);
        await keys.OpenAsync(cancellationToken);
    }
}

/// <summary>
/// Every minute, removes spent tickets that have expired, passkeys that were never activated, and what is past the lifetime of events.
/// </summary>
internal sealed class Sweeping(
    SpentTickets spent,
    PasskeyStore passkeys,
    EventStore events,
    IOptions<OpenPassageOptions> options,
    TimeProvider time,
    ILogger<Sweeping> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromMinutes(1), time);

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await spent.RemoveExpiredAsync(stoppingToken);
                await passkeys.RemoveNeverActivatedAsync(stoppingToken);
                await passkeys.ForgetBeforeAsync(time.GetUtcNow() - options.Value.EventLifetime, stoppingToken);
                await events.RemoveBeforeAsync(time.GetUtcNow() - options.Value.EventLifetime, stoppingToken);
            }
#pragma warning disable CA1031 // A full disk now must not end the sweeping for good.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.LogError(e, "Expired rows could not be removed; the next try is in a minute.");
            }
        }
    }
}
