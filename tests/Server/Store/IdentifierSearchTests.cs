using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

/// <summary>Users found by the beginning of what they go by.</summary>
public class IdentifierSearchTests
{
    private static readonly IdentifierKind Phone = new("phone", text => text)
    {
        ToBeginning = text => text.StartsWith('+') ? text : null,
    };

    private static readonly IdentifierKind Email = new("email", text => text) { ToBeginning = text => text.ToLowerInvariant() };

    [Fact]
    public async Task Each_page_begins_behind_the_one_before_in_the_order_of_bytes()
    {
        await using var store = await StoreFixture.CreateAsync();
        // In other languages' order capital letters, signs and accents would stand elsewhere.
        string[] sorted = ["a", "a-b", "a.b", "aB", "a_b", "aa", "az", "a\u00e4", "a\U0001f511"];
        foreach (var name in sorted.Reverse())
            await AddAsync(store, name, Email, name);
        await AddAsync(store, "before", Email, "Z");
        await AddAsync(store, "behind", Email, "b");
        await AddAsync(store, "phone", Phone, "a-phone");

        List<string> found = [];
        PageMark? mark = null;
        do
        {
            var page = await SearchAsync(store, "A", after: mark, limit: 2);
            Assert.InRange(page.Users.Count, 1, 2);
            found.AddRange(page.Users.Select(user => user.ExternalId!));
            mark = page.Next;
        }
        while (mark is not null);

        Assert.Equal(sorted, found);
    }

    [Fact]
    public async Task The_first_kind_that_can_be_written_so_is_looked_for_and_nothing_in_the_text_is_a_wildcard()
    {
        await using var store = await StoreFixture.CreateAsync();
        await AddAsync(store, "alice", Phone, "+4930");
        await AddAsync(store, "bob", Email, "+49@example.com");
        await AddAsync(store, "carol", Email, "carol@example.com");

        Assert.Equal(["alice"], await NamesAsync(store, "+49"));
        Assert.Equal(["carol"], await NamesAsync(store, "Carol"));
        foreach (var nothing in (string[])["%", "_arol", "arol", ""])
            Assert.Empty(await NamesAsync(store, nothing));
    }

    [Fact]
    public async Task Another_apps_users_are_not_found_and_the_rest_is_asked_too()
    {
        await using var store = await StoreFixture.CreateAsync();
        var alice = await AddAsync(store, "alice", Email, "alice@example.com");
        await AddAsync(store, "alina", Email, "alina@example.com");
        var other = await store.Users.CreateOrGetAsync(StoreFixture.B, "alien", default);
        await store.Identifiers.AddAsync(StoreFixture.B, other.Id, Email, "alien@example.com", verified: false, default);
        Assert.Equal(["alice", "alina"], await NamesAsync(store, "ali"));

        Parameter[] parameters = [Parameter.Text("app", StoreFixture.A.Value), Parameter.Text("user", alice)];
        await store.Database.WriteAsync(
            [new("UPDATE users SET status = 'inactive', enrolment_blocked = 1 WHERE app_id = @app AND user_id = @user", parameters)],
            default);

        Assert.Equal(["alina"], await NamesAsync(store, "ali", new() { Status = UserStatus.Active }));
        Assert.Equal(["alice"], await NamesAsync(store, "ali", new() { Status = UserStatus.Inactive }));
        Assert.Equal(["alice"], await NamesAsync(store, "ali", new() { EnrolmentBlocked = true }));
    }

    private static async Task<IEnumerable<string?>> NamesAsync(StoreFixture store, string text, UserFind? find = null)
        => (await SearchAsync(store, text, find)).Users.Select(user => user.ExternalId);

    private static ValueTask<UsersByIdentifier> SearchAsync(
        StoreFixture store, string text, UserFind? find = null, PageMark? after = null, int limit = 10)
        => new IdentifierSearch(store.Database).ListAsync(StoreFixture.A, [Phone, Email], text, find ?? new(), after, limit, default);

    private static async Task<string> AddAsync(StoreFixture store, string name, IdentifierKind kind, string value)
    {
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, name, default);
        Assert.Equal(
            IdentifierOutcome.Has, await store.Identifiers.AddAsync(StoreFixture.A, user.Id, kind, value, verified: false, default));
        return user.Id;
    }
}
