using System.Text.Json.Nodes;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Changes;

/// <summary>People change what they go by: the new address is proven, the old one is told.</summary>
public class ChangeIdentifierTests : IClassFixture<ChangeSite>, IDisposable
{
    private readonly ChangeSite site;
    private readonly ChangeCalls changes;
    private readonly Place desk, elsewhere;

    public ChangeIdentifierTests(ChangeSite site)
    {
        this.site = site;
        changes = new(site);
        (desk, elsewhere) = (new(site), new(site));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        desk.Dispose();
        elsewhere.Dispose();
    }

    [Fact]
    public async Task The_account_goes_by_the_old_address_until_the_new_one_has_opened_its_link()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();

        var answer = (await ChangeCalls.TryChangeAsync(visitor, fresh.ToUpperInvariant())).Expect(200);

        Assert.Equal(24, ((string)answer.Json["magic_link"]!["id"]!).Length);
        Assert.Equal(["magic_link"], answer.Json.AsObject().Select(one => one.Key));
        Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
        var sent = await changes.LastAsync(fresh);
        var secret = ChangeCalls.SecretOf(sent);
        Assert.Equal(
            (MessageKind.VerifyLink, $"{CompleteSite.Origin}/login?x=1&psg_verify_link={secret}#/r"), (sent.Kind, sent.Link));

        var tab = changes.At(desk);
        var opened = (await ChangeCalls.OpenAsync(tab, secret)).Expect(200);

        tab.Keep(opened);
        Assert.Equal("/home", (string)opened.Json["auth_result"]!["redirect_url"]!);
        Assert.Equal("""["email"]""", tab.Claims["amr"]!.ToJsonString());
        var user = (await tab.GetAsync("currentuser")).Expect(200).Json["user"]!;
        Assert.Equal((visitor.UserId, fresh, true), ((string)user["id"]!, (string)user["email"]!, (bool)user["email_verified"]!));
        Assert.Equal($"{fresh}+", await changes.NamesAsync(visitor.UserId));
        Assert.Null(await changes.AccountOfAsync(old));
        (await visitor.GetAsync("currentuser")).Expect(200);
        (await visitor.SignInAsync(fresh)).Expect(200);
        var events = await changes.EventsAsync(visitor.UserId);
        Assert.Contains(CompleteEvents.IdentifierChanged.Word, events);
        Assert.Contains(CompleteEvents.LinkLogin.Word, events);
    }

    [Fact]
    public async Task The_old_address_is_told_at_once_with_a_link_that_is_good_for_three_days()
    {
        var (visitor, old) = await changes.AccountAsync(desk);

        (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail(), new() { ["language"] = "de" })).Expect(200);

        var told = await changes.LastAsync(old);
        Assert.Equal((MessageKind.IdentifierChanged, "de", TimeSpan.FromHours(72)), (told.Kind, told.Language, told.ValidFor));
        Assert.StartsWith($"{CompleteSite.Origin}/login?x=1&psg_verify_link=", told.Link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_changes_by_a_text_message_and_is_added_where_there_was_none()
    {
        var (visitor, email) = await changes.AccountAsync(desk);
        var (first, second) = (Office.NewPhone(), Office.NewPhone());

        (await ChangeCalls.TryChangeAsync(visitor, first, what: "phone")).Expect(200);
        // There is no number to tell: the address is.
        Assert.Equal(MessageKind.OtherIdentifierChanged, (await changes.LastAsync(email)).Kind);
        (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(first)))).Expect(200);
        Assert.Equal($"{first}+ {email}+", await changes.NamesAsync(visitor.UserId));

        changes.Later();
        (await ChangeCalls.TryChangeAsync(visitor, second, what: "phone")).Expect(200);
        Assert.Equal(MessageKind.IdentifierChanged, (await changes.LastAsync(first)).Kind);
        var opened = (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(second)))).Expect(200);
        visitor.Keep(opened);
        Assert.Equal("""["sms"]""", visitor.Claims["amr"]!.ToJsonString());
        Assert.Equal($"{second}+ {email}+", await changes.NamesAsync(visitor.UserId));
    }

    /// <summary>Threats 29 and 30: a token that somebody finds later changes nothing.</summary>
    [Fact]
    public async Task A_sign_in_of_more_than_ten_minutes_ago_changes_nothing_and_a_refresh_is_none()
    {
        var (visitor, email) = await changes.AccountAsync(desk);
        site.Clock.Advance(TimeSpan.FromMinutes(9));
        (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Expect(200);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        (await visitor.RefreshAsync()).Expect(200);
        var before = site.Rows();

        foreach (var to in (string[])[CompleteSite.NewEmail(), "", email])
            Assert.Equal((403, "operation_not_allowed"), (await ChangeCalls.TryChangeAsync(visitor, to)).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await ChangeCalls.TryChangeAsync(visitor, Office.NewPhone(), what: "phone")).Refused);

        Assert.Equal(before, site.Rows());
        (await visitor.SignInAsync(email)).Expect(200);
        changes.Later();
        (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Expect(200);
    }

    [Fact]
    public async Task An_address_of_another_account_is_refused_and_nothing_is_written()
    {
        var (visitor, _) = await changes.AccountAsync(desk);
        var other = await new Visitor(site).SignUpAsync();
        var before = site.Rows();

        var answer = await ChangeCalls.TryChangeAsync(visitor, other);

        Assert.Equal((400, "invalid_request"), answer.Refused);
        Assert.Equal("user: already exists.", answer.Error);
        Assert.Equal(before, site.Rows());
        // In another app it is another one's.
        var second = new Visitor(site, CompleteSite.OtherAppId);
        var theirs = await second.SignUpAsync();
        (await ChangeCalls.TryChangeAsync(visitor, theirs)).Expect(200);
    }

    /// <summary>Threat 37: nothing that stands in an address comes into a message's head, and nothing leads elsewhere.</summary>
    [Theory]
    [InlineData("""{"new_email":"ann@shop.example\r\nBcc: eve@evil.example"}""")]
    [InlineData("""{"new_email":"ann@shop.example,eve@evil.example"}""")]
    [InlineData("""{"new_email":"ann@shop.example eve@evil.example"}""")]
    [InlineData("""{"new_email":"\"ann\"@shop.example"}""")]
    [InlineData("""{"new_email":"Ann <ann@shop.example>"}""")]
    [InlineData("""{"new_email":"ann@localhost"}""")]
    [InlineData("""{"new_email":"аnn@shop.example"}""")]
    [InlineData("""{"new_email":" "}""")]
    [InlineData("""{"new_email":null}""")]
    [InlineData("""{"new_email":["ann@shop.example"]}""")]
    [InlineData("""{"new_phone":"+14155550123"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"//evil.example"}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"/\\evil.example"}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"\\\\evil.example"}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"https://evil.example/"}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"javascript:alert(1)"}""")]
    [InlineData("""{"new_email":"ann@changed.example","magic_link_path":"/a\nb"}""")]
    [InlineData("""{"new_email":"ann@changed.example","redirect_url":"//evil.example"}""")]
    [InlineData("""{"new_email":"ann@changed.example","redirect_url":"/\\evil.example"}""")]
    [InlineData("""{"new_email":"ann@changed.example","redirect_url":"javascript:alert(1)"}""")]
    [InlineData("""{"new_email":"ann@changed.example","redirect_url":"https://www.shop.example@evil.example/"}""")]
    [InlineData("""{"new_email":"ann@changed.example","redirect_url":"https://evil.example/"}""")]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_written(string body)
    {
        var (visitor, _) = await changes.AccountAsync(desk);
        var before = site.Rows();

        var answer = await visitor.SendAsync(HttpMethod.Patch, "currentuser/email", JsonNode.Parse(body));

        Assert.Equal((400, "invalid_request"), answer.Refused);
        Assert.Equal(before, site.Rows());
    }

    [Theory]
    [InlineData("+1415555")]
    [InlineData("4155550123")]
    [InlineData("+14155550123\r\n")]
    [InlineData("ann@shop.example")]
    public async Task What_is_no_number_is_refused_and_nothing_is_written(string phone)
    {
        var (visitor, _) = await changes.AccountAsync(desk);
        if (phone.EndsWith('\n'))
            phone = $"{phone}+14155550124";
        var before = site.Rows();

        Assert.Equal((400, "invalid_request"), (await ChangeCalls.TryChangeAsync(visitor, phone, what: "phone")).Refused);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task An_address_of_320_characters_is_refused()
    {
        var (visitor, _) = await changes.AccountAsync(desk);

        var answer = await ChangeCalls.TryChangeAsync(visitor, $"{new string('a', 64)}@{new string('b', 251)}.com");

        Assert.Equal((400, "invalid_request"), answer.Refused);
    }

    [Fact]
    public async Task A_look_alike_is_another_address()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        // With a Cyrillic o in the domain.
        var alike = old.Replace("shop", "sh\u043ep", StringComparison.Ordinal);

        (await ChangeCalls.TryChangeAsync(visitor, alike)).Expect(200);

        var value = Identifiers.ParseEmail(alike)!.Value;
        Assert.Contains("@xn--", value, StringComparison.Ordinal);
        Assert.Equal([MessageKind.VerifyLink], await changes.KindsAsync(value));
        Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
    }

    [Fact]
    public async Task The_link_leads_where_the_page_says_in_the_language_that_it_says_if_we_have_it()
    {
        var (visitor, _) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();

        JsonObject more = new()
        {
            ["language"] = "xx", ["magic_link_path"] = "/me?psg_verify_link=old&y=2#z", ["redirect_url"] = "/profile",
        };
        (await ChangeCalls.TryChangeAsync(visitor, fresh, more)).Expect(200);

        var sent = await changes.LastAsync(fresh);
        Assert.Equal(("en", $"{CompleteSite.Origin}/me?y=2&psg_verify_link={ChangeCalls.SecretOf(sent)}#z"), (sent.Language, sent.Link));
        var opened = (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(sent))).Expect(200);
        Assert.Equal("/profile", (string)opened.Json["auth_result"]!["redirect_url"]!);
    }

    [Fact]
    public async Task Who_asks_again_waits_half_a_minute_and_nobody_is_changed_without_being_told()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Expect(200);
        var before = site.Rows();

        // Another new address: it has been sent nothing, the old one has been told.
        Assert.Equal((429, "exceeded_attempts"), (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Refused);
        Assert.Equal(before, site.Rows());

        for (var number = 0; number < 4; number++)
        {
            changes.Later();
            (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Expect(200);
        }

        changes.Later();
        Assert.Equal((429, "exceeded_attempts"), (await ChangeCalls.TryChangeAsync(visitor, CompleteSite.NewEmail())).Refused);
        Assert.Equal(5, (await changes.KindsAsync(old)).Count(kind => kind == MessageKind.IdentifierChanged));
    }

    [Fact]
    public async Task Of_two_changes_that_are_asked_for_the_last_one_counts()
    {
        var (visitor, _) = await changes.AccountAsync(desk);
        var (mistyped, meant) = (CompleteSite.NewEmail(), CompleteSite.NewEmail());
        (await ChangeCalls.TryChangeAsync(visitor, mistyped)).Expect(200);
        changes.Later();
        (await ChangeCalls.TryChangeAsync(visitor, meant)).Expect(200);

        Assert.Equal(404, (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(mistyped)))).Status);
        (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(meant)))).Expect(200);

        Assert.Equal($"{meant}+", await changes.NamesAsync(visitor.UserId));
    }

    [Fact]
    public async Task One_that_nobody_has_proven_is_not_told_and_is_proven_by_asking_for_itself()
    {
        var visitor = changes.At(desk);
        var unproven = await visitor.SignUpAsync();
        changes.Later();

        (await ChangeCalls.TryChangeAsync(visitor, unproven)).Expect(200);
        var secret = ChangeCalls.SecretOf(await changes.LastAsync(unproven));
        Assert.Equal([MessageKind.VerifyLink], await changes.KindsAsync(unproven));
        (await ChangeCalls.OpenAsync(visitor, secret)).Expect(200);
        Assert.Equal($"{unproven}+", await changes.NamesAsync(visitor.UserId));
        Assert.Contains(CompleteEvents.IdentifierVerified.Word, await changes.EventsAsync(visitor.UserId));

        changes.Later();
        Assert.Equal((400, "invalid_request"), (await ChangeCalls.TryChangeAsync(visitor, unproven)).Refused);

        // A typing error at sign-up: the stranger whose address it is has no say.
        var other = changes.At(desk);
        var mistyped = await other.SignUpAsync();
        (await ChangeCalls.TryChangeAsync(other, CompleteSite.NewEmail())).Expect(200);
        Assert.Empty(await changes.KindsAsync(mistyped));
    }

    [Fact]
    public async Task The_one_of_two_is_taken_away_at_once_and_the_last_one_never()
    {
        var (visitor, email) = await changes.AccountAsync(desk);
        Assert.Equal((400, "invalid_request"), (await ChangeCalls.TryChangeAsync(visitor, "")).Refused);
        var phone = Office.NewPhone();
        await changes.AddAsync(visitor.UserId, Identifiers.Phone, phone, verified: true);

        var answer = (await ChangeCalls.TryChangeAsync(visitor, "")).Expect(200);

        Assert.Equal(24, ((string)answer.Json["magic_link"]!["id"]!).Length);
        Assert.Equal($"{phone}+", await changes.NamesAsync(visitor.UserId));
        Assert.Equal(MessageKind.IdentifierChanged, (await changes.LastAsync(email)).Kind);
        Assert.Contains(CompleteEvents.IdentifierChanged.Word, await changes.EventsAsync(visitor.UserId));
        changes.Later();
        (await ChangeCalls.TryChangeAsync(visitor, "")).Expect(200);
        Assert.Equal((400, "invalid_request"), (await ChangeCalls.TryChangeAsync(visitor, "", what: "phone")).Refused);
    }

    [Fact]
    public async Task Of_two_calls_that_each_take_one_of_two_away_one_does()
    {
        for (var round = 0; round < 8; round++)
        {
            var (visitor, _) = await changes.AccountAsync(desk);
            await changes.AddAsync(visitor.UserId, Identifiers.Phone, Office.NewPhone(), verified: true);

            await Task.WhenAll(ChangeCalls.TryChangeAsync(visitor, ""), ChangeCalls.TryChangeAsync(visitor, "", what: "phone"));

            Assert.Single((await changes.AccountAsync(visitor.UserId)).Identifiers);
        }
    }

    [Fact]
    public async Task A_page_that_waits_is_signed_in_by_no_such_link()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var id = (string)(await ChangeCalls.TryChangeAsync(visitor, fresh)).Expect(200).Json["magic_link"]!["id"]!;
        (await ChangeCalls.OpenAsync(visitor, ChangeCalls.SecretOf(await changes.LastAsync(fresh)))).Expect(200);

        var asking = await changes.At(desk).PostAsync("magic-link/status", new() { ["id"] = id });

        Assert.Equal((404, "magic_link_not_found"), asking.Refused);
        Assert.NotNull(old);
    }

    [Fact]
    public async Task Nothing_secret_of_it_is_in_the_log()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (verify, undo) = await changes.ChangeAsync(visitor, old, fresh);
        await changes.OpenedAsync(changes.At(elsewhere), verify);
        await changes.OpenedAsync(changes.At(elsewhere), undo);

        foreach (var secret in (string[])[verify, undo, fresh, old])
            Assert.DoesNotContain(secret, site.Log, StringComparison.Ordinal);
    }
}
