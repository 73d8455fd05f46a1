using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>Who is signed in: in all tabs alike, until the server says otherwise.</summary>
[Collection<CompleteSdk>]
public sealed partial class SessionTests(CompleteSite site)
{
    private const string Old = "delete Navigator.prototype.locks; delete window.BroadcastChannel;";

    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task Two_tabs_renew_an_expired_token_with_one_request()
    {
        var (one, two) = await SignedInTwiceAsync();
        await one.ExpireAsync();
        var refreshes = CompleteCalls.CountRefreshes(one, two);

        var tokens = await Task.WhenAll(
            one.DoAsync("Promise.all([session.getAuthToken(), session.getAuthToken()]).then(([a, b]) => a === b ? a : 'two')"),
            two.DoAsync("session.getAuthToken()"));

        Assert.Equal(1, refreshes());
        Assert.Single(tokens.Distinct());
        Assert.Equal(tokens[0], await one.StoredAsync("psg_auth_token"));
        Assert.Equal(email, (string)(await two.JsonAsync("currentUser.userInfo()"))["email"]!);
    }

    [Fact]
    public async Task Where_tabs_know_nothing_of_each_other_both_stay_signed_in()
    {
        var (one, two) = await SignedInTwiceAsync(Old);
        for (var round = 0; round < 3; round++)
        {
            await one.ExpireAsync();
            await Task.WhenAll(one.DoAsync("session.getAuthToken()"), two.DoAsync("session.getAuthToken()"));
        }

        Assert.Equal(email, (string)(await one.JsonAsync("currentUser.userInfo()"))["email"]!);
        Assert.Equal(email, (string)(await two.JsonAsync("currentUser.userInfo()"))["email"]!);
        await one.DoAsync("session.signOut()");
        Assert.Equal("not_signed_in", (await two.TryAsync("currentUser.userInfo()")).Code);
    }

    [Fact]
    public async Task A_refused_refresh_signs_out_every_tab_and_hangs_none()
    {
        var (one, two) = await SignedInTwiceAsync();
        await site.EndSessionAsync((await one.StoredAsync("psg_refresh_token"))!);
        await one.ExpireAsync();

        var refused = await one.TryAsync("session.getAuthToken()");

        Assert.Equal(("session_ended", 401, "invalid_refresh_token"), (refused.Code, refused.StatusCode, refused.ServerCode));
        Assert.Equal(ErrorGuide.Sentences["session_ended"], refused.Message);
        await two.WaitForFunctionAsync("events.includes('signedout')");
        foreach (var page in (IPage[])[one, two])
        {
            Assert.Equal("not_signed_in", (await page.TryAsync("session.getAuthToken()")).Code);
            Assert.Equal("not_signed_in", (await page.TryAsync("session.refresh()")).Code);
            Assert.Equal("not_signed_in", (await page.TryAsync("currentUser.userInfo()")).Code);
            Assert.Equal("false", await page.DoAsync("session.authGuard()"));
            Assert.Equal("signedout", await page.EvaluateAsync<string>("events.at(-1)"));
        }

        Assert.Empty(await one.Context.CookiesAsync());
        await one.DoAsync("passkey.login()");
        await two.WaitForFunctionAsync("events.at(-1) === 'signedin'");
        Assert.Equal(email, (string)(await two.JsonAsync("currentUser.userInfo()"))["email"]!);
    }

    [Fact]
    public async Task While_the_server_is_away_everybody_stays_signed_in()
    {
        var page = await SignedInAsync();
        var before = await page.StoredAsync("psg_refresh_token");
        await page.ExpireAsync();
        (int Status, string Body)? answer = null;
        await page.RouteAsync(
            Tokens(), route => answer is var (status, body) ? route.FulfillAsync(Answer(status, body)) : route.AbortAsync());
        Assert.Equal("network", (await page.TryAsync("session.getAuthToken()")).Code);
        (int Status, string Body)[] others =
            [(503, "{}"), (500, "{}"), (429, "{}"), (401, "<h1>Who are you?</h1>"), (200, "<h1>Welcome to the hotel</h1>")];
        foreach (var other in others)
        {
            answer = other;
            var failed = await page.TryAsync("session.getAuthToken()");
            Assert.Equal(other.Status == 200 ? ("network", 0) : ("refused", other.Status), (failed.Code, failed.StatusCode));
        }

        Assert.Equal("true", await page.DoAsync("session.authGuard()"));
        Assert.Equal(before, await page.StoredAsync("psg_refresh_token"));
        Assert.Equal(["signedin"], await page.EvaluateAsync<string[]>("events"));
        await page.UnrouteAllAsync();
        Assert.Equal(email, (string)(await page.JsonAsync("currentUser.userInfo()"))["email"]!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(401)]
    public async Task Signing_out_clears_this_browser_whatever_the_server_does(int status)
    {
        var (one, two) = await SignedInTwiceAsync();
        await one.RouteAsync(Tokens(), route => status == 0 ? route.AbortAsync() : route.FulfillAsync(Answer(status, "{}")));

        Assert.Equal("false", await one.DoAsync("session.signOut()"));

        Assert.Equal("not_signed_in", (await one.TryAsync("session.getAuthToken()")).Code);
        await two.WaitForFunctionAsync("events.includes('signedout')");
        Assert.Equal("not_signed_in", (await two.TryAsync("session.getAuthToken()")).Code);
        Assert.Empty(await one.Context.CookiesAsync());
        Assert.Equal("true", await two.DoAsync("session.signOut()"));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_the_server()
    {
        var page = await SignedInAsync();
        var (token, refreshToken) = (await page.StoredAsync("psg_auth_token"), await page.StoredAsync("psg_refresh_token"));

        Assert.Equal("true", await page.DoAsync("session.signOut()"));

        await page.EvaluateAsync(
            "(kept) => { [localStorage.psg_auth_token, localStorage.psg_refresh_token] = kept; }", new[] { token, refreshToken });
        Assert.Equal("session_ended", (await page.TryAsync("currentUser.userInfo()")).Code);
    }

    [Fact]
    public async Task A_session_without_refresh_tokens_is_ended_too()
    {
        var page = await site.OpenAsync("/brief");
        await page.SignUpAsync(email);
        var token = await page.StoredAsync("psg_auth_token");
        Assert.Null(await page.StoredAsync("psg_refresh_token"));
        Assert.Equal("not_signed_in", (await page.TryAsync("session.refresh()")).Code);

        Assert.Equal("true", await page.DoAsync("session.signOut()"));

        await page.EvaluateAsync("(kept) => { localStorage.psg_auth_token = kept; }", token);
        Assert.Equal("session_ended", (await page.TryAsync("currentUser.userInfo()")).Code);
        Assert.Null(await page.StoredAsync("psg_auth_token"));
    }

    [Fact]
    public async Task Who_signs_out_while_tokens_are_renewed_stays_signed_out()
    {
        var page = await SignedInAsync();
        await page.ExpireAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var signedOut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync(Tokens(), async route =>
        {
            if (route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }

            var answer = await route.FetchAsync();
            asked.SetResult();
            await signedOut.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        var renewed = page.TryAsync("session.getAuthToken()");
        await asked.Task;

        await page.DoAsync("session.signOut()");
        signedOut.SetResult();

        Assert.Equal("not_signed_in", (await renewed).Code);
        Assert.Null(await page.StoredAsync("psg_auth_token"));
        Assert.Null(await page.StoredAsync("psg_refresh_token"));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires_while_the_page_is_in_view()
    {
        var page = await site.OpenAsync();
        await page.Clock.InstallAsync();
        await page.SignUpAsync(email);
        var first = await page.StoredAsync("psg_refresh_token");
        var refreshes = CompleteCalls.CountRefreshes(page);
        await page.Clock.FastForwardAsync("08:30");
        await page.DoAsync("session.getAuthToken()");
        Assert.Equal(0, refreshes());

        var renewal = page.WaitForResponseAsync(response => Tokens().IsMatch(response.Url) && response.Request.Method == "POST");
        await page.Clock.FastForwardAsync("00:45");
        await renewal;
        await page.WaitForFunctionAsync("(first) => localStorage.psg_refresh_token !== first", first);

        Assert.Equal(1, refreshes());
        var cookie = Assert.Single(await page.Context.CookiesAsync());
        Assert.Equal(await page.StoredAsync("psg_auth_token"), cookie.Value);
    }

    /// <summary>The last minute of a token is no reason to fail.</summary>
    [Fact]
    public async Task A_token_that_is_still_good_is_given_when_it_cannot_be_renewed()
    {
        var page = await site.OpenAsync();
        await page.Clock.InstallAsync();
        await page.SignUpAsync(email);
        await page.RouteAsync(Tokens(), route => route.AbortAsync());
        await page.Clock.FastForwardAsync("09:20");

        Assert.Equal(await page.StoredAsync("psg_auth_token"), await page.DoAsync("session.getAuthToken()"));
        await page.Clock.FastForwardAsync("01:00");
        Assert.Equal("network", (await page.TryAsync("session.getAuthToken()")).Code);
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public async Task A_device_whose_clock_is_wrong_is_no_reason_to_renew_all_the_time(int hours)
    {
        var page = await site.OpenAsync();
        await page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow.AddHours(hours) });
        await page.SignUpAsync(email);
        var refreshes = CompleteCalls.CountRefreshes(page);

        await page.DoAsync("session.getAuthToken()");
        await page.DoAsync("currentUser.userInfo()");

        Assert.Equal(0, refreshes());
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_take_is_renewed_once()
    {
        var page = await SignedInAsync();
        await page.EvaluateAsync("() => { localStorage.psg_auth_token = localStorage.psg_auth_token.replace(/[^.]+$/, 'AAAA'); }");
        var refreshes = CompleteCalls.CountRefreshes(page);

        Assert.Equal(email, (string)(await page.JsonAsync("currentUser.userInfo()"))["email"]!);

        Assert.Equal(1, refreshes());
    }

    private async Task<IPage> SignedInAsync(string? before = null)
    {
        var page = await site.OpenAsync(before: before);
        await page.SignUpAsync(email);
        return page;
    }

    private async Task<(IPage One, IPage Two)> SignedInTwiceAsync(string? before = null)
    {
        var page = await SignedInAsync(before);
        return (page, await site.OpenBesideAsync(page, before));
    }

    private static RouteFulfillOptions Answer(int status, string body) => new()
    {
        Status = status,
        Body = body,
        ContentType = body.StartsWith('<') ? "text/html" : "application/json",
        Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
    };

    [GeneratedRegex(@"/tokens(?:\?|$)", RegexOptions.None, 1000)]
    private static partial Regex Tokens();
}
