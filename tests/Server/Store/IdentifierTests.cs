using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

/// <summary>What users go by beside the external id.</summary>
public class IdentifierTests
{
    private static readonly IdentifierKind Email = new(
        "email", text => text[..text.IndexOf('@')] + text[text.IndexOf('@')..].ToLowerInvariant());

    private static readonly IdentifierKind Phone = new("phone", text => text.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public async Task A_user_is_found_by_every_form_that_compares_as_the_same_and_keeps_what_was_given()
    {
        await using var store = await StoreFixture.CreateAsync();
        var alice = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);

        Assert.Equal(IdentifierOutcome.Has, await AddAsync(store, alice.Id, Email, "Alice@Example.COM"));
        store.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IdentifierOutcome.Has, await AddAsync(store, alice.Id, Phone, "+49 30 1234"));

        Assert.Equal(alice, await store.Identifiers.FindUserAsync(StoreFixture.A, Email, "Alice@EXAMPLE.com", default));
        Assert.Equal(alice, await store.Identifiers.FindUserAsync(StoreFixture.A, Phone, "+4930 1234", default));
        Assert.Null(await store.Identifiers.FindUserAsync(StoreFixture.A, Email, "alice@example.com", default));
        Assert.Null(await store.Identifiers.FindUserAsync(StoreFixture.A, Phone, "+49301", default));
        Assert.Equal(
            [("email", "Alice@example.com", "Alice@Example.COM"), ("phone", "+49301234", "+49 30 1234")],
            (await store.Identifiers.ListAsync(StoreFixture.A, alice.Id, default)).Select(each => (each.Kind, each.Value, each.Given)));
    }

    [Fact]
    public async Task An_identifier_is_one_users_within_an_app_and_another_users_in_another_app()
    {
        await using var store = await StoreFixture.CreateAsync();
        var alice = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        var bob = await store.Users.CreateOrGetAsync(StoreFixture.A, "bob", default);
        var other = await store.Users.CreateOrGetAsync(StoreFixture.B, "bob", default);
        await AddAsync(store, alice.Id, Email, "a@example.com");

        Assert.Equal(IdentifierOutcome.Taken, await AddAsync(store, bob.Id, Email, "a@EXAMPLE.com"));
        Assert.Equal(
            IdentifierOutcome.Has,
            await store.Identifiers.AddAsync(StoreFixture.B, other.Id, Email, "a@example.com", verified: false, default));
        Assert.Equal(IdentifierOutcome.NoSuchUser, await AddAsync(store, other.Id, Email, "b@example.com"));

        Assert.Equal(alice.Id, (await store.Identifiers.FindUserAsync(StoreFixture.A, Email, "a@example.com", default))!.Id);
        Assert.Equal(other.Id, (await store.Identifiers.FindUserAsync(StoreFixture.B, Email, "a@example.com", default))!.Id);
        Assert.False(await store.Identifiers.RemoveAsync(StoreFixture.A, bob.Id, Email, "a@example.com", default));
        Assert.True(await store.Identifiers.RemoveAsync(StoreFixture.A, alice.Id, Email, "a@example.com", default));
        Assert.Equal(IdentifierOutcome.Has, await AddAsync(store, bob.Id, Email, "a@example.com"));
        Assert.NotEmpty(await store.Identifiers.ListAsync(StoreFixture.B, other.Id, default));
    }

    [Fact]
    public async Task What_was_verified_stays_so_when_it_is_given_again_and_until_that_is_taken_back()
    {
        await using var store = await StoreFixture.CreateAsync();
        var alice = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        var bob = await store.Users.CreateOrGetAsync(StoreFixture.A, "bob", default);
        await AddAsync(store, alice.Id, Email, "a@example.com");
        Assert.Null((await OnlyAsync(store, alice)).VerifiedAt);

        store.Time.Advance(TimeSpan.FromMinutes(1));
        var verified = store.Time.GetUtcNow();
        Assert.False(await store.Identifiers.SetVerifiedAsync(StoreFixture.A, bob.Id, Email, "a@example.com", verified: true, default));
        Assert.True(await store.Identifiers.SetVerifiedAsync(StoreFixture.A, alice.Id, Email, "a@example.com", verified: true, default));
        store.Time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(store, alice.Id, Email, "a@Example.com");

        Assert.Equal((verified, "a@Example.com"), ((await OnlyAsync(store, alice)).VerifiedAt, (await OnlyAsync(store, alice)).Given));
        Assert.True(await store.Identifiers.SetVerifiedAsync(StoreFixture.A, alice.Id, Email, "a@example.com", verified: false, default));
        Assert.Null((await OnlyAsync(store, alice)).VerifiedAt);
    }

    [Fact]
    public async Task Of_users_who_claim_one_identifier_at_once_one_has_it()
    {
        await using var store = await StoreFixture.CreateAsync();
        var users = new List<User>();
        for (var i = 0; i < 8; i++)
            users.Add(await store.Users.CreateOrGetAsync(StoreFixture.A, $"user {i}", default));

        for (var round = 0; round < 10; round++)
        {
            var claimed = $"{round}@example.com";
            var outcomes = await Task.WhenAll(users.Select(user => Task.Run(() => AddAsync(store, user.Id, Email, claimed))));

            var winner = Assert.Single(users.Zip(outcomes), claim => claim.Second == IdentifierOutcome.Has).First;
            Assert.Equal(7, outcomes.Count(outcome => outcome == IdentifierOutcome.Taken));
            Assert.Equal(winner.Id, (await store.Identifiers.FindUserAsync(StoreFixture.A, Email, claimed, default))!.Id);
        }
    }

    [Fact]
    public async Task Nobody_who_goes_leaves_an_identifier_behind_that_was_added_at_that_moment()
    {
        await using var store = await StoreFixture.CreateAsync();
        for (var round = 0; round < 30; round++)
        {
            var user = await store.Users.CreateOrGetAsync(StoreFixture.A, $"user {round}", default);
            var address = $"{round}@example.com";
            Parameter[] parameters = [Parameter.Text("app", StoreFixture.A.Value), Parameter.Text("user", user.Id)];
            var adding = Task.Run(() => AddAsync(store, user.Id, Email, address));
            Statement gone = new("DELETE FROM users WHERE app_id = @app AND user_id = @user", parameters);
            var going = Task.Run(() => store.Database.WriteAsync([.. IdentifierStore.Removal(parameters), gone], default).AsTask());

            Assert.NotEqual(IdentifierOutcome.Taken, await adding);
            Assert.Equal(1, (await going)[^1]);
            Assert.Empty(await store.Identifiers.ListAsync(StoreFixture.A, user.Id, default));
        }
    }

    [Fact]
    public async Task Users_without_an_external_id_are_as_many_as_there_are_and_go_by_their_first_identifier()
    {
        await using var store = await StoreFixture.CreateAsync();
        var named = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        await AddAsync(store, named.Id, Email, "alice@example.com");
        await store.Database.WriteAsync(
            [store.Users.Creation(StoreFixture.A, "first", null), store.Users.Creation(StoreFixture.A, "second", null)], default);
        await AddAsync(store, "first", Phone, "+49 30");
        store.Time.Advance(TimeSpan.FromSeconds(1));
        await AddAsync(store, "first", Email, "first@example.com");

        Assert.Equal("alice", (await store.Users.GetAsync(StoreFixture.A, named.Id, default))!.Name);
        Assert.Equal((null, "+49 30"), NameOf(await store.Users.GetAsync(StoreFixture.A, "first", default)));
        Assert.Equal((null, "second"), NameOf(await store.Users.GetAsync(StoreFixture.A, "second", default)));
        Assert.Equal(3, (await store.Users.ListAsync(StoreFixture.A, new(), default)).Total);
        var byName = await new UserSearch(store.Database).ListAsync(StoreFixture.A, new() { Prefix = "" }, null, 10, default);
        Assert.Equal(["alice"], byName.Select(user => user.Name));
    }

    private static (string? ExternalId, string Name) NameOf(User? user) => (user!.ExternalId, user.Name);

    private static Task<IdentifierOutcome> AddAsync(StoreFixture store, string userId, IdentifierKind kind, string text)
        => store.Identifiers.AddAsync(StoreFixture.A, userId, kind, text, verified: false, default).AsTask();

    private static async Task<Identifier> OnlyAsync(StoreFixture store, User user)
        => Assert.Single(await store.Identifiers.ListAsync(StoreFixture.A, user.Id, default));
}
