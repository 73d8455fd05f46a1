using Microsoft.Extensions.Logging.Abstractions;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Tests.Store;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Sealing keys over a real database or directory of their own, as one node or several have them.</summary>
internal sealed class RingFixture : IAsyncDisposable
{
    private readonly StoreFixture store;
    private readonly List<TicketKeys> nodes = [];

    private RingFixture(StoreFixture store) => this.store = store;

    public FakeTime Time => store.Time;

    /// <summary>Where the keys are kept.</summary>
    public TicketKeyStore Kept => TicketKeyStore.Of(store.Options, store.Database, store.Time);

    public static async Task<RingFixture> CreateAsync() => new(await StoreFixture.CreateAsync());

    /// <summary>One more node, started.</summary>
    public async Task<TicketKeys> NodeAsync()
    {
        var node = new TicketKeys(store.Options, store.Database, store.Time, NullLoggerFactory.Instance);
        nodes.Add(node);
        await node.OpenAsync(CancellationToken.None);
        return node;
    }

    /// <summary>Takes all keys away, as an operator does who restores a backup without them.</summary>
    public async Task LoseAllAsync()
    {
        if (store.IsPostgres)
            await store.Database.WriteAsync([new("DELETE FROM ticket_keys")], CancellationToken.None);
        else
            Array.ForEach(Directory.GetFiles(Path.Combine(store.DataDirectory, "keys")), File.Delete);
    }

    public async ValueTask DisposeAsync()
    {
        nodes.ForEach(node => node.Dispose());
        await store.DisposeAsync();
    }
}
