using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Events;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Codes;

/// <summary>Threat 37, for codes: they are good once, for a while, for whoever asked, and guessing is stopped; so is asking.</summary>
public class CodeTests(CodeSite site) : IClassFixture<CodeSite>
{
    private readonly Visitor visitor = new(site);
    private readonly Inbox inbox = new(site);

    [Fact]
    public async Task Somebody_registers_by_code_and_adds_a_passkey_at_once()
    {
        var email = CompleteSite.NewEmail();
        var begun = (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);

        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        var message = await inbox.LastAsync(email);
        Assert.Equal((MessageKind.SignUpCode, TimeSpan.FromMinutes(5)), (message.Kind, message.ValidFor));
        var answer = (await visitor.EnterAsync(sent, message.Code!)).Expect(200);

        visitor.Keep(answer);
        Assert.Equal("/", (string)answer.Json["auth_result"]!["redirect_url"]!);
        Assert.NotEmpty(visitor.RefreshToken);
        Assert.Equal("otp", Assert.Single(visitor.Claims["amr"]!.AsArray())!.ToString());
        var user = (await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!;
        Assert.Equal(
            (begun.Json["user"]!["id"]!.ToString(), "active", true, 1),
            ((string)user["id"]!, (string)user["status"]!, (bool)user["email_verified"]!, (int)user["login_count"]!));
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);
        Assert.Contains(CompleteEvents.CodeLogin.Word, await EventsAsync(user["id"]!.ToString()));
    }

    [Fact]
    public async Task Right_after_a_code_a_passkey_may_be_made_in_passing_without_anybody_touching_it()
    {
        var email = CompleteSite.NewEmail();
        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        visitor.Keep((await visitor.EnterAsync(sent, await inbox.CodeAsync(email))).Expect(200));
        Task<Reply> StartAsync(string? mediation)
            => visitor.SendAsync(HttpMethod.Post, "currentuser/devices/start", new JsonObject { ["mediation"] = mediation });
        Task<Reply> FinishAsync(Reply started) => visitor.SendAsync(
            HttpMethod.Post, "currentuser/devices/finish",
            Visitor.Finish(
                started, null, visitor.Create(started, ceremony => ceremony.AuthenticatorData.UserPresent = false)));

        Assert.Equal((400, "invalid_request"), (await StartAsync("silent")).Refused);
        Assert.Equal(401, (await FinishAsync((await StartAsync(null)).Expect(200))).Status);
        (await FinishAsync((await StartAsync("conditional")).Expect(200))).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);
    }

    [Fact]
    public async Task A_sign_in_by_code_and_the_passkey_that_follows_are_counted()
    {
        var reader = site.Services.GetRequiredService<FigureReader>();
        async Task<(long Begun, long Refused, long Succeeded, long Enrolled)> CountedAsync()
        {
            await site.Services.GetRequiredService<StatisticsWriting>().WriteAsync(default);
            var figures = await reader.ReadAsync(new(CompleteSite.AppId), DayRange.Between(reader.Today, reader.Today), default);
            var stop = figures.Stops.SingleOrDefault(one => one.Ceremony == CeremonyKinds.Code);
            var enrolled = figures.All(Counted.Enrolled).SingleOrDefault(bar => bar.Label == "otp");
            return (stop?.Begun ?? 0, stop?.Refused ?? 0, stop?.Succeeded ?? 0, enrolled?.Value ?? 0);
        }

        var before = await CountedAsync();
        var email = CompleteSite.NewEmail();
        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        var code = await inbox.CodeAsync(email);
        (await visitor.EnterAsync(sent, CodeCalls.Wrong(code))).Expect(400);
        visitor.Keep((await visitor.EnterAsync(sent, code)).Expect(200));
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), new())).Expect(200);

        var after = await CountedAsync();
        Assert.Equal(
            (before.Begun + 1, 0, before.Succeeded + 1, before.Enrolled + 1),
            (after.Begun, after.Refused, after.Succeeded, after.Enrolled));
    }

    [Fact]
    public async Task Without_an_account_begun_before_a_registration_begins_it_and_the_code_comes_again_as_elements_ask_for_it()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.RegisterAsync(email)).Expect(201);
        Assert.Equal("pending", (string)(await visitor.GetAsync($"users?identifier={email}")).Expect(200).Json["user"]!["status"]!);

        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var again = (await visitor.AskAsync(email)).Expect(200);

        Assert.Equal(MessageKind.SignUpCode, (await inbox.LastAsync(email)).Kind);
        (await visitor.EnterAsync(again, await inbox.CodeAsync(email))).Expect(200);
    }

    [Fact]
    public async Task A_user_whom_a_backend_made_proves_the_address_by_code_and_has_a_passkey_then()
    {
        var email = CompleteSite.NewEmail();
        var userId = await new Office(site).CreateAsync(email);
        Assert.Equal((403, "identifier_not_verified"), (await visitor.StartSignUpAsync(email)).Refused);

        var sent = (await visitor.AskAsync(email)).Expect(200);
        visitor.Keep((await visitor.EnterAsync(sent, await inbox.CodeAsync(email))).Expect(200));

        Assert.Equal(userId, visitor.UserId);
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
    }

    [Fact]
    public async Task Somebody_who_has_lost_the_passkey_comes_back_by_code()
    {
        var email = await visitor.SignUpAsync();
        var person = new Visitor(site);

        var sent = (await person.AskAsync(email)).Expect(200);
        Assert.Equal(MessageKind.SignInCode, (await inbox.LastAsync(email)).Kind);
        person.Keep((await person.EnterAsync(sent, await inbox.CodeAsync(email))).Expect(200));

        Assert.Equal(visitor.UserId, person.UserId);
    }

    [Fact]
    public async Task Who_has_no_account_is_deactivated_or_has_one_already_is_told_so_and_nothing_is_written()
    {
        var active = await visitor.SignUpAsync();
        var gone = new Visitor(site);
        var inactive = await gone.SignUpAsync();
        (await new Office(site).DeactivateAsync(gone.UserId)).Expect(200);
        var before = site.Rows();

        Assert.Equal((404, "user_not_found"), (await visitor.AskAsync(CompleteSite.NewEmail())).Refused);
        Assert.Equal((403, "user_not_active"), (await visitor.AskAsync(inactive)).Refused);
        foreach (var email in (string[])[active, inactive])
        {
            var refused = await visitor.RegisterAsync(email);
            Assert.Equal(((400, "invalid_request"), "user: already exists."), (refused.Refused, refused.Error));
        }

        var off = new Visitor(site, CompleteSite.OtherAppId);
        foreach (var refused in (Reply[])[
            await off.AskAsync(active), await off.RegisterAsync(CompleteSite.NewEmail()), await off.EnterAsync("x", "123456")])
            Assert.Equal((403, "operation_not_allowed"), refused.Refused);
        Assert.Equal((400, "invalid_request"), (await visitor.RegisterAsync("+14155552671")).Refused);
        Assert.Equal(before, site.Rows());
    }

    [Theory]
    [InlineData("a@b")]
    [InlineData("ann@shop.example\r\nBcc: bob@shop.example")]
    [InlineData("\"ann\"@shop.example")]
    [InlineData("ann@shop.example, bob@shop.example")]
    [InlineData("4155550123")]
    [InlineData("")]
    public async Task What_is_no_identifier_gets_no_message(string identifier)
    {
        var before = site.Rows();
        Assert.Equal((400, "invalid_request"), (await visitor.AskAsync(identifier)).Refused);
        Assert.Equal((400, "invalid_request"), (await visitor.RegisterAsync(identifier)).Refused);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Asking_writes_the_message_and_nothing_else()
    {
        var email = await visitor.SignUpAsync();
        var before = site.Rows().Split('\n');

        (await visitor.AskAsync(email)).Expect(200);

        var row = Assert.Single(site.Rows().Split('\n').Except(before));
        Assert.StartsWith("outbox: ", row, StringComparison.Ordinal);
        Assert.DoesNotContain(await inbox.CodeAsync(email), row, StringComparison.Ordinal);
        Assert.DoesNotContain(await inbox.CodeAsync(email), site.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_in_the_language_that_was_asked_for()
    {
        foreach (var (asked, written) in ((string?, string)[])[("pt-BR", "pt"), ("xx", "en"), (null, "en")])
        {
            var email = await new Visitor(site).SignUpAsync();
            (await visitor.AskAsync(email, asked)).Expect(200);
            Assert.Equal(written, (await inbox.LastAsync(email)).Language);
        }
    }

    [Fact]
    public async Task Five_wrong_codes_and_the_right_one_is_refused_for_good()
    {
        var email = await visitor.SignUpAsync();
        var sent = (await visitor.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);

        // What cannot be a code is no guess.
        foreach (var text in (string[])["", "12345", "1234567", "abcdef", "１２３４５６"])
            Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(sent, text)).Refused);
        for (var guess = 1; guess <= 5; guess++)
            Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(sent, CodeCalls.Wrong(code, guess))).Refused);

        for (var again = 0; again < 2; again++)
            Assert.Equal((401, "exceeded_attempts"), (await visitor.EnterAsync(sent, code)).Refused);

        // The next code is another matter.
        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var next = (await visitor.AskAsync(email)).Expect(200);
        (await visitor.EnterAsync(next, await inbox.CodeAsync(email))).Expect(200);
        Assert.Equal((401, "exceeded_attempts"), (await visitor.EnterAsync(sent, code)).Refused);
    }

    [Fact]
    public async Task The_fifth_try_may_be_the_right_one()
    {
        var email = await visitor.SignUpAsync();
        var sent = (await visitor.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);
        for (var guess = 1; guess <= 4; guess++)
            (await visitor.EnterAsync(sent, CodeCalls.Wrong(code, guess))).Expect(400);

        (await visitor.EnterAsync(sent, code)).Expect(200);
    }

    [Fact]
    public async Task A_code_is_good_once_and_not_for_ever()
    {
        var email = await visitor.SignUpAsync();
        var sent = (await visitor.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);
        (await visitor.EnterAsync(sent, code)).Expect(200);
        Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(sent, code)).Refused);

        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var late = (await visitor.AskAsync(email)).Expect(200);
        var lateCode = await inbox.CodeAsync(email);
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(late, lateCode)).Refused);
    }

    [Fact]
    public async Task A_code_belongs_to_its_id_and_its_app()
    {
        var (email, other) = (await visitor.SignUpAsync(), await new Visitor(site).SignUpAsync());
        var (sent, others) = ((await visitor.AskAsync(email)).Expect(200), (await visitor.AskAsync(other)).Expect(200));
        var (code, othersCode) = (await inbox.CodeAsync(email), await inbox.CodeAsync(other));
        var before = site.Rows();

        var id = sent["otp_id"]!;
        foreach (var bent in (string[])["", "x", id[..^1], id + "A", (id[0] == 'A' ? "B" : "A") + id[1..], new('A', 9000)])
            Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(bent, code)).Refused);
        Assert.Equal(before, site.Rows());
        if (code != othersCode)
            Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(others, code)).Refused);
        (await visitor.EnterAsync(sent, code)).Expect(200);
    }

    [Fact]
    public async Task Of_sixty_four_guesses_at_once_exactly_five_count()
    {
        var email = await visitor.SignUpAsync();
        var sent = (await visitor.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);

        var replies = await Task.WhenAll(
            Enumerable.Range(1, 64).Select(guess => visitor.EnterAsync(sent, CodeCalls.Wrong(code, guess))));

        Assert.Equal(5, replies.Count(reply => reply.Refused == (400, "invalid_request")));
        Assert.Equal(59, replies.Count(reply => reply.Refused == (401, "exceeded_attempts")));
        Assert.Equal((401, "exceeded_attempts"), (await visitor.EnterAsync(sent, code)).Refused);
    }

    [Fact]
    public async Task Of_sixty_four_who_have_the_code_at_once_exactly_one_is_signed_in()
    {
        foreach (var isKnown in (bool[])[true, false])
        {
            var email = isKnown ? await visitor.SignUpAsync() : CompleteSite.NewEmail();
            var sent = isKnown ? (await visitor.AskAsync(email)).Expect(200) : (await visitor.RegisterAsync(email)).Expect(201);
            var code = await inbox.CodeAsync(email);

            var replies = await Task.WhenAll(Enumerable.Range(1, 64).Select(_ => visitor.EnterAsync(sent, code)));

            Assert.Single(replies, reply => reply.Status == 200);
            Assert.All(replies, reply => Assert.Contains(reply.Status, (int[])[200, 400, 401]));
        }
    }

    [Fact]
    public async Task One_is_sent_in_half_a_minute_also_to_many_who_ask_at_once()
    {
        var email = await visitor.SignUpAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => visitor.AskAsync(email)));

        var sent = Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Except([sent]), reply => Assert.Equal((429, "exceeded_attempts"), reply.Refused));
        Assert.Single(await inbox.OfAsync(email));
        var soon = await visitor.AskAsync(email);
        Assert.Equal("30", soon.Header("Retry-After"));
        Assert.Equal((429, "exceeded_attempts"), (await visitor.AskAsync(email.ToUpperInvariant())).Refused);

        site.Clock.Advance(TimeSpan.FromSeconds(30));
        (await visitor.AskAsync(email)).Expect(200);
    }

    [Fact]
    public async Task Five_are_sent_in_an_hour_and_twenty_in_a_day()
    {
        var email = await visitor.SignUpAsync();
        for (var hour = 0; hour < 4; hour++)
        {
            for (var number = 0; number < 5; number++)
            {
                (await visitor.AskAsync(email)).Expect(200);
                site.Clock.Advance(TimeSpan.FromSeconds(31));
            }

            Assert.Equal((429, "exceeded_attempts"), (await visitor.AskAsync(email)).Refused);
            site.Clock.Advance(TimeSpan.FromHours(1));
        }

        var refused = await visitor.AskAsync(email);
        Assert.Equal((429, "exceeded_attempts"), refused.Refused);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 19 * 3600, 21 * 3600);
        site.Clock.Advance(TimeSpan.FromHours(21));
        (await visitor.AskAsync(email)).Expect(200);
    }

    [Fact]
    public async Task Twenty_five_wrong_codes_turn_codes_off_for_the_address_and_nothing_else()
    {
        var email = await visitor.SignUpAsync();
        var sent = new List<Reply>();
        for (var number = 0; number < 5; number++)
        {
            sent.Add((await visitor.AskAsync(email)).Expect(200));
            site.Clock.Advance(TimeSpan.FromSeconds(31));
            var code = await inbox.CodeAsync(email);
            for (var guess = 1; guess <= 5; guess++)
                (await visitor.EnterAsync(sent[^1], CodeCalls.Wrong(code, guess))).Expect(400);
        }

        site.Clock.Advance(TimeSpan.FromHours(2));
        var refused = await visitor.AskAsync(email);
        Assert.Equal((429, "exceeded_attempts"), refused.Refused);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 22 * 3600);
        Assert.Contains(CompleteEvents.CodesLocked.Word, await EventsAsync(visitor.UserId));

        // Somebody else has not asked for it, and a passkey goes on.
        (await visitor.SignInAsync(email)).Expect(200);
        var other = await new Visitor(site).SignUpAsync();
        (await visitor.AskAsync(other)).Expect(200);

        site.Clock.Advance(TimeSpan.FromDays(1));
        var next = (await visitor.AskAsync(email)).Expect(200);
        (await visitor.EnterAsync(next, await inbox.CodeAsync(email))).Expect(200);
    }

    [Fact]
    public async Task A_code_that_was_sent_before_codes_were_turned_off_is_refused_with_them()
    {
        var email = await visitor.SignUpAsync();
        var own = (await visitor.AskAsync(email)).Expect(200);
        var ownCode = await inbox.CodeAsync(email);
        using var elsewhere = site.From("127.0.0.2");
        var stranger = new Visitor(site) { From = elsewhere };
        for (var number = 0; number < 5; number++)
        {
            var sent = (await stranger.AskAsync(email)).Expect(200);
            var code = await inbox.CodeAsync(email);
            site.Clock.Advance(TimeSpan.FromSeconds(31));
            for (var guess = 1; guess <= 5; guess++)
                (await stranger.EnterAsync(sent, CodeCalls.Wrong(code, guess))).Expect(400);
        }

        Assert.Equal((401, "exceeded_attempts"), (await visitor.EnterAsync(own, ownCode)).Refused);
        (await visitor.SignInAsync(email)).Expect(200);
    }

    [Fact]
    public async Task A_stranger_cannot_use_up_the_codes_of_somebody_who_has_signed_in_here_before()
    {
        var email = await visitor.SignUpAsync();
        using var elsewhere = site.From("127.0.0.2");
        var stranger = new Visitor(site) { From = elsewhere };
        for (var number = 0; number < 5; number++)
        {
            (await stranger.AskAsync(email)).Expect(200);
            site.Clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal((429, "exceeded_attempts"), (await stranger.AskAsync(email)).Refused);
        var own = (await visitor.AskAsync(email)).Expect(200);
        (await visitor.EnterAsync(own, await inbox.CodeAsync(email))).Expect(200);
    }

    [Fact]
    public async Task Somebody_deactivated_meanwhile_is_told_so_by_the_right_code_alone()
    {
        var email = await visitor.SignUpAsync();
        var sent = (await visitor.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);
        (await new Office(site).DeactivateAsync(visitor.UserId)).Expect(200);

        Assert.Equal((400, "invalid_request"), (await visitor.EnterAsync(sent, CodeCalls.Wrong(code))).Refused);
        Assert.Equal((403, "user_not_active"), (await visitor.EnterAsync(sent, code)).Refused);
    }

    [Fact]
    public async Task The_app_says_that_codes_are_on_and_how_long_they_are_good()
    {
        var app = (await visitor.GetAsync("")).Expect(200).Json["app"]!;
        Assert.Equal((300, "m"), ((int)app["auth_methods"]!["otp"]!["ttl"]!, (string)app["auth_methods"]!["otp"]!["ttl_display_unit"]!));
        Assert.Null(app["auth_methods"]!["magic_link"]);
    }

    private async Task<IEnumerable<string>> EventsAsync(string userId)
        => (await site.Services.GetRequiredService<EventStore>().RecentAsync(new(CompleteSite.AppId), userId, 20, default))
            .Select(one => one.Type);
}

/// <summary>Threat 37: who guesses at many people's codes.</summary>
public class GuessBudgetsTests(GuessBudgetsTests.Site site) : IClassFixture<GuessBudgetsTests.Site>
{
    public sealed class Site : CodeSite
    {
        protected override IEnumerable<string> Settings =>
            [.. base.Settings, "--OpenPassage:Codes:WrongPerHour=6", "--OpenPassage:Codes:WrongPerNetworkAndHour=4"];
    }

    [Fact]
    public async Task A_network_and_an_app_take_so_many_wrong_codes_and_whoever_has_signed_in_here_before_is_not_held_up()
    {
        var (visitor, inbox) = (new Visitor(site), new Inbox(site));
        using var elsewhere = site.From("127.0.0.2");
        using var third = site.From("127.0.0.3");
        var (guesser, other) = (new Visitor(site) { From = elsewhere }, new Visitor(site) { From = third });

        var email = await visitor.SignUpAsync();
        var guessed = (await guesser.AskAsync(email)).Expect(200);
        var code = await inbox.CodeAsync(email);
        for (var guess = 1; guess <= 4; guess++)
            (await guesser.EnterAsync(guessed, CodeCalls.Wrong(code, guess))).Expect(400);
        // The network is at its end: also with the right code, of which a try is left.
        var refused = await guesser.EnterAsync(guessed, code);
        Assert.Equal((429, "exceeded_attempts"), refused.Refused);
        Assert.NotNull(refused.Header("Retry-After"));

        var second = await new Visitor(site).SignUpAsync();
        var more = (await other.AskAsync(second)).Expect(200);
        var secondCode = await inbox.CodeAsync(second);
        for (var guess = 1; guess <= 2; guess++)
            (await other.EnterAsync(more, CodeCalls.Wrong(secondCode, guess))).Expect(400);
        Assert.Equal((429, "exceeded_attempts"), (await other.EnterAsync(more, secondCode)).Refused);
        Assert.Contains(
            CompleteEvents.CodesGuessed.Word,
            (await site.Services.GetRequiredService<EventStore>().RecentAsync(new(CompleteSite.AppId), "", 5, default))
                .Select(one => one.Type));
        Assert.Contains("wrong codes within an hour", site.Log, StringComparison.Ordinal);

        (await visitor.EnterAsync(more, secondCode)).Expect(200);
        site.Clock.Advance(TimeSpan.FromHours(1));
        var later = (await other.AskAsync(email)).Expect(200);
        (await other.EnterAsync(later, await inbox.CodeAsync(email))).Expect(200);
    }
}

/// <summary>What an app wants proven before anybody uses it.</summary>
public class VerifiedSignInTests(VerifiedSignInTests.Site site) : IClassFixture<VerifiedSignInTests.Site>
{
    public sealed class Site : CodeSite
    {
        protected override IEnumerable<string> AppSettings => ["Methods:Otp=true", "RequireIdentifierVerification=true"];
    }

    [Fact]
    public async Task A_passkey_signs_in_nobody_whose_address_is_not_proven()
    {
        var (visitor, inbox, email) = (new Visitor(site), new Inbox(site), CompleteSite.NewEmail());
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        Assert.Equal((403, "identifier_not_verified"), (await visitor.StartSignUpAsync(email)).Refused);
        var sent = (await visitor.RegisterAsync(email)).Expect(201);
        visitor.Keep((await visitor.EnterAsync(sent, await inbox.CodeAsync(email))).Expect(200));
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);

        await VerifyAsync(email, isVerified: false);
        Assert.Equal((403, "identifier_not_verified"), (await visitor.StartLoginAsync(email)).Refused);
        var anybody = (await visitor.StartLoginAsync(null)).Expect(200);
        Assert.Equal((403, "identifier_not_verified"), (await visitor.FinishLoginAsync(anybody)).Refused);

        await VerifyAsync(email, isVerified: true);
        (await visitor.FinishLoginAsync(anybody)).Expect(200);
    }

    private async Task VerifyAsync(string email, bool isVerified)
    {
        var account = await site.Services.GetRequiredService<OpenPassage.Server.Complete.Accounts.AccountStore>().FindAsync(
            new(CompleteSite.AppId), OpenPassage.Server.Complete.Accounts.Identifiers.ParseEmail(email)!, default);
        Assert.True(await site.Services.GetRequiredService<OpenPassage.Server.Users.IdentifierStore>().SetVerifiedAsync(
            new(CompleteSite.AppId), account!.User.Id, OpenPassage.Server.Complete.Accounts.Identifiers.Email, email, isVerified, default));
    }
}
