using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Complete.Codes;

namespace OpenPassage.Server.Tests.Complete.Links;

/// <summary>A site whose people may sign in by links.</summary>
public class LinkSite : CodeSite
{
    protected override IEnumerable<string> AppSettings => ["Methods:MagicLink=true", "LoginUrl=/login", "RedirectUrl=/home"];

    protected override IEnumerable<string> Settings => [.. base.Settings, "--OpenPassage:Apps:6:Methods:MagicLink=true"];

    /// <summary>What makes a link good.</summary>
    public static string SecretOf(string link) => link.Split("psg_magic_link=", 2)[1].Split('&', '#')[0];
}

public class LinkTests(LinkSite site) : IClassFixture<LinkSite>, IDisposable
{
    private readonly Place desk = new(site);
    private readonly Place phone = new(site);
    private readonly Place scanner = new(site);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var place in (Place[])[desk, phone, scanner])
            place.Dispose();
    }

    [Fact]
    public async Task Whoever_signs_up_by_a_link_has_an_active_account_with_a_proven_address()
    {
        var (email, visitor) = (CompleteSite.NewEmail(), At(desk));

        var id = await AskAsync(visitor, email, "register");
        var answer = await OpenAsync(visitor, await SecretAsync(email));

        visitor.Keep(answer.Expect(200));
        Assert.Equal("/home", answer.Json["auth_result"]!["redirect_url"]!.ToString());
        Assert.Equal("email", Assert.Single(visitor.Claims["amr"]!.AsArray())!.ToString());
        var user = (await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!;
        Assert.Equal((email, true, "active"), ((string)user["email"]!, (bool)user["email_verified"]!, (string)user["status"]!));
        Assert.Equal(24, id.Length);
    }

    [Fact]
    public async Task The_page_that_asked_is_signed_in_once_the_link_was_opened_on_its_network()
    {
        var (asking, email) = await AccountAsync();
        var id = await AskAsync(asking, email);
        Assert.Equal((404, "magic_link_not_found"), (await StatusAsync(asking, id)).Refused);
        var tab = At(desk);
        tab.Keep((await OpenAsync(tab, await SecretAsync(email))).Expect(200));

        asking.Keep((await StatusAsync(asking, id)).Expect(200));

        Assert.Equal(tab.UserId, asking.UserId);
        Assert.NotEqual(tab.SessionId, asking.SessionId);
        (await asking.GetAsync("currentuser")).Expect(200);
        (await tab.GetAsync("currentuser")).Expect(200);
        var again = At(desk);
        again.Keep((await StatusAsync(again, id)).Expect(200));
        Assert.Equal(asking.SessionId, again.SessionId);
        site.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(404, (await StatusAsync(asking, id)).Status);
    }

    [Fact]
    public async Task Whoever_opens_it_elsewhere_is_signed_in_there_and_the_page_that_asked_is_not()
    {
        var (asking, email) = await AccountAsync();
        var id = await AskAsync(asking, email);
        var opener = At(phone);

        opener.Keep((await OpenAsync(opener, await SecretAsync(email))).Expect(200));

        Assert.Equal(asking.UserId, opener.UserId);
        (await opener.GetAsync("currentuser")).Expect(200);
        Assert.Equal(404, (await StatusAsync(asking, id)).Status);
        Assert.Equal(404, (await StatusAsync(opener, id)).Status);
    }

    [Fact]
    public async Task The_same_network_gets_the_same_session_for_a_minute_and_then_nothing()
    {
        var (_, email) = await AccountAsync();
        var (first, second) = (At(desk), At(desk));
        await AskAsync(first, email);
        var secret = await SecretAsync(email);

        first.Keep((await OpenAsync(first, secret)).Expect(200));
        second.Keep((await OpenAsync(second, secret)).Expect(200));

        Assert.Equal((first.SessionId, first.RefreshToken), (second.SessionId, second.RefreshToken));
        site.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal((404, "magic_link_not_found"), (await OpenAsync(first, secret)).Refused);
    }

    [Fact]
    public async Task Of_sixty_four_who_open_it_at_once_on_one_network_all_get_one_session()
    {
        var (_, email) = await AccountAsync();
        await AskAsync(At(desk), email);
        var secret = await SecretAsync(email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            var visitor = At(desk);
            visitor.Keep((await OpenAsync(visitor, secret)).Expect(200));
            return visitor.SessionId;
        }));

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task A_link_is_good_for_its_time_and_for_its_app()
    {
        var (_, email) = await AccountAsync();
        await AskAsync(At(desk), email);
        var secret = await SecretAsync(email);
        var other = new Visitor(site, CompleteSite.OtherAppId) { From = desk.Http };

        Assert.Equal(404, (await OpenAsync(other, secret)).Status);
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(404, (await OpenAsync(At(desk), secret)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%00%00%00%00%00%00%00%00%00%00%00")]
    public async Task What_is_no_secret_of_a_link_is_not_found(string secret)
        => Assert.Equal((404, "magic_link_not_found"), (await OpenAsync(At(desk), secret)).Refused);

    [Fact]
    public async Task Reading_the_page_or_the_operations_opens_nothing()
    {
        var (_, email) = await AccountAsync();
        await AskAsync(At(desk), email);
        var secret = await SecretAsync(email);

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options])
        {
            foreach (var path in (string[])["magic-link/activate", $"magic-link/activate?magic_link={secret}", "magic-link/status"])
                Assert.NotEqual(200, (await At(scanner).SendAsync(method, path)).Status);
        }

        (await OpenAsync(At(phone), secret)).Expect(200);
    }

    /// <summary>Threat 37: where a link leads is never the request's to say.</summary>
    [Fact]
    public async Task A_link_leads_to_the_apps_own_origin_whatever_the_host_header_says()
    {
        var (_, email) = await AccountAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{CompleteSite.AppId}/login/magic-link");
        request.Content = new StringContent(
            new JsonObject { ["identifier"] = email, ["magic_link_path"] = "/in?x=1&psg_magic_link=old#/there" }.ToJsonString());
        request.Headers.Host = "evil.example";
        request.Headers.Add("Origin", CompleteSite.Origin);
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        Assert.Equal(200, (int)(await desk.Http.SendAsync(request)).StatusCode);

        var link = await LinkAsync(email);

        Assert.Equal($"{CompleteSite.Origin}/in?x=1&psg_magic_link={LinkSite.SecretOf(link)}#/there", link);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("login")]
    [InlineData("/a\nb")]
    [InlineData("/a b")]
    [InlineData("/\tevil.example")]
    public async Task A_path_that_leads_elsewhere_is_refused_and_nothing_is_sent(string path)
    {
        var (visitor, email) = await AccountAsync();
        var before = site.Rows();

        var answer = await visitor.PostAsync("login/magic-link", new JsonObject { ["identifier"] = email, ["magic_link_path"] = path });

        Assert.Equal((400, "invalid_request"), answer.Refused);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Nobody_is_told_a_link_who_has_no_account_or_is_deactivated()
    {
        var (visitor, email) = await AccountAsync();
        var before = site.Rows();
        Assert.Equal((404, "user_not_found"), (await TryAskAsync(visitor, CompleteSite.NewEmail())).Refused);
        Assert.Equal((400, "invalid_request"), (await TryAskAsync(visitor, email, "register")).Refused);
        Assert.Equal((400, "invalid_request"), (await TryAskAsync(visitor, "ann@localhost")).Refused);
        Assert.Equal(before, site.Rows());

        await AskAsync(visitor, email);
        var secret = await SecretAsync(email);
        await DeactivateAsync(visitor.UserId);

        Assert.Equal((403, "user_not_active"), (await OpenAsync(visitor, secret)).Refused);
        Assert.Equal((403, "user_not_active"), (await TryAskAsync(visitor, email)).Refused);
    }

    [Fact]
    public async Task Who_asks_again_waits_half_a_minute_and_has_five_an_hour_on_each_kind_of_network()
    {
        var (visitor, email) = await AccountAsync();
        var stranger = At(scanner);
        for (var number = 0; number < 5; number++)
        {
            (await TryAskAsync(stranger, email)).Expect(200);
            Assert.Equal(429, (await TryAskAsync(stranger, email)).Status);
            site.Clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(429, (await TryAskAsync(stranger, email)).Status);
        // The person has signed in at the desk before.
        (await TryAskAsync(visitor, email)).Expect(200);
        site.Clock.Advance(TimeSpan.FromHours(1));
        (await TryAskAsync(stranger, email)).Expect(200);
    }

    [Fact]
    public async Task A_scanner_signs_in_no_thief_and_uses_up_nothing()
    {
        for (var round = 0; round < 20; round++)
        {
            using var thiefs = new Place(site);
            using var persons = new Place(site);
            var (person, email) = await AccountAsync(persons);
            var thief = At(thiefs);
            var id = await AskAsync(thief, email);
            var secret = await SecretAsync(email);
            var bot = At(scanner);

            bot.Keep((await OpenAsync(bot, secret)).Expect(200));
            Assert.Equal(404, (await StatusAsync(thief, id)).Status);
            var opener = At(persons);
            opener.Keep((await OpenAsync(opener, secret)).Expect(200));

            Assert.Equal(person.UserId, opener.UserId);
            (await opener.GetAsync("currentuser")).Expect(200);
            Assert.Equal(401, (await bot.GetAsync("currentuser")).Status);
            Assert.Equal((401, "invalid_refresh_token"), (await bot.RefreshAsync()).Refused);
            Assert.Equal(404, (await StatusAsync(thief, id)).Status);
            site.Clock.Advance(TimeSpan.FromSeconds(61));
            Assert.Equal(404, (await OpenAsync(bot, secret)).Status);
            (await opener.GetAsync("currentuser")).Expect(200);
        }
    }

    [Fact]
    public async Task A_person_who_asked_gets_in_at_the_desk_after_a_scanner_and_a_phone()
    {
        var (asking, email) = await AccountAsync();
        var id = await AskAsync(asking, email);
        var secret = await SecretAsync(email);
        var (bot, pocket, tab) = (At(scanner), At(phone), At(desk));
        bot.Keep((await OpenAsync(bot, secret)).Expect(200));
        pocket.Keep((await OpenAsync(pocket, secret)).Expect(200));

        tab.Keep((await OpenAsync(tab, secret)).Expect(200));

        Assert.Equal(401, (await bot.GetAsync("currentuser")).Status);
        Assert.Equal(401, (await pocket.GetAsync("currentuser")).Status);
        asking.Keep((await StatusAsync(asking, id)).Expect(200));
        (await asking.GetAsync("currentuser")).Expect(200);
        using var another = new Place(site);
        Assert.Equal(404, (await OpenAsync(At(another), secret)).Status);
    }

    [Fact]
    public async Task A_day_after_its_end_a_link_is_gone()
    {
        var (visitor, email) = await AccountAsync();
        var id = await AskAsync(visitor, email);
        site.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(4));
        await RemoveOldAsync();
        Assert.Contains(id, site.Rows(), StringComparison.Ordinal);

        site.Clock.Advance(TimeSpan.FromMinutes(2));
        await RemoveOldAsync();

        Assert.DoesNotContain(id, site.Rows(), StringComparison.Ordinal);
    }

    /// <summary>A backup may have links unused that were used after it.</summary>
    [Fact]
    public async Task After_a_restore_no_link_of_before_is_good()
    {
        var (visitor, email) = await AccountAsync();
        await AskAsync(visitor, email);
        var secret = await SecretAsync(email);

        await site.Services.GetRequiredService<Restores>().MarkAsync(Actor.Server, default);

        Assert.Equal(404, (await OpenAsync(At(desk), secret)).Status);
    }

    /// <summary>The account, its passkeys and sessions: a scanner's opening takes nothing from whoever has them.</summary>
    [Fact]
    public async Task A_scanner_takes_no_passkeys_from_whoever_has_not_proven_the_address()
    {
        var (person, email) = await AccountAsync();
        await AskAsync(At(phone), email);

        (await OpenAsync(At(scanner), await SecretAsync(email))).Expect(200);

        (await person.GetAsync("currentuser")).Expect(200);
        (await person.SignInAsync(email)).Expect(200);
    }

    private async Task RemoveOldAsync()
    {
        foreach (var kept in site.Services.GetServices<KeptRows>())
            await kept.RemoveOldAsync(site.Services.GetRequiredService<Database>(), site.Clock.GetUtcNow(), default);
    }

    private Visitor At(Place place) => new(site) { From = place.Http };

    /// <summary>An account with a passkey, made at the desk.</summary>
    private async Task<(Visitor Visitor, string Email)> AccountAsync(Place? place = null)
    {
        var visitor = At(place ?? desk);
        return (visitor, await visitor.SignUpAsync());
    }

    private static Task<Reply> TryAskAsync(Visitor visitor, string email, string what = "login")
        => visitor.PostAsync($"{what}/magic-link", new JsonObject { ["identifier"] = email, ["language"] = "en" });

    private static async Task<string> AskAsync(Visitor visitor, string email, string what = "login")
        => (await TryAskAsync(visitor, email, what)).Expect(200).Json["magic_link"]!["id"]!.ToString();

    private async Task<string> LinkAsync(string email) => (await new Inbox(site).LastAsync(email)).Link!;

    private async Task<string> SecretAsync(string email) => LinkSite.SecretOf(await LinkAsync(email));

    private static Task<Reply> OpenAsync(Visitor visitor, string secret)
        => visitor.SendAsync(HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = secret });

    private static Task<Reply> StatusAsync(Visitor visitor, string id)
        => visitor.PostAsync("magic-link/status", new JsonObject { ["id"] = id });

    private async Task DeactivateAsync(string userId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"v1/apps/{CompleteSite.AppId}/users/{userId}/deactivate");
        request.Headers.Authorization = new("Bearer", CompleteSite.ApiKey);
        Assert.Equal(200, (int)(await site.Http.SendAsync(request)).StatusCode);
    }
}
