using System.Data.Common;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.WebAuthn;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Tests.Store;

/// <summary>What both engines owe to who writes.</summary>
public class WritesTests
{
    private static readonly Func<string, Statement> Put = id => new(
        "INSERT INTO spent (app_id, ticket, attempt, expires_at) VALUES ('a', @ticket, @attempt, 1)",
        Bytes("ticket", System.Text.Encoding.ASCII.GetBytes(id)),
        Text("attempt", id));

    [Fact]
    public async Task What_was_answered_is_there_after_the_database_is_opened_again()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");

        store.Reopen();

        Assert.Equal(user, await store.Users.GetByExternalIdAsync(StoreFixture.A, "alice", default));
        Assert.Equal(user.Id, (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UserId);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_behind()
    {
        await using var store = await StoreFixture.CreateAsync();

        await Assert.ThrowsAnyAsync<DbException>(async () => await store.Database.WriteAsync([Put("one"), Put("one")], default));

        Assert.Equal(0, await store.Database.NumberAsync(new("SELECT COUNT(*) FROM spent"), default));
        Assert.Equal(1, (await store.Database.WriteAsync([Put("one")], default))[0]);
    }

    [Fact]
    public async Task Two_kinds_of_write_with_one_rank_are_refused()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        await store.Spent.SpendNonceAsync(StoreFixture.A, store.NonceOf(user, record), default);
        var other = new FrequentWrite(2, ["SELECT 'x'"], ["SELECT unnest(@attempt)"]);

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await store.Database.WriteAsync(other, StoreFixture.A, [Text("attempt", "a")], default));
    }

    [Fact]
    public async Task A_database_newer_than_the_program_stops_the_start()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.WriteAsync([new("INSERT INTO schema_steps (room, step, applied_at) VALUES ('server', 4711, 0)")], default);

        var refused = Assert.Throws<OptionsValidationException>(store.Reopen);

        Assert.StartsWith("OpenPassage:Database names a database of schema server 4711", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_with_a_passkey_that_is_gone_leaves_its_ticket_good()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, gone) = await store.RegisterAsync(StoreFixture.A, "alice");
        var (_, other) = await store.RegisterAsync(StoreFixture.A, "alice");
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, gone.Id, default))!.DeviceId;
        await store.Removals.RevokeAsync(StoreFixture.A, user.Id, device, default);
        var handshake = store.AuthenticationOf(user, TicketId.Create());

        Assert.Equal(AuthenticationOutcome.PasskeyGone, await store.SaveAsync(StoreFixture.A, handshake, gone));

        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.A, handshake.Transaction!.Value, default));
        Assert.Equal(AuthenticationOutcome.Saved, await store.SaveAsync(StoreFixture.A, handshake, other));
    }

    [Fact]
    public async Task A_passkey_that_became_somebody_elses_meanwhile_signs_nobody_in()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (alice, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var judged = store.SignInOf(StoreFixture.A, store.AuthenticationOf(), record);
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.DeviceId;
        await store.Removals.RevokeAsync(StoreFixture.A, alice.Id, device, default);
        var (bob, _) = await store.RegisterAsync(StoreFixture.A, "bob", record);

        Assert.Equal(AuthenticationOutcome.PasskeyGone, await store.Passkeys.SaveAuthenticationAsync(judged, default));

        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.A, judged.Handshake.Id, default));
        Assert.Equal(0, (await store.Users.GetAsync(StoreFixture.A, bob.Id, default))!.LoginCount);
        Assert.DoesNotContain(await store.Events.RecentAsync(StoreFixture.A, bob.Id, 10, default), e => e.Action == EventAction.Login);
    }

    [Fact]
    public async Task Sign_ins_while_their_passkey_is_revoked_are_counted_exactly_when_they_were_accepted()
    {
        await using var store = await StoreFixture.CreateAsync();
        for (var round = 0; round < 20; round++)
        {
            var (user, record) = await store.RegisterAsync(StoreFixture.A, $"user {round}");
            var device = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.DeviceId;
            var handshakes = Enumerable.Range(0, 20).Select(_ => store.AuthenticationOf()).ToList();

            var saves = handshakes[..10].Select(handshake => store.SaveAsync(StoreFixture.A, handshake, record).AsTask()).ToList();
            var revoked = store.Removals.RevokeAsync(StoreFixture.A, user.Id, device, default).AsTask();
            saves.AddRange(handshakes[10..].Select(handshake => store.SaveAsync(StoreFixture.A, handshake, record).AsTask()));
            var outcomes = await Task.WhenAll(saves);

            Assert.True(await revoked);
            Assert.Equal(
                outcomes.Count(outcome => outcome == AuthenticationOutcome.Saved),
                (await store.Users.GetAsync(StoreFixture.A, user.Id, default))!.LoginCount);
            foreach (var (handshake, outcome) in handshakes.Zip(outcomes))
                Assert.Equal(outcome == AuthenticationOutcome.Saved, await store.Spent.IsSpentAsync(StoreFixture.A, handshake.Id, default));
        }
    }

    [Fact]
    public async Task Of_many_sign_ins_at_once_each_gets_its_own_answer()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var (_, second) = await store.RegisterAsync(StoreFixture.A, "bob");
        var stranger = StoreFixture.Credential(user);
        for (var round = 0; round < 20; round++)
        {
            var (twice, spent) = (store.AuthenticationOf(), store.AuthenticationOf());
            await store.SaveAsync(StoreFixture.A, spent, record);
            (AuthenticationHandshake Handshake, CredentialRecord Record)[] calls =
            [
                (store.AuthenticationOf(), record), (twice, record), (spent, record), (store.AuthenticationOf(), stranger),
                (store.AuthenticationOf(), second), (twice, second), (store.AuthenticationOf(), record with { SignCount = 7 }),
                (spent, stranger),
            ];
            var before = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UsageCount
                + (await store.Passkeys.FindAsync(StoreFixture.A, second.Id, default))!.UsageCount;

            var outcomes = await Task.WhenAll(
                calls.Select(call => Task.Run(() => store.SaveAsync(StoreFixture.A, call.Handshake, call.Record).AsTask())));

            const AuthenticationOutcome Saved = AuthenticationOutcome.Saved,
                Spent = AuthenticationOutcome.Spent,
                Gone = AuthenticationOutcome.PasskeyGone;
            AuthenticationOutcome[] twiceOnce = [outcomes[1], outcomes[5]];
            Assert.Equal(
                [Saved, Spent, Gone, Saved, Saved, Gone], [outcomes[0], outcomes[2], outcomes[3], outcomes[4], outcomes[6], outcomes[7]]);
            Assert.Equal([Saved, Spent], twiceOnce.Order());
            var after = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UsageCount
                + (await store.Passkeys.FindAsync(StoreFixture.A, second.Id, default))!.UsageCount;
            Assert.Equal(before + 4, after);
        }

        Assert.Equal(7u, (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.Record.SignCount);
    }

    [Fact]
    public async Task A_user_agent_cut_within_a_character_is_kept()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var userAgent = new string('x', 511) + "\ud83d\ude00";

        var outcome = await store.Passkeys.SaveAuthenticationAsync(
            store.SignInOf(StoreFixture.A, store.AuthenticationOf(), record) with { UserAgent = userAgent }, default);

        Assert.Equal(AuthenticationOutcome.Saved, outcome);
        Assert.Equal(
            new string('x', 511),
            (await store.Events.RecentAsync(StoreFixture.A, user.Id, 10, default)).Single(e => e.Action == EventAction.Login).UserAgent);
    }

    /// <summary>One node 30 seconds ahead, one 30 seconds behind.</summary>
    [Fact]
    public async Task Clocks_a_minute_apart_break_neither_fresh_tickets_nor_exactly_once()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var behind = store.NonceOf(user, record);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var ahead = store.NonceOf(user, record);

        Assert.True(behind.ExpiresAt > store.Time.GetUtcNow());
        Assert.True((await store.Spent.SpendNonceAsync(StoreFixture.A, behind, default)).SpentNow);
        Assert.True((await store.Spent.SpendNonceAsync(StoreFixture.A, ahead, default)).SpentNow);

        // The node that is behind still opens it when the one that is ahead has long seen it expire, and swept.
        store.Time.Advance(store.Options.Value.NonceLifetime + TimeSpan.FromMinutes(1));
        await store.Spent.RemoveExpiredAsync(default);
        Assert.Equal(NonceResult.AlreadySpent, (await store.Spent.SpendNonceAsync(StoreFixture.A, ahead, default)).Result);
    }
}
