using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Tests.Store;

public class PasskeyStoreTests
{
    [Fact]
    public async Task A_saved_passkey_comes_back_as_it_was()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        var record = new CredentialRecord
        {
            Id = new([1, 2, 3]),
            UserHandle = user.Handle,
            PublicKey = new byte[] { 9, 8, 7 },
            SignCount = uint.MaxValue,
            UvInitialized = true,
            BackupEligible = null,
            BackupState = true,
            Transports = ["usb", "a \"new\"\nword"],
            Aaguid = Guid.Parse("bada5566-a7aa-401f-bd96-45619a55120d"),
            RpId = "example.com",
            AttestationObject = new byte[] { 5 },
            AttestationClientData = null,
        };

        Assert.Equal(RegistrationOutcome.Saved, await store.SaveAsync(StoreFixture.A, store.RegistrationOf(user), record));

        var passkey = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!;
        Assert.Equal(record.Id, passkey.Record.Id);
        Assert.Equal(user.Handle, passkey.Record.UserHandle);
        Assert.Equal(record.PublicKey.ToArray(), passkey.Record.PublicKey.ToArray());
        Assert.Equal(uint.MaxValue, passkey.Record.SignCount);
        Assert.True(passkey.Record.UvInitialized);
        Assert.Null(passkey.Record.BackupEligible);
        Assert.True(passkey.Record.BackupState);
        Assert.Equal(record.Transports, passkey.Record.Transports);
        Assert.Equal(record.Aaguid, passkey.Record.Aaguid);
        Assert.Equal("example.com", passkey.Record.RpId);
        Assert.Equal([5], passkey.Record.AttestationObject!.Value.ToArray());
        Assert.Null(passkey.Record.AttestationClientData);
        Assert.Equal("1Password", passkey.FriendlyName);
        Assert.Equal(DeviceType.SecurityKey, passkey.Type);
        Assert.Matches("^[A-Za-z0-9]{24}$", passkey.DeviceId);
        Assert.Equal(("alice", UserStatus.Active), (passkey.ExternalId, passkey.OwnerStatus));
        Assert.Null(passkey.LastLoginAt);
        Assert.Equal(passkey.DeviceId, Assert.Single(await store.Passkeys.ListAsync(StoreFixture.A, user.Id, default)).DeviceId);
    }

    [Fact]
    public async Task Eight_registrations_of_one_transaction_at_once_make_one_passkey_200_times()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        for (var round = 0; round < 200; round++)
        {
            var handshake = store.RegistrationOf(user);
            var outcomes = await AtOnceAsync(
                () => store.SaveAsync(StoreFixture.A, handshake with { Id = TicketId.Create() }, StoreFixture.Credential(user)));
            Assert.Single(outcomes, RegistrationOutcome.Saved);
            Assert.Equal(7, outcomes.Count(outcome => outcome == RegistrationOutcome.TransactionSpent));
        }

        Assert.Equal(200, (await store.Passkeys.ListAsync(StoreFixture.A, user.Id, default)).Count);
        Assert.Equal(200, (await store.Events.RecentAsync(StoreFixture.A, user.Id, 1000, default)).Count);
    }

    [Fact]
    public async Task Eight_sign_ins_with_one_handshake_at_once_count_as_one_200_times()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        for (var round = 0; round < 200; round++)
        {
            var handshake = store.AuthenticationOf();
            var outcomes = await AtOnceAsync(() => store.SaveAsync(StoreFixture.A, handshake, record));
            Assert.Single(outcomes, AuthenticationOutcome.Saved);
            Assert.Equal(7, outcomes.Count(outcome => outcome == AuthenticationOutcome.Spent));
        }

        Assert.Equal(200, (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UsageCount);
        Assert.Equal(
            200, (await store.Events.RecentAsync(StoreFixture.A, user.Id, 1000, default)).Count(e => e.Action == EventAction.Login));
    }

    [Fact]
    public async Task Eight_verifications_of_one_nonce_at_once_succeed_once_200_times()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        for (var round = 0; round < 200; round++)
        {
            var nonce = store.NonceOf(user, record);
            var outcomes = await AtOnceAsync(() => store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default));
            Assert.Single(outcomes, new NonceOutcome(NonceResult.SpentNow, "alice"));
            Assert.Equal(7, outcomes.Count(outcome => outcome == new NonceOutcome(NonceResult.AlreadySpent, null)));
        }
    }

    [Fact]
    public async Task Two_handshakes_of_one_transaction_sign_in_once()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var transaction = TicketId.Create();

        Assert.Equal(AuthenticationOutcome.Saved, await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(user, transaction), record));
        Assert.Equal(AuthenticationOutcome.Spent, await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(user, transaction), record));

        Assert.True(await store.Spent.IsSpentAsync(StoreFixture.A, transaction, default));
        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.B, transaction, default));
    }

    [Fact]
    public async Task A_spent_transaction_stays_spent_for_a_handshake_started_at_its_very_end()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        var first = store.RegistrationOf(user);
        store.Time.Advance(TimeSpan.FromMinutes(4.9));
        var second = first with { Id = TicketId.Create(), ExpiresAt = store.Time.GetUtcNow() + TimeSpan.FromMinutes(5) };
        Assert.Equal(RegistrationOutcome.Saved, await store.SaveAsync(StoreFixture.A, first, StoreFixture.Credential(user)));

        store.Time.Advance(TimeSpan.FromMinutes(4.9));
        await store.Spent.RemoveExpiredAsync(default);

        Assert.Equal(RegistrationOutcome.TransactionSpent, await store.SaveAsync(StoreFixture.A, second, StoreFixture.Credential(user)));
    }

    [Fact]
    public async Task Spent_tickets_go_when_nothing_can_stand_for_them_any_more()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        for (var i = 0; i < 1100; i++)
            await store.Spent.SpendNonceAsync(StoreFixture.A, store.NonceOf(user, record), default);

        Assert.Equal(0, await store.Spent.RemoveExpiredAsync(default));
        store.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1101, await store.Spent.RemoveExpiredAsync(default));
    }

    /// <summary>Threats 22 and 33.</summary>
    [Fact]
    public async Task A_credential_id_is_registered_once_and_its_transaction_stays_good()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (_, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var bob = await store.Users.CreateOrGetAsync(StoreFixture.A, "bob", default);
        var handshake = store.RegistrationOf(bob);

        Assert.Equal(
            RegistrationOutcome.CredentialExists,
            await store.SaveAsync(StoreFixture.A, handshake, record with { UserHandle = bob.Handle }));

        Assert.Empty(await store.Events.RecentAsync(StoreFixture.A, bob.Id, 10, default));
        Assert.Equal("alice", (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.ExternalId);
        Assert.Equal(RegistrationOutcome.Saved, await store.SaveAsync(StoreFixture.A, handshake, StoreFixture.Credential(bob)));
    }

    [Fact]
    public async Task A_user_who_is_not_active_gets_no_passkey()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        await store.DeactivateAsync(StoreFixture.A, user.Id);
        var handshake = store.RegistrationOf(user);

        Assert.Equal(RegistrationOutcome.UserNotActive, await store.SaveAsync(StoreFixture.A, handshake, StoreFixture.Credential(user)));
        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.A, handshake.Transaction, default));
    }

    /// <summary>Threat 19.</summary>
    [Fact]
    public async Task The_sign_count_never_goes_down_whatever_order_sign_ins_are_saved_in()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (_, record) = await store.RegisterAsync(StoreFixture.A, "alice");

        await Task.WhenAll(Enumerable.Range(1, 50).Reverse()
            .Select(count => store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), record with { SignCount = (uint)count }).AsTask()));
        await store.SaveAsync(
            StoreFixture.A, store.AuthenticationOf(), record with { SignCount = 3, BackupState = true, UvInitialized = true });

        var passkey = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!;
        Assert.Equal(50u, passkey.Record.SignCount);
        Assert.Equal(51, passkey.UsageCount);
        Assert.True(passkey.Record.BackupState);
        Assert.True(passkey.Record.UvInitialized);
        Assert.Equal(Micros.ToTime(Micros.From(store.Time.GetUtcNow())), passkey.LastLoginAt);
    }

    [Fact]
    public async Task A_revoked_passkey_is_gone_and_its_sign_ins_stay_counted()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        await store.RegisterAsync(StoreFixture.A, "alice");
        for (var i = 0; i < 3; i++)
            await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), record);
        var at = store.Time.GetUtcNow();
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.DeviceId;
        store.Time.Advance(TimeSpan.FromHours(1));

        Assert.False(await store.Removals.RevokeAsync(StoreFixture.A, "somebody else", device, default));
        Assert.False(await store.Removals.RevokeAsync(StoreFixture.B, user.Id, device, default));
        Assert.True(await store.Removals.RevokeAsync(StoreFixture.A, user.Id, device, default));
        Assert.False(await store.Removals.RevokeAsync(StoreFixture.A, user.Id, device, default));

        Assert.Null(await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default));
        var now = (await store.Users.GetAsync(StoreFixture.A, user.Id, default))!;
        Assert.Equal(3, now.LoginCount);
        Assert.Equal(at, now.LastLoginAt);
        Assert.Equal("passkey_revoked", (await store.Events.RecentAsync(StoreFixture.A, user.Id, 1, default))[0].Type);
        Assert.Equal(AuthenticationOutcome.PasskeyGone, await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), record));
        Assert.Equal(
            new(NonceResult.PasskeyGone, null), await store.Spent.SpendNonceAsync(StoreFixture.A, store.NonceOf(user, record), default));
    }

    [Fact]
    public async Task Revoking_at_once_eight_times_carries_the_sign_ins_once()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(), record);
        var device = (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.DeviceId;

        var outcomes = await AtOnceAsync(() => store.Removals.RevokeAsync(StoreFixture.A, user.Id, device, default));

        Assert.Single(outcomes, true);
        Assert.Equal(1, (await store.Users.GetAsync(StoreFixture.A, user.Id, default))!.LoginCount);
    }

    [Fact]
    public async Task A_nonce_of_a_user_who_was_set_inactive_meanwhile_is_not_spent()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var nonce = store.NonceOf(user, record);
        await store.DeactivateAsync(StoreFixture.A, user.Id);

        Assert.Equal(new(NonceResult.UserNotActive, null), await store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default));
        Assert.False(await store.Spent.IsSpentAsync(StoreFixture.A, nonce.Id, default));
    }

    [Fact]
    public async Task One_app_never_sees_what_another_app_keeps_under_the_same_names()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (userA, record) = await store.RegisterAsync(StoreFixture.A, "alice");

        Assert.Null(await store.Users.GetByExternalIdAsync(StoreFixture.B, "alice", default));
        Assert.Null(await store.Users.GetAsync(StoreFixture.B, userA.Id, default));
        Assert.Null(await store.Passkeys.FindAsync(StoreFixture.B, record.Id, default));
        Assert.Empty(await store.Passkeys.ListAsync(StoreFixture.B, userA.Id, default));
        Assert.Empty(await store.Events.RecentAsync(StoreFixture.B, userA.Id, 10, default));
        Assert.Empty((await store.Users.ListAsync(StoreFixture.B, new(), default)).Users);
        Assert.Equal(AuthenticationOutcome.PasskeyGone, await store.SaveAsync(StoreFixture.B, store.AuthenticationOf(), record));
        Assert.Equal(
            NonceResult.PasskeyGone, (await store.Spent.SpendNonceAsync(StoreFixture.B, store.NonceOf(userA, record), default)).Result);

        // The same names in both apps are two users with two passkeys, and what is spent in one is not in the other.
        var (userB, _) = await store.RegisterAsync(StoreFixture.B, "alice", record);
        Assert.NotEqual(userA.Id, userB.Id);
        var handshake = store.AuthenticationOf();
        Assert.Equal(AuthenticationOutcome.Saved, await store.SaveAsync(StoreFixture.A, handshake, record));
        Assert.Equal(AuthenticationOutcome.Saved, await store.SaveAsync(StoreFixture.B, handshake, record));
        Assert.Equal(1, (await store.Passkeys.FindAsync(StoreFixture.A, record.Id, default))!.UsageCount);
        Assert.Equal(1, (await store.Users.GetAsync(StoreFixture.B, userB.Id, default))!.LoginCount);
    }

    [Fact]
    public async Task Events_tell_who_what_when_and_from_where()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (user, record) = await store.RegisterAsync(StoreFixture.A, "alice");
        var handshake = store.AuthenticationOf(user, TicketId.Create());
        store.Time.Advance(TimeSpan.FromSeconds(12));
        await store.Passkeys.SaveAuthenticationAsync(
            store.SignInOf(StoreFixture.A, handshake, record) with { UserAgent = new string('x', 5000) }, default);

        var login = (await store.Events.RecentAsync(StoreFixture.A, user.Id, 1, default))[0];

        Assert.Equal(("passkey_login", EventAction.Login, true, "192.0.2.7"), (login.Type, login.Action, login.Complete, login.IpAddress));
        Assert.Equal(TimeSpan.FromSeconds(12), login.CompletedAt - login.CreatedAt);
        Assert.Equal(512, login.UserAgent.Length);
        Assert.Equal(0, await store.Events.RemoveBeforeAsync(store.Time.GetUtcNow() - TimeSpan.FromMinutes(1), default));
        Assert.Equal(2, await store.Events.RemoveBeforeAsync(store.Time.GetUtcNow() + TimeSpan.FromMinutes(1), default));
    }

    private static async Task<T[]> AtOnceAsync<T>(Func<ValueTask<T>> act)
    {
        using var start = new Barrier(8);
        return await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return act().AsTask().GetAwaiter().GetResult();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }
}
