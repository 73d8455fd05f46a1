using System.Data.Common;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests.Store;

/// <summary>Events, and what stands beside them in their transaction.</summary>
public class EventWritingTests
{
    private static readonly BesideEvents Outbox = new(events => $"""
        INSERT INTO told (app_id, event_id, type, user_id, at) SELECT e.app_id, e.event_id, e.type, e.user_id, e.written_at FROM {events}
        WHERE TRUE ON CONFLICT (app_id, event_id) DO NOTHING
        """);

    [Fact]
    public async Task Each_event_has_its_row_in_an_outbox_whichever_way_it_is_written()
    {
        await using var store = await WithOutboxAsync();
        var (alice, first) = await store.RegisterAsync(StoreFixture.A, "alice");
        var (bob, second) = await store.RegisterAsync(StoreFixture.A, "bob", StoreFixture.Credential(alice, signCount: 5));

        // Many at once, some of which lose; one by itself, which is told of.
        var handshakes = Enumerable.Range(0, 30).Select(_ => store.AuthenticationOf()).ToList();
        var outcomes = await Task.WhenAll(handshakes.Concat(handshakes[..10]).Select(
            handshake => Task.Run(() => store.SaveAsync(StoreFixture.A, handshake, first).AsTask())));
        Assert.Equal(30, outcomes.Count(outcome => outcome == AuthenticationOutcome.Saved));
        var alone = store.SignInOf(StoreFixture.A, store.AuthenticationOf(), second) with { SignCountRegressed = true };
        Assert.Equal(AuthenticationOutcome.Saved, await store.Passkeys.SaveAuthenticationAsync(alone, default));
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, first.Id, default))!.DeviceId;
        Assert.True(await store.Removals.RevokeAsync(StoreFixture.A, alice.Id, device, default));

        var kept = await RowsAsync(store, "SELECT type, user_id, event_id FROM events ORDER BY event_id");
        Assert.Equal(kept, await RowsAsync(store, "SELECT type, user_id, event_id FROM told ORDER BY event_id"));
        Assert.Equal(
            ["passkey_login 31", "passkey_registered 2", "passkey_revoked 1", "sign_count_regressed 1"],
            kept.CountBy(row => row.Split('|')[0]).Select(each => $"{each.Key} {each.Value}").Order());
        Assert.Equal(3, kept.Count(row => row.Split('|')[1] == bob.Id));
    }

    [Fact]
    public async Task A_refused_ceremony_that_is_told_twice_has_one_event_and_one_row()
    {
        await using var store = await WithOutboxAsync();
        Parameter[] parameters =
        [
            Parameter.Text("app", StoreFixture.A.Value),
            Parameter.Text("event", "the same"),
            Parameter.Text("user", "somebody"),
            .. EventWriting.From("192.0.2.7", "", store.Time.GetUtcNow()),
            Parameter.Text("rejection", "wrong_origin"),
            Parameter.Time("now", store.Time.GetUtcNow()),
        ];

        for (var i = 0; i < 2; i++)
            await store.Database.WriteAsync(store.Writing.Refused(PasskeyEvents.Login, parameters, id: "event"), default);

        Assert.Equal(
            ["passkey_login|login|refused|wrong_origin"], await RowsAsync(store, "SELECT type, action, outcome, rejection FROM events"));
        Assert.Equal(["passkey_login"], await RowsAsync(store, "SELECT type FROM told"));
    }

    [Fact]
    public async Task Where_the_row_beside_an_event_cannot_be_written_nothing_has_happened()
    {
        await using var store = await WithOutboxAsync("CHECK (type = 'passkey_registered')");
        var (alice, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var handshake = store.AuthenticationOf();
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.DeviceId;

        await Assert.ThrowsAnyAsync<DbException>(async () => await store.SaveAsync(StoreFixture.A, handshake, record));
        await Assert.ThrowsAnyAsync<DbException>(async () => await store.Removals.RevokeAsync(StoreFixture.A, alice.Id, device, default));

        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.A, handshake.Id, default));
        Assert.Equal(0, (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UsageCount);
        Assert.Equal(["passkey_registered"], await RowsAsync(store, "SELECT type FROM events"));
    }

    [Fact]
    public async Task A_kind_that_another_room_lists_is_written_and_found_and_one_that_none_lists_is_not()
    {
        await using var store = await StoreFixture.CreateAsync();
        var sent = new EventKind("otp_sent", EventAction.Other, "Code sent", "codes sent");
        var kinds = new EventKinds([.. PasskeyEvents.All, sent]);
        Parameter[] parameters =
        [
            Parameter.Text("app", StoreFixture.A.Value),
            Parameter.Text("attempt", "an event"),
            Parameter.Text("user", "somebody"),
            .. EventWriting.From("192.0.2.7", "", store.Time.GetUtcNow()),
            Parameter.Time("now", store.Time.GetUtcNow()),
        ];

        await store.Database.WriteAsync(new EventWriting(kinds, []).One(sent, parameters), default);

        var found = Assert.Single(
            await new EventSearch(store.Database, kinds).ListAsync(StoreFixture.A, new() { Type = "otp_sent" }, null, 10, default));
        Assert.Equal((sent, null, null), (found.Kind, found.ExternalId, found.UserName));
        // An older version beside it knows its word alone.
        var older = new EventSearch(store.Database, ServedRooms.Events);
        Assert.Equal("otp_sent", Assert.Single(await older.ListAsync(StoreFixture.A, new(), null, 10, default)).Kind.Label);
        Assert.Throws<ArgumentException>(() => store.Writing.One(sent));
        Assert.Throws<ArgumentException>(() => store.Writing.One(PasskeyEvents.Login with { Action = EventAction.Other }));
    }

    [Fact]
    public async Task With_nothing_beside_it_an_event_costs_one_statement()
    {
        await using var store = await StoreFixture.CreateAsync();

        Assert.Single(store.Writing.One(PasskeyEvents.Login));
        Assert.Single(store.Writing.Many(PasskeyEvents.Login, ""));
        Assert.Single(store.Writing.Refused(PasskeyEvents.Login, [], id: "event"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("otp sent")]
    [InlineData("it's")]
    [InlineData("passkey_login")]
    public void A_word_is_letters_and_underscores_and_one_kinds(string word)
        => Assert.Throws<ArgumentException>(() => new EventKinds([.. PasskeyEvents.All, new EventKind(word, EventAction.Other, "", "")]));

    private static async Task<StoreFixture> WithOutboxAsync(string rule = "")
    {
        var store = await StoreFixture.CreateAsync(Outbox);
        await store.Database.WriteAsync(
            [
                new($"""
                    CREATE TABLE told
                        (app_id TEXT, event_id TEXT, type TEXT {rule}, user_id TEXT, at BIGINT, PRIMARY KEY (app_id, event_id))
                    """),
            ],
            default);
        return store;
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(StoreFixture store, string sql)
        => await store.Database.ListAsync(
            new(sql), row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(row.GetString)), default);
}
