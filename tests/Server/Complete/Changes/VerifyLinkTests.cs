using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Changes;

/// <summary>
/// Threats 32 and 37: a link that verifies is opened by its owner, by scanners and by strangers whose address somebody has mistyped.
/// </summary>
public class VerifyLinkTests : IClassFixture<ChangeSite>, IDisposable
{
    private readonly ChangeSite site;
    private readonly ChangeCalls changes;
    private readonly Place desk, phone, scanner;

    public VerifyLinkTests(ChangeSite site)
    {
        this.site = site;
        changes = new(site);
        (desk, phone, scanner) = (new(site), new(site), new(site));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var place in (Place[])[desk, phone, scanner])
            place.Dispose();
    }

    [Fact]
    public async Task Opened_elsewhere_it_verifies_weakly_and_signs_nobody_in_and_stays_good_for_its_own_network()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (secret, _) = await changes.ChangeAsync(visitor, old, fresh);

        await changes.OpenedAsync(changes.At(scanner), secret);
        // The answer was lost.
        await changes.OpenedAsync(changes.At(scanner), secret);

        Assert.Equal($"{fresh}~", await changes.NamesAsync(visitor.UserId));
        Assert.True((bool)(await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!["email_verified"]!);
        changes.Later(61);
        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(changes.At(scanner), secret)).Refused);

        var tab = changes.At(desk);
        tab.Keep((await ChangeCalls.OpenAsync(tab, secret)).Expect(200));
        (await tab.GetAsync("currentuser")).Expect(200);
        Assert.Equal($"{fresh}+", await changes.NamesAsync(visitor.UserId));
        Assert.Equal(404, (await ChangeCalls.OpenAsync(changes.At(phone), secret)).Status);
    }

    [Fact]
    public async Task A_device_on_which_the_user_is_signed_in_by_a_passkey_is_the_accounts_own()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var mobile = new Visitor(site) { From = phone.Http, Authenticator = visitor.Authenticator };
        (await mobile.SignInAsync(old)).Expect(200);
        changes.Later();
        var fresh = CompleteSite.NewEmail();
        var (secret, _) = await changes.ChangeAsync(visitor, old, fresh);

        mobile.Keep((await ChangeCalls.OpenAsync(mobile, secret)).Expect(200));

        (await mobile.GetAsync("currentuser")).Expect(200);
        Assert.Equal($"{fresh}+", await changes.NamesAsync(visitor.UserId));
    }

    [Fact]
    public async Task A_network_where_a_scanner_has_opened_a_link_to_sign_in_is_not()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        (await visitor.PostAsync("login/magic-link", new() { ["identifier"] = old })).Expect(200);
        var signIn = (await changes.LastAsync(old)).Link!.Split("psg_magic_link=", 2)[1].Split('&', '#')[0];
        (await ChangeCalls.OpenAsync(changes.At(scanner), signIn)).Expect(200);
        changes.Later();
        var fresh = CompleteSite.NewEmail();
        var (secret, _) = await changes.ChangeAsync(visitor, old, fresh);

        await changes.OpenedAsync(changes.At(scanner), secret);

        Assert.Equal($"{fresh}~", await changes.NamesAsync(visitor.UserId));
    }

    /// <summary>A typing error, and the scanner of the stranger whose address it is.</summary>
    [Fact]
    public async Task The_owner_of_a_mistyped_address_takes_it_and_whoever_claimed_it_loses_passkeys_and_sessions()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var mistyped = CompleteSite.NewEmail();
        var (secret, undo) = await changes.ChangeAsync(visitor, old, mistyped);
        await changes.OpenedAsync(changes.At(scanner), secret);
        changes.Later();

        var owner = changes.At(phone);
        await changes.EnterAsync(owner, mistyped);

        Assert.NotEqual(visitor.UserId, owner.UserId);
        Assert.Equal($"{mistyped}+", await changes.NamesAsync(owner.UserId));
        Assert.Equal("", await changes.NamesAsync(visitor.UserId));
        Assert.Equal(401, (await visitor.GetAsync("currentuser")).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal(401, (await visitor.SignInAsync(null)).Status);
        Assert.Contains(CompleteEvents.IdentifierTaken.Word, await changes.EventsAsync(visitor.UserId));
        // What was sent before it gives nothing back to who mistyped it, at the desk either.
        Assert.Equal(404, (await ChangeCalls.OpenAsync(changes.At(desk), secret)).Status);

        // By the old address the account is there again, and the stranger keeps what is the stranger's.
        await changes.OpenedAsync(changes.At(desk), undo);
        Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
        (await owner.GetAsync("currentuser")).Expect(200);
        Assert.Equal($"{mistyped}+", await changes.NamesAsync(owner.UserId));
        var back = changes.At(desk);
        await changes.EnterAsync(back, old);
        Assert.Equal(visitor.UserId, back.UserId);
    }

    [Fact]
    public async Task Whoever_proves_an_address_by_the_link_of_ones_own_keeps_everything_afterwards()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (secret, _) = await changes.ChangeAsync(visitor, old, fresh);
        (await ChangeCalls.OpenAsync(changes.At(desk), secret)).Expect(200);
        changes.Later();

        var mobile = changes.At(phone);
        await changes.EnterAsync(mobile, fresh);

        Assert.Equal(visitor.UserId, mobile.UserId);
        (await visitor.GetAsync("currentuser")).Expect(200);
        (await visitor.SignInAsync(fresh)).Expect(200);
    }

    /// <summary>
    /// Threats 28 and 32: whoever began an account with somebody else's address, and asked for one of his own there before its owner came.
    /// </summary>
    [Fact]
    public async Task What_somebody_asked_for_before_the_owner_came_is_good_no_more()
    {
        var thief = changes.At(scanner);
        var victims = await thief.SignUpAsync();
        var thiefs = CompleteSite.NewEmail();
        (await ChangeCalls.TryChangeAsync(thief, thiefs)).Expect(200);
        var secret = ChangeCalls.SecretOf(await changes.LastAsync(thiefs));
        changes.Later();
        var owner = changes.At(desk);
        await changes.EnterAsync(owner, victims);
        Assert.Equal(thief.UserId, owner.UserId);

        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(thief, secret)).Refused);

        Assert.Equal($"{victims}+", await changes.NamesAsync(owner.UserId));
        Assert.Null(await changes.AccountOfAsync(thiefs));
    }

    [Fact]
    public async Task The_link_of_a_session_that_was_ended_changes_nothing()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var (secret, _) = await changes.ChangeAsync(visitor, old, CompleteSite.NewEmail());
        var (other, name) = await changes.AccountAsync(phone);
        var (kept, _) = await changes.ChangeAsync(other, name, CompleteSite.NewEmail());

        (await new Office(site).RevokeTokensAsync(visitor.UserId)).Expect(200);
        (await new Office(site).DeactivateAsync(other.UserId)).Expect(200);

        Assert.Equal(404, (await ChangeCalls.OpenAsync(visitor, secret)).Status);
        Assert.Equal((403, "user_not_active"), (await ChangeCalls.OpenAsync(other, kept)).Refused);
        Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
        Assert.Equal($"{name}+", await changes.NamesAsync(other.UserId));
    }

    /// <summary>Threat 38: another app's page opens nothing of this one's.</summary>
    [Fact]
    public async Task It_is_good_for_its_time_and_for_its_app_and_its_own_identifier_alone()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (secret, undo) = await changes.ChangeAsync(visitor, old, fresh);
        var other = new Visitor(site, CompleteSite.OtherAppId) { From = desk.Http };
        foreach (var one in (string[])[secret, undo])
            Assert.NotEqual(200, (await ChangeCalls.OpenAsync(other, one)).Status);
        // The other app does not know its tokens either.
        var asked = new JsonObject { ["new_email"] = fresh };
        Assert.Equal(401, (await other.SendAsync(HttpMethod.Patch, "currentuser/email", asked, visitor.Token)).Status);

        site.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(visitor, secret)).Refused);
        Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
    }

    [Fact]
    public async Task Reading_the_page_or_the_operations_opens_nothing()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var (secret, undo) = await changes.ChangeAsync(visitor, old, CompleteSite.NewEmail());
        var before = site.Rows();

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options])
        {
            foreach (var one in (string[])[secret, undo])
                Assert.NotEqual(200, (await changes.At(desk).SendAsync(method, $"magic-link/activate?magic_link={one}")).Status);
            Assert.NotEqual(200, (await visitor.SendAsync(method, "currentuser/email")).Status);
        }

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Of_sixteen_who_open_it_at_once_on_its_own_network_all_get_one_session_and_it_changes_once()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var (secret, _) = await changes.ChangeAsync(visitor, old, CompleteSite.NewEmail());

        var sessions = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var tab = changes.At(desk);
            tab.Keep((await ChangeCalls.OpenAsync(tab, secret)).Expect(200));
            return tab.SessionId;
        }));

        Assert.Single(sessions.Distinct());
        Assert.Single(await changes.EventsAsync(visitor.UserId), one => one == CompleteEvents.IdentifierChanged.Word);
    }

    [Fact]
    public async Task Of_several_accounts_that_are_to_have_one_address_one_gets_it()
    {
        for (var round = 0; round < 4; round++)
        {
            var fresh = CompleteSite.NewEmail();
            List<(Visitor Visitor, string Old, string Secret)> all = [];
            for (var one = 0; one < 4; one++)
            {
                var (visitor, old) = await changes.AccountAsync(desk);
                var (secret, _) = await changes.ChangeAsync(visitor, old, fresh);
                all.Add((visitor, old, secret));
            }

            var answers = await Task.WhenAll(all.Select(one => ChangeCalls.OpenAsync(one.Visitor, one.Secret)));

            var winner = Assert.Single(all.Zip(answers), one => one.Second.Status == 200).First;
            Assert.Equal(winner.Visitor.UserId, (await changes.AccountOfAsync(fresh))!.User.Id);
            foreach (var loser in all.Except([winner]))
                Assert.Equal($"{loser.Old}+", await changes.NamesAsync(loser.Visitor.UserId));
            Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal(404, answer.Status));
        }
    }

    [Fact]
    public async Task A_backends_link_verifies_what_the_account_has_and_changes_nothing_else()
    {
        var office = new Office(site);
        var email = CompleteSite.NewEmail();
        var made = (await office.SendAsync(
            HttpMethod.Post, "magic-links", new() { ["email"] = email, ["type"] = "verify_identifier", ["send"] = true })).Expect(201);
        var link = made.Json["magic_link"]!;
        var (id, secret) = ((string)link["user_id"]!, (string)link["secret"]!);
        Assert.Equal("verify_identifier", (string)link["type"]!);
        Assert.Equal($"{CompleteSite.Origin}/login?x=1&psg_verify_link={secret}#/r", (string)link["url"]!);
        var sent = await changes.LastAsync(email);
        Assert.Equal((MessageKind.VerifyLink, (string)link["url"]!), (sent.Kind, sent.Link));

        await changes.OpenedAsync(changes.At(scanner), secret);
        Assert.Equal($"{email}~", await changes.NamesAsync(id));
        Assert.Equal("pending", (string)(await office.UserAsync(id))["status"]!);
        // What a scanner may have done is not enough to make the account somebody's.
        Assert.Equal((403, "identifier_not_verified"), (await changes.At(scanner).StartSignUpAsync(email)).Refused);
        await changes.OpenedAsync(changes.At(phone), secret);
        Assert.Equal(404, (await ChangeCalls.OpenAsync(changes.At(desk), secret)).Status);

        var owner = changes.At(desk);
        await changes.EnterAsync(owner, email);
        Assert.Equal(id, owner.UserId);

        // On the network where its user is signed in it is a strong proof.
        var second = Office.NewPhone();
        (await office.UpdateAsync(id, new() { ["phone"] = second })).Expect(200);
        var other = (string)(await office.SendAsync(
            HttpMethod.Post, "magic-links", new() { ["user_id"] = id, ["channel"] = "phone", ["type"] = "verify_identifier" }))
            .Expect(201).Json["magic_link"]!["secret"]!;
        (await office.UpdateAsync(id, new() { ["email"] = CompleteSite.NewEmail() })).Expect(200);
        owner.Keep((await ChangeCalls.OpenAsync(owner, other)).Expect(200));
        (await owner.GetAsync("currentuser")).Expect(200);
        Assert.StartsWith($"{second}+ ", await changes.NamesAsync(id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_backend_changes_ends_what_the_user_had_asked_for()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var (secret, undo) = await changes.ChangeAsync(visitor, old, CompleteSite.NewEmail());
        var said = CompleteSite.NewEmail();

        (await new Office(site).UpdateAsync(visitor.UserId, new() { ["email"] = said })).Expect(200);

        foreach (var one in (string[])[secret, undo])
            Assert.Equal((404, "magic_link_not_found"), (await ChangeCalls.OpenAsync(visitor, one)).Refused);
        Assert.Equal($"{said}-", await changes.NamesAsync(visitor.UserId));
        // Other changes of the account leave them as they are.
        changes.Later();
        var third = CompleteSite.NewEmail();
        (await ChangeCalls.TryChangeAsync(visitor, third)).Expect(200);
        var metadata = new JsonObject { ["user_metadata"] = new JsonObject { ["plan"] = "gold" } };
        (await new Office(site).UpdateAsync(visitor.UserId, metadata)).Expect(200);
        (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(third)))).Expect(200);
    }

    [Fact]
    public async Task A_token_that_has_expired_names_no_session()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var (secret, _) = await changes.ChangeAsync(visitor, old, CompleteSite.NewEmail());
        var sessions = site.Services.GetRequiredService<SessionStore>();
        var before = await sessions.ListAsync(new(CompleteSite.AppId), visitor.UserId, default);

        var answer = (await ChangeCalls.OpenAsync(changes.At(scanner), secret)).Expect(200);

        var token = new Visitor(site) { Token = (string)answer.Json["auth_result"]!["auth_token"]! };
        Assert.Null(await sessions.FindAsync(new(CompleteSite.AppId), token.SessionId, default));
        Assert.Equal(before.Count, (await sessions.ListAsync(new(CompleteSite.AppId), visitor.UserId, default)).Count);
    }
}
