using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server;

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
    IEnumerable<Room> rooms,
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
            logger.LogWarning("The database was not closed cleanly. {Reason}", e.Message);
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
            await DemoApp.StartAsync(store, rooms.ToDemos(), data, logger, cancellationToken);

        await directory.ReadAsync(store, cancellationToken);
        await keys.OpenAsync(cancellationToken);
    }
}
