using Microsoft.Extensions.Logging.Abstractions;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Tests.Store;

public class SweepingTests
{
    [Fact]
    public async Task What_has_expired_is_removed_as_time_goes_by()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var nonce = store.NonceOf(user, record);
        await store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default);
        using var sweeping = new Sweeping(
            store.Spent, store.Removals, store.Events, store.Options, store.Time, NullLogger<Sweeping>.Instance);
        await sweeping.StartAsync(default);

        store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await store.Spent.IsSpentAsync(StoreFixture.A, nonce.Id, default));
        Assert.Single(await store.Events.RecentAsync(StoreFixture.A, user.Id, 10, default));

        store.Time.Advance(TimeSpan.FromDays(401));
        await UntilAsync(async () => !await store.Spent.IsSpentAsync(StoreFixture.A, nonce.Id, default));
        await UntilAsync(async () => (await store.Events.RecentAsync(StoreFixture.A, user.Id, 10, default)).Count == 0);
        await sweeping.StopAsync(default);
    }

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await reached())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
