using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Changes;

/// <summary>Threat 29: a thief has a session and changes the address; whoever has the old one takes that back.</summary>
public class UndoLinkTests : IClassFixture<ChangeSite>, IDisposable
{
    private readonly ChangeSite site;
    private readonly ChangeCalls changes;
    private readonly Place home, thiefs, elsewhere;

    public UndoLinkTests(ChangeSite site)
    {
        this.site = site;
        changes = new(site);
        (home, thiefs, elsewhere) = (new(site), new(site), new(site));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var place in (Place[])[home, thiefs, elsewhere])
            place.Dispose();
    }

    [Fact]
    public async Task Before_the_new_address_is_verified_it_ends_that_link_and_all_sessions()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var thief = Stolen(owner);
        var (verify, undo) = await changes.ChangeAsync(thief, old, CompleteSite.NewEmail());

        await changes.OpenedAsync(changes.At(elsewhere), undo);

        Assert.Equal(404, (await ChangeCalls.OpenAsync(thief, verify)).Status);
        await GoneAsync(thief, owner, old);
        changes.Later(61);
        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(changes.At(elsewhere), undo)).Refused);
        Assert.Single(await changes.EventsAsync(owner.UserId), one => one == CompleteEvents.IdentifierChangeUndone.Word);
    }

    [Fact]
    public async Task After_it_was_verified_it_restores_the_old_one_for_three_days()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var thief = Stolen(owner);
        var fresh = CompleteSite.NewEmail();
        var (verify, undo) = await changes.ChangeAsync(thief, old, fresh);
        thief.Keep((await ChangeCalls.OpenAsync(thief, verify)).Expect(200));
        Assert.Equal($"{fresh}+", await changes.NamesAsync(owner.UserId));
        site.Clock.Advance(TimeSpan.FromHours(72));

        await changes.OpenedAsync(changes.At(elsewhere), undo);

        Assert.Null(await changes.AccountOfAsync(fresh));
        await GoneAsync(thief, owner, old);
        Assert.Equal((404, "user_not_found"), (await Codes.CodeCalls.AskAsync(thief, fresh)).Refused);
    }

    [Fact]
    public async Task Later_than_that_it_does_nothing()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var fresh = CompleteSite.NewEmail();
        var (verify, undo) = await changes.ChangeAsync(owner, old, fresh);
        (await ChangeCalls.OpenAsync(owner, verify)).Expect(200);
        site.Clock.Advance(TimeSpan.FromHours(72) + TimeSpan.FromMinutes(5));

        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(owner, undo)).Refused);
        Assert.Equal($"{fresh}+", await changes.NamesAsync(owner.UserId));
    }

    [Fact]
    public async Task What_the_thief_has_added_goes_with_it_and_what_was_there_stays()
    {
        var (owner, old) = await changes.AccountAsync(home);
        (await owner.SignInAsync(old)).Expect(200);
        var thief = Stolen(owner);
        changes.Later(1);
        // Another way in, a number, two addresses one after the other.
        await AddPasskeyAsync(thief);
        var (number, first, second) = (Office.NewPhone(), CompleteSite.NewEmail(), CompleteSite.NewEmail());
        (await ChangeCalls.TryChangeAsync(thief, number, what: "phone")).Expect(200);
        (await ChangeCalls.OpenAsync(thief, ChangeCalls.SecretOf(await changes.LastAsync(number)))).Expect(200);
        changes.Later();
        var (verify, undo) = await changes.ChangeAsync(thief, old, first);
        (await ChangeCalls.OpenAsync(thief, verify)).Expect(200);
        changes.Later();
        var (again, thiefsUndo) = await changes.ChangeAsync(thief, first, second);
        thief.Keep((await ChangeCalls.OpenAsync(thief, again)).Expect(200));
        Assert.Equal($"{number}+ {second}+", await changes.NamesAsync(owner.UserId));

        await changes.OpenedAsync(changes.At(elsewhere), undo);

        await GoneAsync(thief, owner, old);
        Assert.Equal(401, (await thief.SignInAsync(null)).Status);
        Assert.Equal(404, (await ChangeCalls.OpenAsync(thief, thiefsUndo)).Status);
        foreach (var gone in (string[])[number, first, second])
            Assert.Null(await changes.AccountOfAsync(gone));
        (await owner.SignInAsync(old)).Expect(200);
        Assert.Single((await owner.GetAsync("currentuser")).Expect(200).Json["user"]!["webauthn_devices"]!.AsArray());
    }

    [Fact]
    public async Task A_number_that_a_thief_has_added_is_taken_away_by_the_address()
    {
        var (owner, email) = await changes.AccountAsync(home);
        var thief = Stolen(owner);
        var number = Office.NewPhone();
        (await ChangeCalls.TryChangeAsync(thief, number, what: "phone")).Expect(200);
        var undo = ChangeCalls.SecretOf(await changes.LastAsync(email));
        (await ChangeCalls.OpenAsync(thief, ChangeCalls.SecretOf(await changes.LastAsync(number)))).Expect(200);
        changes.Later();

        await changes.OpenedAsync(changes.At(elsewhere), undo);

        await GoneAsync(thief, owner, email);
    }

    [Fact]
    public async Task One_that_a_thief_has_taken_away_is_restored_and_so_is_the_other_one_by_its_own()
    {
        var (owner, email) = await changes.AccountAsync(home);
        var number = Office.NewPhone();
        await changes.AddAsync(owner.UserId, Identifiers.Phone, number, verified: true);
        (await owner.SignInAsync(email)).Expect(200);
        changes.Later();
        var thief = Stolen(owner);
        var fresh = Office.NewPhone();
        (await ChangeCalls.TryChangeAsync(thief, "")).Expect(200);
        (await ChangeCalls.TryChangeAsync(thief, fresh, what: "phone")).Expect(200);
        (await ChangeCalls.OpenAsync(thief, ChangeCalls.SecretOf(await changes.LastAsync(fresh)))).Expect(200);
        Assert.Equal($"{fresh}+", await changes.NamesAsync(owner.UserId));
        changes.Later();

        await changes.OpenedAsync(changes.At(elsewhere), ChangeCalls.SecretOf(await changes.LastAsync(email)));
        Assert.Equal($"{email}+", await changes.NamesAsync(owner.UserId));
        await changes.OpenedAsync(changes.At(elsewhere), ChangeCalls.SecretOf(await changes.LastAsync(number)));
        Assert.Equal($"{number}+ {email}+", await changes.NamesAsync(owner.UserId));
    }

    [Fact]
    public async Task One_that_was_weakly_proven_is_restored_as_such()
    {
        var (owner, email) = await changes.AccountAsync(home);
        var (weak, fresh) = (Office.NewPhone(), Office.NewPhone());
        (await ChangeCalls.TryChangeAsync(owner, weak, what: "phone")).Expect(200);
        await changes.OpenedAsync(changes.At(elsewhere), ChangeCalls.SecretOf(await changes.LastAsync(weak)));
        Assert.Equal($"{weak}~ {email}+", await changes.NamesAsync(owner.UserId));
        changes.Later();
        (await owner.SignInAsync(email)).Expect(200);
        changes.Later();
        (await ChangeCalls.TryChangeAsync(owner, fresh, what: "phone")).Expect(200);
        (await ChangeCalls.OpenAsync(owner, ChangeCalls.SecretOf(await changes.LastAsync(fresh)))).Expect(200);
        // Whoever has the number that nobody has proven well is not told.
        Assert.Equal([MessageKind.VerifyLink], await changes.KindsAsync(weak));

        await changes.OpenedAsync(changes.At(elsewhere), ChangeCalls.SecretOf(await changes.LastAsync(email)));

        Assert.Equal($"{weak}~ {email}+", await changes.NamesAsync(owner.UserId));
    }

    [Fact]
    public async Task Whoever_takes_the_old_address_meanwhile_does_not_keep_it()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var thief = Stolen(owner);
        var (verify, undo) = await changes.ChangeAsync(thief, old, CompleteSite.NewEmail());
        (await ChangeCalls.OpenAsync(thief, verify)).Expect(200);
        var second = changes.At(thiefs);
        await second.SignUpAsync(old);
        Assert.NotEqual(owner.UserId, second.UserId);
        changes.Later();

        await changes.OpenedAsync(changes.At(elsewhere), undo);

        await GoneAsync(thief, owner, old);
        Assert.Equal(401, (await second.GetAsync("currentuser")).Status);
        Assert.Equal(401, (await second.SignInAsync(null)).Status);
        Assert.Equal("", await changes.NamesAsync(second.UserId));
        Assert.Contains(CompleteEvents.IdentifierTaken.Word, await changes.EventsAsync(second.UserId));
    }

    [Fact]
    public async Task Of_sixteen_who_open_it_at_once_it_does_what_it_does_once()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var (_, undo) = await changes.ChangeAsync(owner, old, CompleteSite.NewEmail());

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(one
            => ChangeCalls.OpenAsync(changes.At(one % 2 == 0 ? home : elsewhere), undo)));

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 404, answer.Text));
        Assert.Single(await changes.EventsAsync(owner.UserId), one => one == CompleteEvents.IdentifierChangeUndone.Word);
        Assert.Equal($"{old}+", await changes.NamesAsync(owner.UserId));
    }

    [Fact]
    public async Task It_wins_against_the_link_that_it_takes_back_whichever_comes_first()
    {
        for (var round = 0; round < 12; round++)
        {
            var (owner, old) = await changes.AccountAsync(home);
            var fresh = CompleteSite.NewEmail();
            var (verify, undo) = await changes.ChangeAsync(owner, old, fresh);
            var thief = changes.At(home);

            var answers = await Task.WhenAll(
                ChangeCalls.OpenAsync(thief, verify), ChangeCalls.OpenAsync(changes.At(elsewhere), undo),
                ChangeCalls.OpenAsync(changes.At(thiefs), verify));

            Assert.Equal(200, answers[1].Status);
            Assert.Equal($"{old}+", await changes.NamesAsync(owner.UserId));
            Assert.Null(await changes.AccountOfAsync(fresh));
            if (answers[0].Status == 200)
                thief.Keep(answers[0]);
            else
                thief.Token = owner.Token;
            Assert.Equal(401, (await thief.GetAsync("currentuser")).Status);
        }
    }

    [Fact]
    public async Task A_change_of_before_can_be_taken_back_after_a_later_one_was()
    {
        var (owner, first) = await changes.AccountAsync(home);
        var (second, third) = (CompleteSite.NewEmail(), CompleteSite.NewEmail());
        var (verify, toFirst) = await changes.ChangeAsync(owner, first, second);
        owner.Keep((await ChangeCalls.OpenAsync(owner, verify)).Expect(200));
        changes.Later();
        var (again, toSecond) = await changes.ChangeAsync(owner, second, third);
        (await ChangeCalls.OpenAsync(owner, again)).Expect(200);
        changes.Later();

        await changes.OpenedAsync(changes.At(elsewhere), toSecond);
        Assert.Equal($"{second}+", await changes.NamesAsync(owner.UserId));
        await changes.OpenedAsync(changes.At(elsewhere), toFirst);
        Assert.Equal($"{first}+", await changes.NamesAsync(owner.UserId));
    }

    /// <summary>Threat 28: whoever began an account with somebody else's address has left a way back into it.</summary>
    [Fact]
    public async Task Once_the_owner_of_an_address_has_come_nothing_of_before_is_taken_back()
    {
        var thief = changes.At(thiefs);
        var victims = await thief.SignUpAsync();
        var number = Office.NewPhone();
        (await ChangeCalls.TryChangeAsync(thief, number, what: "phone")).Expect(200);
        (await ChangeCalls.OpenAsync(thief, ChangeCalls.SecretOf(await changes.LastAsync(number)))).Expect(200);
        changes.Later();
        (await ChangeCalls.TryChangeAsync(thief, "", what: "phone")).Expect(200);
        var undo = ChangeCalls.SecretOf(await changes.LastAsync(number));
        changes.Later();
        var owner = changes.At(home);
        await changes.EnterAsync(owner, victims);
        Assert.Equal(thief.UserId, owner.UserId);

        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(thief, undo)).Refused);

        Assert.Equal($"{victims}+", await changes.NamesAsync(owner.UserId));
        (await owner.GetAsync("currentuser")).Expect(200);
    }

    [Fact]
    public async Task A_deactivated_account_stays_as_it_is_until_it_is_active_again()
    {
        var (owner, old) = await changes.AccountAsync(home);
        var (verify, undo) = await changes.ChangeAsync(owner, old, CompleteSite.NewEmail());
        (await ChangeCalls.OpenAsync(owner, verify)).Expect(200);
        var office = new Office(site);
        (await office.DeactivateAsync(owner.UserId)).Expect(200);

        Assert.Equal((403, "user_not_active"), (await ChangeCalls.OpenAsync(owner, undo)).Refused);
        (await office.ActivateAsync(owner.UserId)).Expect(200);
        await changes.OpenedAsync(owner, undo);

        Assert.Equal($"{old}+", await changes.NamesAsync(owner.UserId));
        (await office.DeleteAsync(owner.UserId)).Expect(200);
        changes.Later(61);
        Assert.Equal(404, (await ChangeCalls.OpenAsync(owner, undo)).Status);
    }

    /// <summary>A thief has the owner's token, and another network.</summary>
    private Visitor Stolen(Visitor owner) => new(site) { From = thiefs.Http, Token = owner.Token, RefreshToken = owner.RefreshToken };

    private static async Task AddPasskeyAsync(Visitor visitor) => await ChangeCalls.AddPasskeyAsync(visitor);

    // The account is the owner's by the old address, and nobody is signed in.
    private async Task GoneAsync(Visitor thief, Visitor owner, string old)
    {
        Assert.Equal($"{old}+", await changes.NamesAsync(owner.UserId));
        foreach (var one in (Visitor[])[thief, owner])
            Assert.Equal((401, "invalid_access_token"), (await one.GetAsync("currentuser")).Refused);
        changes.Later();
        var back = changes.At(elsewhere);
        await changes.EnterAsync(back, old);
        Assert.Equal(owner.UserId, back.UserId);
        var user = (await back.GetAsync("currentuser")).Expect(200).Json["user"]!;
        Assert.True((bool)user["email_verified"]!);
        Assert.Equal(MessageKind.SignInCode, (await changes.LastAsync(old)).Kind);
    }
}
