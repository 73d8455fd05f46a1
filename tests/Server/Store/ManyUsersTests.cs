using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

/// <summary>Tests that measure the process, and so run when no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public class ManyUsersTests : IAsyncLifetime
{
    private StoreFixture store = null!;

    public async ValueTask InitializeAsync()
    {
        store = await StoreFixture.CreateAsync();
        await store.RegisterAsync(StoreFixture.B, "the last");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return store.DisposeAsync();
    }

    [Fact]
    public async Task A_page_of_very_many_users_reads_that_page_only()
    {
        const int Many = 200_000;
        var (numbers, handle, explain, sorting) = store.IsPostgres
            ? ($"SELECT i FROM generate_series(1, {Many}) AS n (i)", "convert_to('h' || i, 'UTF8')", "EXPLAIN", "Sort")
            : (
                $"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many}) SELECT i FROM n",
                "CAST('h' || i AS BLOB)",
                "EXPLAIN QUERY PLAN",
                "TEMP B-TREE");
        await store.Database.WriteAsync(
            [
                new(
                    $"""
                    INSERT INTO users (app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at)
                    SELECT 'app-b', 'u' || i, 'many ' || i, {handle}, 'active', 0, 0, i, i FROM ({numbers}) AS numbers
                    """) { OneOff = true },
                new("ANALYZE") { OneOff = true },
            ],
            default);

        // The process allocates at other ends too, a pool of connections for one: of several tries, the least is this one's own.
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var page = await store.Users.ListAsync(
                StoreFixture.B, new() { Limit = 10, OrderBy = [new(UserField.CreatedAt, Descending: false)] }, default);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            Assert.Equal((Many + 1L, "many 1"), (page.Total, page.Users[0].ExternalId));
        }

        Assert.InRange(least, 0, 1_000_000);
        var plan = await store.Database.ListAsync(
            new($"{explain} SELECT u.* FROM users u WHERE u.app_id = 'app-b' ORDER BY u.created_at DESC, u.user_id DESC LIMIT 10"),
            row => row.GetString(row.FieldCount - 1),
            default);
        Assert.DoesNotContain(plan, step => step.Contains(sorting, StringComparison.Ordinal));
    }
}
