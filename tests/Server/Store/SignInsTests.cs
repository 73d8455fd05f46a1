using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Store;

/// <summary>What the calls of a sign-in ask: alone, and many at once.</summary>
public class SignInsTests
{
    [Fact]
    public async Task A_user_is_found_by_external_id_in_one_app_only_and_with_whether_there_is_a_passkey()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (alice, _) = await store.RegisterAsync(StoreFixture.A, "alice");
        var bob = await store.Users.CreateOrGetAsync(StoreFixture.A, "bob", default);
        await store.DeactivateAsync(StoreFixture.A, bob.Id);

        Assert.Equal(
            new(alice.Id, alice.Handle, UserStatus.Active, HasPasskey: true),
            await store.SignIns.FindUserAsync(StoreFixture.A, "alice", default));
        Assert.Equal(
            new(bob.Id, bob.Handle, UserStatus.Inactive, HasPasskey: false),
            await store.SignIns.FindUserAsync(StoreFixture.A, "bob", default));
        Assert.Null(await store.SignIns.FindUserAsync(StoreFixture.B, "alice", default));
        Assert.Null(await store.SignIns.FindUserAsync(StoreFixture.A, "Alice", default));
    }

    [Fact]
    public async Task An_offer_names_the_users_passkeys_oldest_first_and_tells_a_spent_transaction()
    {
        await using var store = await StoreFixture.CreateAsync();
        var (alice, first) = await store.RegisterAsync(StoreFixture.A, "alice");
        store.Time.Advance(TimeSpan.FromSeconds(1));
        var (_, second) = await store.RegisterAsync(StoreFixture.A, "alice", StoreFixture.Credential(alice, id: [0]));
        await store.RegisterAsync(StoreFixture.A, "bob");
        var transaction = TicketId.Create();

        var offer = (await store.SignIns.FindOfferAsync(StoreFixture.A, transaction, alice.Id, default))!;

        Assert.Equal((false, UserStatus.Active), (offer.Spent, offer.Status));
        Assert.Equal([first.Id, second.Id], offer.Passkeys.Select(passkey => passkey.Id));
        Assert.Equal(["internal", "hybrid"], offer.Passkeys[0].Transports);
        Assert.Equal(AuthenticationOutcome.Saved, await store.SaveAsync(StoreFixture.A, store.AuthenticationOf(alice, transaction), first));
        Assert.True((await store.SignIns.FindOfferAsync(StoreFixture.A, transaction, alice.Id, default))!.Spent);
        Assert.False((await store.SignIns.FindOfferAsync(StoreFixture.A, TicketId.Create(), alice.Id, default))!.Spent);
        Assert.Null(await store.SignIns.FindOfferAsync(StoreFixture.B, transaction, alice.Id, default));
    }

    [Fact]
    public async Task An_offer_by_identifier_is_its_owners_and_nobody_elses()
    {
        await using var store = await StoreFixture.CreateAsync();
        IdentifierKind email = new("email", text => text.ToLowerInvariant()), phone = new("phone", text => text);
        var (alice, first) = await store.RegisterAsync(StoreFixture.A, "alice");
        store.Time.Advance(TimeSpan.FromSeconds(1));
        var (_, second) = await store.RegisterAsync(StoreFixture.A, "alice", StoreFixture.Credential(alice, id: [0]));
        var bob = await store.Users.CreateOrGetAsync(StoreFixture.A, "bob", default);
        await store.Identifiers.AddAsync(StoreFixture.A, alice.Id, email, "alice@example.com", verified: true, default);
        await store.Identifiers.AddAsync(StoreFixture.A, bob.Id, email, "bob@example.com", verified: false, default);

        var offer = (await store.SignIns.FindOfferAsync(StoreFixture.A, email, "Alice@example.com", default))!;
        Assert.Equal(new(alice.Id, alice.Handle, UserStatus.Active, HasPasskey: true), offer.User);
        Assert.True(offer.IsVerified);
        Assert.Equal([first.Id, second.Id], offer.Passkeys.Select(passkey => passkey.Id));
        Assert.Equal(2, offer.Types.Count);

        // Whoever stands next to an identifier that nobody has is read, and is not it.
        var texts = new[] { "alice@example.co", "alice@example.com", "bob@example.co", "bob@example.com", "carol@example.com" };
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            store.SignIns.FindOfferAsync(StoreFixture.A, email, texts[i % texts.Length], default).AsTask()));
        Assert.All(found.Index(), one => Assert.Equal(
            texts[one.Index % texts.Length] switch { "alice@example.com" => alice.Id, "bob@example.com" => bob.Id, _ => null },
            one.Item?.User.Id));
        Assert.All(found.OfType<IdentifierOffer>(), one => Assert.Equal(one.User.Id == alice.Id ? 2 : 0, one.Passkeys.Count));
        Assert.Null(await store.SignIns.FindOfferAsync(StoreFixture.A, phone, "alice@example.com", default));
        Assert.Null(await store.SignIns.FindOfferAsync(StoreFixture.B, email, "alice@example.com", default));
    }

    [Fact]
    public async Task An_offer_to_a_user_without_passkeys_is_empty()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        await store.DeactivateAsync(StoreFixture.A, user.Id);

        var offer = (await store.SignIns.FindOfferAsync(StoreFixture.A, TicketId.Create(), user.Id, default))!;

        Assert.Equal((false, UserStatus.Inactive), (offer.Spent, offer.Status));
        Assert.Empty(offer.Passkeys);
    }

    [Fact]
    public async Task A_passkey_comes_with_what_a_signature_is_judged_by_and_in_its_app_only()
    {
        await using var store = await StoreFixture.CreateAsync();
        var user = await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);
        var made = StoreFixture.Credential(user, signCount: uint.MaxValue) with
        {
            UvInitialized = true,
            BackupEligible = null,
            BackupState = true,
        };
        await store.SaveAsync(StoreFixture.A, store.RegistrationOf(user), made);

        var found = (await store.SignIns.FindPasskeyAsync(StoreFixture.A, made.Id, default))!;

        Assert.Equal((user.Id, UserStatus.Active), (found.UserId, found.OwnerStatus));
        Assert.Equal(made.PublicKey.ToArray(), found.Record.PublicKey.ToArray());
        Assert.Equal(
            (made.Id, user.Handle, uint.MaxValue, true, (bool?)null, true),
            (
                found.Record.Id,
                found.Record.UserHandle,
                found.Record.SignCount,
                found.Record.UvInitialized,
                found.Record.BackupEligible,
                found.Record.BackupState));
        Assert.Null(await store.SignIns.FindPasskeyAsync(StoreFixture.B, made.Id, default));
    }

    [Fact]
    public async Task Of_many_questions_at_once_each_gets_its_own_answer()
    {
        await using var store = await StoreFixture.CreateAsync();
        var people = new List<(User User, WebAuthn.CredentialRecord Record)>();
        for (var i = 0; i < 10; i++)
            people.Add(await store.RegisterAsync(StoreFixture.A, $"user {i}"));
        var gone = StoreFixture.Credential(people[0].User);

        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            var (user, record) = people[i % 10];
            Assert.Equal(user.Id, (await store.SignIns.FindUserAsync(StoreFixture.A, user.ExternalId!, default))!.Id);
            Assert.Null(await store.SignIns.FindUserAsync(StoreFixture.A, $"nobody {i}", default));
            Assert.Equal([record.Id], (await store.SignIns.FindOfferAsync(StoreFixture.A, TicketId.Create(), user.Id, default))!
                .Passkeys.Select(passkey => passkey.Id));
            Assert.Null(await store.SignIns.FindPasskeyAsync(StoreFixture.A, gone.Id, default));
            Assert.Equal(user.Id, (await store.SignIns.FindPasskeyAsync(StoreFixture.A, record.Id, default))!.UserId);
            var nonce = store.NonceOf(user, record);
            Assert.Equal(new(NonceResult.SpentNow, user.ExternalId), await store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default));
            Assert.Equal(new(NonceResult.AlreadySpent, null), await store.Spent.SpendNonceAsync(StoreFixture.A, nonce, default));
        })));
    }
}
