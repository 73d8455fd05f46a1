using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

public class UserQueryTests : IAsyncLifetime
{
    private StoreFixture store = null!;

    // Made an hour apart from 2026-01-02T04:04:05.678: ann, Bob (inactive), cat%x, cat_y, dan\z; ann signed in twice, Bob once.
    public async ValueTask InitializeAsync()
    {
        store = await StoreFixture.CreateAsync();
        foreach (var name in (string[])["ann", "Bob", "cat%x", "cat_y", @"dan\z"])
        {
            store.Time.Advance(TimeSpan.FromHours(1));
            var (user, record) = await store.RegisterAsync(StoreFixture.A, name);
            if (name == "Bob")
                await store.DeactivateAsync(StoreFixture.A, user.Id);
            for (var i = 0; i < (name == "ann" ? 2 : name == "Bob" ? 1 : 0); i++)
                await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), record);
        }

        await store.RegisterAsync(StoreFixture.B, "of another app");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return store.DisposeAsync();
    }

    [Theory]
    [InlineData("", @"dan\z,cat_y,cat%x,Bob,ann")]
    [InlineData("identifier=ann", "ann")]
    [InlineData("identifier=ANN", "")]
    [InlineData("identifier=", "")]
    [InlineData("identifier=<ne:ann>", @"dan\z,cat_y,cat%x,Bob")]
    [InlineData("identifier=ne:ann", "")]
    [InlineData("identifier=<like:CAT>", "cat_y,cat%x")]
    [InlineData("identifier=<like:t_y>", "cat_y")]
    [InlineData("identifier=<like:%>", "cat%x")]
    [InlineData("identifier=<like:_>", "cat_y")]
    [InlineData(@"identifier=<like:\>", @"dan\z")]
    [InlineData("identifier=<not_like:cat>", @"dan\z,Bob,ann")]
    [InlineData("identifier=<gt:cat>", @"dan\z,cat_y,cat%x")]
    [InlineData("identifier=<lt:a>", "Bob")]
    [InlineData("identifier=' OR 1=1 --", "")]
    [InlineData("identifier=<like:' OR 1=1 -->", "")]
    [InlineData("identifier=<like:') OR ('1'='1>", "")]
    [InlineData("id=<ne:x>&identifier=ann", "ann")]
    [InlineData("id=' OR ''='", "")]
    [InlineData("id=<like:' OR ''='>", "")]
    [InlineData("status=active", @"dan\z,cat_y,cat%x,ann")]
    [InlineData("status=inactive", "Bob")]
    [InlineData("status=pending", "")]
    [InlineData("status=<ne:active>", "Bob")]
    [InlineData("status=ne:active", "Bob")]
    [InlineData("status=<like:inact>", "Bob")]
    [InlineData("status=<not_like:inact>", @"dan\z,cat_y,cat%x,ann")]
    [InlineData("login_count=2", "ann")]
    [InlineData("login_count=<ne:0>", "Bob,ann")]
    [InlineData("login_count=<gt:0>", "Bob,ann")]
    [InlineData("login_count=lt:2", @"dan\z,cat_y,cat%x,Bob")]
    [InlineData("created_at=2026-01-02T04:04:05.678000Z", "ann")]
    [InlineData("created_at=<gt:2026-01-02T05:04:05.678000Z>", @"dan\z,cat_y,cat%x")]
    [InlineData("created_at=<lt:2026-01-02T05:04:05.678000Z>", "ann")]
    [InlineData("created_at=<ne:2026-01-02T04:04:05.678000Z>", @"dan\z,cat_y,cat%x,Bob")]
    [InlineData("updated_at=<lt:2026-01-02T05:00:00.000000Z>", "ann")]
    [InlineData("last_login_at=<gt:2026-01-02T04:30:00.000000Z>", "Bob")]
    [InlineData("last_login_at=<lt:1990-01-01T00:00:00.000000Z>", @"dan\z,cat_y,cat%x")]
    [InlineData("last_login_at=2026-01-02T04:04:05.678000Z", "ann")]
    [InlineData("status=active&login_count=<gt:0>", "ann")]
    [InlineData("created_before=1767333846", @"cat%x,Bob,ann")]
    [InlineData("created_before=0", "")]
    [InlineData("order_by=created_at:ASC", @"ann,Bob,cat%x,cat_y,dan\z")]
    [InlineData("order_by=login_count:DESC,created_at:ASC", @"ann,Bob,cat%x,cat_y,dan\z")]
    [InlineData("order_by=status:desc,created_at:asc", @"Bob,ann,cat%x,cat_y,dan\z")]
    [InlineData("order_by=last_login_at:ASC,created_at:DESC", @"dan\z,cat_y,cat%x,ann,Bob")]
    [InlineData("order_by=updated_at:ASC&limit=2&page=2", "cat%x,cat_y")]
    [InlineData("limit=2", @"dan\z,cat_y")]
    [InlineData("limit=2&page=3", "ann")]
    [InlineData("limit=500&page=2147483647", "")]
    public async Task A_query_finds(string query, string expected)
    {
        Assert.True(UserQuery.TryRead(Parameters(query), out var read, out var problem), problem);
        var page = await store.Users.ListAsync(StoreFixture.A, read, default);
        Assert.Equal(expected, string.Join(',', page.Users.Select(user => user.ExternalId)));
    }

    [Theory]
    [InlineData("page=0", "page must be a number, 1 or more.")]
    [InlineData("page=-1", "page must be a number, 1 or more.")]
    [InlineData("page=1e9", "page must be a number, 1 or more.")]
    [InlineData("page=2147483648", "page must be a number, 1 or more.")]
    [InlineData("limit=501", "limit must be a number from 1 to 500.")]
    [InlineData("limit=0", "limit must be a number from 1 to 500.")]
    [InlineData("created_before=yesterday", "created_before must be a Unix timestamp in seconds.")]
    [InlineData("created_before=999999999999999999", "created_before must be a Unix timestamp in seconds.")]
    [InlineData("status=on", "status must be active, inactive or pending.")]
    [InlineData("login_count=many", "login_count must be a number.")]
    [InlineData("login_count=<like:1>", "login_count only takes ne, gt and lt")]
    [InlineData("created_at=<not_like:2026>", "created_at only takes ne, gt and lt")]
    [InlineData("created_at=2026-01-02", "created_at must be a time such as")]
    [InlineData("last_login_at=1767326645", "last_login_at must be a time such as")]
    [InlineData("identifier=a\0b", "identifier contains the character U+0000.")]
    [InlineData("id=<like:\0>", "id contains the character U+0000.")]
    [InlineData("order_by=identifier:ASC", "order_by must be a list such as")]
    [InlineData("order_by=id", "order_by must be a list such as")]
    [InlineData("order_by=id:UP", "order_by must be a list such as")]
    [InlineData("order_by=id:ASC,", "order_by must be a list such as")]
    [InlineData("order_by=:ASC", "order_by must be a list such as")]
    [InlineData("order_by=external_id:ASC", "order_by must be a list such as")]
    [InlineData("order_by=id:ASC;DROP TABLE users", "order_by must be a list such as")]
    [InlineData("order_by=(SELECT 1):ASC", "order_by must be a list such as")]
    public void A_query_is_refused_with_a_sentence(string query, string expected)
    {
        Assert.False(UserQuery.TryRead(Parameters(query), out _, out var problem));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_total_counts_all_pages_and_ids_can_be_asked_for()
    {
        UserQuery.TryRead(Parameters("limit=2&status=active"), out var query, out _);
        var page = await store.Users.ListAsync(StoreFixture.A, query!, default);
        Assert.Equal((2, 4L), (page.Users.Count, page.Total));

        UserQuery.TryRead(Parameters($"id={page.Users[1].Id}"), out query, out _);
        Assert.Equal(page.Users[1], Assert.Single((await store.Users.ListAsync(StoreFixture.A, query!, default)).Users));
    }

    [Fact]
    public async Task Pages_anchored_in_time_do_not_shift_while_users_arrive()
    {
        var anchor = store.Time.GetUtcNow().AddSeconds(1);
        var first = await store.Users.ListAsync(StoreFixture.A, new() { Limit = 2, CreatedBefore = anchor }, default);
        store.Time.Advance(TimeSpan.FromSeconds(2));
        await store.Users.CreateOrGetAsync(StoreFixture.A, "late", default);

        var second = await store.Users.ListAsync(StoreFixture.A, new() { Limit = 2, Page = 2, CreatedBefore = anchor }, default);

        Assert.Equal(5, second.Total);
        Assert.Equal([@"dan\z", "cat_y", "cat%x", "Bob"], first.Users.Concat(second.Users).Select(user => user.ExternalId));
    }

    [Fact]
    public async Task Ordering_by_identifier_is_a_mistake_of_the_caller()
        => await Assert.ThrowsAsync<ArgumentException>(
            async () => await store.Users.ListAsync(
                StoreFixture.A, new() { OrderBy = [new(UserField.Identifier, Descending: false)] }, default));

    private static Func<string, string?> Parameters(string query)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(
                pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)],
                pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..],
                StringComparer.Ordinal);
        return name => pairs.GetValueOrDefault(name);
    }
}
