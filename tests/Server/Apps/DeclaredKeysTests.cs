using System.Security.Cryptography;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Tests.Store;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Apps;

/// <summary>The ids of keys that the configuration declares.</summary>
public class DeclaredKeysTests
{
    private static async Task<ApiKey> KeyAsync(StoreFixture store)
        => Assert.Single(await new ApiKeyStore(store.Database).ListAsync(StoreFixture.A, default));

    private static async Task DeclareAsync(StoreFixture store, params string[] keys)
    {
        var app = StoreFixture.Declared("app-a");
        app.ApiKeys.Clear();
        foreach (var key in keys)
            app.ApiKeys.Add(key);
        await store.Apps.DeclareAsync([app, StoreFixture.Declared("app-b")], default);
    }

    /// <summary>Threat 38: who reads the id, as lists and audits show it, cannot try keys against it.</summary>
    [Fact]
    public async Task An_id_tells_nothing_of_its_key()
    {
        await using var one = await StoreFixture.CreateAsync();
        await using var other = await StoreFixture.CreateAsync();

        Assert.Equal((await KeyAsync(one)).Hash, (await KeyAsync(other)).Hash);
        Assert.NotEqual((await KeyAsync(one)).Id, (await KeyAsync(other)).Id);
    }

    [Fact]
    public async Task An_id_stays_from_start_to_start_as_long_as_its_key_is_declared()
    {
        await using var store = await StoreFixture.CreateAsync();
        var before = await KeyAsync(store);
        await new ApiKeyStore(store.Database).SaveUsesAsync([(StoreFixture.A, before.Id, store.Time.GetUtcNow())], default);

        await DeclareAsync(store, "app-a-key-0123456789abcdef");
        Assert.Equal(before.Id, (await KeyAsync(store)).Id);
        Assert.NotNull((await KeyAsync(store)).LastUsedAt);

        await DeclareAsync(store, "app-a-key-0123456789abcdef", "another-key-0123456789abcdef");
        Assert.Equal(2, (await new ApiKeyStore(store.Database).ListAsync(StoreFixture.A, default)).Count);
        await DeclareAsync(store, "another-key-0123456789abcdef");
        Assert.NotEqual(before.Id, (await KeyAsync(store)).Id);
        await DeclareAsync(store);
        Assert.Empty(await new ApiKeyStore(store.Database).ListAsync(StoreFixture.A, default));
    }

    [Fact]
    public async Task An_id_from_before_is_replaced_at_the_next_start_and_its_key_goes_on_working()
    {
        await using var store = await StoreFixture.CreateAsync();
        var now = await KeyAsync(store);
        // As it was made until now: a hash of the key's hash.
        var old = "declared" + Convert.ToHexStringLower(SHA256.HashData(now.Hash).AsSpan(0, 8));
        await store.Database.WriteAsync(
            [
                new(
                    "UPDATE api_keys SET key_id = @old, last_used_at = @used WHERE app_id = @app",
                    Text("old", old),
                    Text("app", StoreFixture.A.Value),
                    Time("used", store.Time.GetUtcNow())),
            ],
            default);

        await DeclareAsync(store, "app-a-key-0123456789abcdef");

        var key = await KeyAsync(store);
        Assert.NotEqual(old, key.Id);
        Assert.Equal((store.Time.GetUtcNow(), now.CreatedAt), (key.LastUsedAt, key.CreatedAt));
        Assert.True(key.Is(ApiKey.HashOf("app-a-key-0123456789abcdef")));
    }

    [Fact]
    public async Task A_key_that_is_declared_twice_is_one()
    {
        await using var store = await StoreFixture.CreateAsync();
        await DeclareAsync(store, "app-a-key-0123456789abcdef", "app-a-key-0123456789abcdef");
        await KeyAsync(store);
    }
}
