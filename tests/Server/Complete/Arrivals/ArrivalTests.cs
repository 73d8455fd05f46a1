using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Complete.Management;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Complete.Arrivals;

/// <summary>Somebody proves an identifier; what proves it is a ticket here, as good as any other thing that is good once.</summary>
public class ArrivalTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);
    private AppId App => new(CompleteSite.AppId);
    private T Of<T>()
        where T : notnull => site.Services.GetRequiredService<T>();

    [Fact]
    public async Task Whoever_has_no_account_has_one_then_and_is_signed_in()
    {
        var email = CompleteSite.NewEmail();

        var outcome = await ArriveAsync(email, mayBegin: true);

        var user = await MeAsync(outcome);
        Assert.Equal((email, true, "active", 1), ((string)user["email"]!, (bool)user["email_verified"]!, (string)user["status"]!,
            (int)user["login_count"]!));
        Assert.Equal("otp", Assert.Single(visitor.Claims["amr"]!.AsArray())!.ToString());
        Assert.Equal(CompleteEvents.CodeLogin.Word, Assert.Single(await EventsAsync(outcome.UserId)));
    }

    [Fact]
    public async Task Nobody_has_one_who_may_not_and_nothing_is_written()
    {
        var before = site.Rows();

        Assert.Equal(ArrivalResult.NoAccount, (await ArriveAsync(CompleteSite.NewEmail(), mayBegin: false)).Result);

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task A_pending_account_becomes_active_under_the_same_id()
    {
        var email = CompleteSite.NewEmail();
        var begun = (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);

        var outcome = await ArriveAsync(email, mayBegin: false);

        Assert.Equal(begun.Json["user"]!["id"]!.ToString(), outcome.UserId);
        Assert.Equal("active", (string)(await MeAsync(outcome))["status"]!);
    }

    [Fact]
    public async Task Who_began_to_register_a_passkey_for_somebody_elses_address_cannot_finish_once_its_owner_is_there()
    {
        var (thief, email) = (new Visitor(site), CompleteSite.NewEmail());
        var begun = (await thief.StartSignUpAsync(email)).Expect(200);

        Assert.Equal(ArrivalResult.SignedIn, (await ArriveAsync(email, mayBegin: false)).Result);

        Assert.NotEqual(200, (await thief.FinishSignUpAsync(begun)).Status);
    }

    [Fact]
    public async Task Whoever_claimed_the_address_before_its_owner_loses_passkeys_and_sessions()
    {
        var thief = new Visitor(site);
        var email = await thief.SignUpAsync();

        var outcome = await ArriveAsync(email, mayBegin: false);

        Assert.Equal(thief.UserId, outcome.UserId);
        var user = await MeAsync(outcome);
        Assert.Empty(user["webauthn_devices"]!.AsArray());
        Assert.Equal(2, (int)user["login_count"]!);
        Assert.Equal(401, (await thief.GetAsync("currentuser")).Status);
        Assert.Equal((401, "invalid_refresh_token"), (await thief.RefreshAsync()).Refused);
        Assert.Equal(401, (await thief.SignInAsync(null)).Status);
        Assert.Contains(CompleteEvents.IdentifierTaken.Word, await EventsAsync(outcome.UserId));
    }

    [Fact]
    public async Task Whoever_has_proven_it_keeps_both()
    {
        var owner = new Visitor(site);
        var email = await owner.SignUpAsync();
        await VerifyAsync(email, owner.UserId, weakly: false);

        var outcome = await ArriveAsync(email, mayBegin: false);

        Assert.Single((await MeAsync(outcome))["webauthn_devices"]!.AsArray());
        (await owner.GetAsync("currentuser")).Expect(200);
        (await owner.SignInAsync(email)).Expect(200);
    }

    [Fact]
    public async Task A_scanners_proof_takes_nothing_from_anybody_and_stands_in_nobodys_way()
    {
        var person = new Visitor(site);
        var email = await person.SignUpAsync();

        var outcome = await ArriveAsync(email, mayBegin: false, proof: ArrivalProof.Weak);

        Assert.Equal(person.UserId, outcome.UserId);
        var name = Assert.Single((await AccountAsync(email)).Identifiers);
        Assert.Equal((true, true), (name.VerifiedAt is not null, name.IsWeak));
        (await person.SignInAsync(email)).Expect(200);

        await ArriveAsync(email, mayBegin: false);
        Assert.True(Assert.Single((await AccountAsync(email)).Identifiers).IsProven);
        Assert.Equal(401, (await person.GetAsync("currentuser")).Status);

        await ArriveAsync(email, mayBegin: false, proof: ArrivalProof.Weak);
        Assert.True(Assert.Single((await AccountAsync(email)).Identifiers).IsProven);
    }

    [Fact]
    public async Task A_mistyped_address_that_a_scanner_verified_gives_its_owner_an_account_and_not_that_of_who_mistyped_it()
    {
        var person = new Visitor(site);
        var (old, mistyped) = (await person.SignUpAsync(), CompleteSite.NewEmail());
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            IdentifierOutcome.Has,
            await Of<IdentifierStore>().AddAsync(App, person.UserId, Identifiers.Email, mistyped, verified: true, default));
        await VerifyAsync(mistyped, person.UserId, weakly: true);
        Assert.True(await Of<IdentifierStore>().RemoveAsync(App, person.UserId, Identifiers.Email, old, default));

        var outcome = await ArriveAsync(mistyped, mayBegin: false);

        Assert.NotEqual(person.UserId, outcome.UserId);
        Assert.Equal(mistyped, (string)(await MeAsync(outcome))["email"]!);
        Assert.Equal(outcome.UserId, (await AccountAsync(mistyped)).User.Id);
        Assert.Equal(401, (await person.GetAsync("currentuser")).Status);
        Assert.Equal(401, (await person.SignInAsync(null)).Status);
        Assert.Equal("active", (await Of<UserStore>().GetAsync(App, person.UserId, default))!.Status.ToWord());
        Assert.Contains(CompleteEvents.IdentifierTaken.Word, await EventsAsync(person.UserId));
    }

    [Fact]
    public async Task A_deactivated_user_does_not_arrive()
    {
        var person = new Visitor(site);
        var email = await person.SignUpAsync();
        (await new Office(site).DeactivateAsync(person.UserId)).Expect(200);
        var before = site.Rows();

        Assert.Equal(ArrivalResult.NotActive, (await ArriveAsync(email, mayBegin: true)).Result);

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task What_is_good_once_signs_in_once_however_many_come_at_once()
    {
        foreach (var email in (string[])[CompleteSite.NewEmail(), await new Visitor(site).SignUpAsync()])
        {
            var ticket = TicketId.Create();

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ArriveAsync(email, mayBegin: true, ticket: ticket)));

            var one = Assert.Single(outcomes, outcome => outcome.Result == ArrivalResult.SignedIn);
            Assert.All(outcomes.Except([one]), outcome => Assert.Equal(ArrivalResult.NotSpent, outcome.Result));
            Assert.Equal(one.UserId, (await AccountAsync(email)).User.Id);
            Assert.Single(await Of<SessionStore>().ListAsync(App, one.UserId, default));
        }
    }

    [Fact]
    public async Task Of_many_who_arrive_at_one_address_each_by_something_of_their_own_all_come_to_one_account()
    {
        var email = CompleteSite.NewEmail();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return await ArriveAsync(email, mayBegin: true);
            }
            catch (RefusedException)
            {
                return new(ArrivalResult.NotSpent, "", null);
            }
        }));

        var arrived = outcomes.Where(outcome => outcome.Result == ArrivalResult.SignedIn).ToList();
        Assert.NotEmpty(arrived);
        Assert.Single(arrived.Select(outcome => outcome.UserId).Distinct());
    }

    private async Task<ArrivalOutcome> ArriveAsync(
        string email, bool mayBegin, ArrivalProof proof = ArrivalProof.Strong, TicketId? ticket = null)
    {
        Assert.True(Identifiers.TryParse(email, out var identifier));
        var (now, app) = (site.Clock.GetUtcNow(), Of<AppDirectory>().Find(CompleteSite.AppId)!);
        return await Of<ArrivalStore>().ArriveAsync(
            new Arrival
            {
                App = app,
                Identifier = identifier,
                Proof = proof,
                MayBegin = mayBegin,
                Session = Of<SessionTokens>().New(app, "otp"),
                Spend = when => $"""
                    INSERT INTO spent (app_id, ticket, attempt, expires_at) SELECT @app, @ticket, @attempt, @spent_until WHERE {when}
                    ON CONFLICT (app_id, ticket) DO NOTHING
                    """,
                SpentNow = PasskeyStore.WonNow,
                Parameters =
                [
                    Parameter.Bytes("ticket", (ticket ?? TicketId.Create()).ToArray()),
                    Parameter.Time("spent_until", now + TimeSpan.FromHours(1)),
                ],
                Event = CompleteEvents.CodeLogin,
                StartedAt = now,
                Caller = new Caller(CompleteSite.Origin, "192.0.2.1", "Test"),
            },
            default);
    }

    private async Task<JsonNode> MeAsync(ArrivalOutcome outcome)
    {
        Assert.Equal(ArrivalResult.SignedIn, outcome.Result);
        visitor.Token = outcome.AuthResult!.AuthToken;
        Assert.Equal(outcome.UserId, visitor.UserId);
        return (await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!;
    }

    private async Task<Account> AccountAsync(string email)
        => (await Of<AccountStore>().FindAsync(App, Identifiers.ParseEmail(email)!, default))!;

    private async Task VerifyAsync(string email, string userId, bool weakly)
    {
        Assert.True(await Of<IdentifierStore>().SetVerifiedAsync(App, userId, Identifiers.Email, email, verified: true, default));
        if (weakly)
            await Of<Database>().WriteAsync(
                [
                    new(
                        "UPDATE identifiers SET verified_weakly = 1 WHERE app_id = @app AND kind = 'email' AND value = @value",
                        Parameter.Text("app", App.Value), Parameter.Text("value", email)),
                ],
                default);
    }

    private async Task<IEnumerable<string>> EventsAsync(string userId)
        => (await Of<Events.EventStore>().RecentAsync(App, userId, 10, default)).Select(one => one.Type);
}
