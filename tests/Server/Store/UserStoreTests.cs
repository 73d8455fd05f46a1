using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

public class UserStoreTests
{
    [Fact]
    public async Task A_new_user_is_active_and_has_never_signed_in()
    {
        await using var store = await StoreFixture.CreateAsync();

        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);

        Assert.Matches("^[A-Za-z0-9]{24}$", user.Id);
        Assert.Equal(UserStatus.Active, user.Status);
        Assert.Equal(0, user.LoginCount);
        Assert.Null(user.LastLoginAt);
        Assert.Null(user.Metadata);
        Assert.Equal(store.Time.GetUtcNow(), user.CreatedAt);
    }

    [Fact]
    public async Task The_same_external_id_is_the_same_user_also_for_callers_at_once()
    {
        await using var store = await StoreFixture.CreateAsync();

        var users = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(() => store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default).AsTask())));

        Assert.Single(users.Distinct());
    }

    [Fact]
    public async Task External_ids_are_compared_exactly()
    {
        await using var store = await StoreFixture.CreateAsync();
        string[] ids = ["alice", "Alice", "alice ", "älice", "a\u0308lice", "'; DROP TABLE users; --", "100%", "\ud83d\ude00"];

        foreach (var id in ids)
            await store.Users.CreateOrGetAsync(StoreFixture.A, id, default);

        Assert.Equal(ids.Length, (await store.Users.ListAsync(StoreFixture.A, new(), default)).Total);
        foreach (var id in ids)
            Assert.Equal(id, (await store.Users.GetByExternalIdAsync(StoreFixture.A, id, default))!.ExternalId);
        Assert.Null(await store.Users.GetByExternalIdAsync(StoreFixture.A, "ALICE", default));
    }

    [Fact]
    public async Task Sign_ins_of_all_passkeys_are_summed_up_and_the_last_one_is_told()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (_, first) = await store.RegisterAsync(StoreFixture.A, "alice");
        var (_, second) = await store.RegisterAsync(StoreFixture.A, "alice");
        await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), first);
        store.Time.Advance(TimeSpan.FromHours(1));
        await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), second);
        await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), second);

        var user = (await store.Users.GetByExternalIdAsync(StoreFixture.A, "alice", default))!;

        Assert.Equal(3, user.LoginCount);
        Assert.Equal(store.Time.GetUtcNow(), user.LastLoginAt);
    }
}
