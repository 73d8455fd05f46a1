using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>Signing up and in by links: in this browser, in another one, and on another network.</summary>
[Collection<CompleteSdk>]
public sealed class LinkTests(CompleteSite site)
{
    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task A_link_leads_back_to_the_page_and_is_gone_from_its_address_at_once()
    {
        var page = await site.OpenAsync("/mail?shelf=a%20b&psg_magic_link=old#/read");
        await page.DoAsync("magicLink.register(given)", email);
        var link = await site.Server.Mail.LinkAsync(email);
        Assert.StartsWith($"{site.MailOrigin}/mail?shelf=a%20b&psg_magic_link=", link.AbsoluteUri, StringComparison.Ordinal);
        Assert.EndsWith("#/read", link.AbsoluteUri, StringComparison.Ordinal);
        await site.GoAsync(page, link.PathAndQuery + link.Fragment);
        await page.EvaluateAsync("() => history.replaceState({ kept: true }, '')");

        var taken = await page.JsonAsync("magicLink.takeFromAddress()");

        Assert.Equal($"{site.MailOrigin}/mail?shelf=a%20b#/read", page.Url);
        Assert.True(await page.EvaluateAsync<bool>("() => history.state.kept"));
        Assert.Equal("null", await page.DoAsync("magicLink.takeFromAddress()"));
        Assert.False((bool)taken["verifies"]!);
        await page.GoBackAsync();
        await page.GoForwardAsync();
        Assert.DoesNotContain("psg_", page.Url, StringComparison.Ordinal);
        await page.WaitForFunctionAsync("window.passage");
        await page.DoAsync("magicLink.activate(given)", (string)taken["magicLink"]!);
        Assert.True((bool)(await page.JsonAsync("currentUser.userInfo()"))["emailVerified"]!);
    }

    [Theory]
    [InlineData("/mail?psg_verify_link=abc", "/mail", true)]
    [InlineData("/mail?psg_magic_link=abc&psg_verify_link=def#there", "/mail#there", false)]
    [InlineData("/mail?a=1&psg_verify_link=abc&b", "/mail?a=1&b", true)]
    [InlineData("/mail?xpsg_magic_link=abc#?psg_magic_link=abc", "/mail?xpsg_magic_link=abc#?psg_magic_link=abc", null)]
    public async Task Only_links_are_taken_from_the_address(string address, string left, bool? verifies)
    {
        var page = await site.OpenAsync(address);

        var taken = await page.DoAsync("magicLink.takeFromAddress()");

        Assert.Equal(verifies is null ? "null" : $$"""{"magicLink":"abc","verifies":{{(verifies.Value ? "true" : "false")}}}""", taken);
        Assert.Equal(site.MailOrigin + left, page.Url);
    }

    [Fact]
    public async Task The_page_that_waits_hears_of_a_sign_in_in_another_tab_and_begins_no_second_session()
    {
        var page = await site.OpenAsync("/mail");
        await page.WaitForLinkAsync("magicLink.register(given)", email);
        var link = await site.Server.Mail.LinkAsync(email);
        var beside = await site.OpenBesideAsync(page, path: link.PathAndQuery);
        await beside.DoAsync("magicLink.activate(magicLink.takeFromAddress().magicLink)");

        var result = await page.JsonAsync("waiting");

        Assert.Equal(await beside.StoredAsync("psg_auth_token"), (string)result["authToken"]!);
        Assert.Single((await page.JsonAsync("currentUser.listSessions()")).AsArray());
    }

    [Fact]
    public async Task A_link_that_is_opened_in_another_browser_signs_in_there_and_here()
    {
        var page = await site.OpenAsync("/mail");
        var early = await page.WaitForLinkAsync("magicLink.register(given)", email);
        var soon = await page.TryAsync("magicLink.status(given)", early);
        Assert.Equal(("link_not_opened", 404, ErrorGuide.Sentences["link_not_opened"]), (soon.Code, soon.StatusCode, soon.Message));
        var link = await site.Server.Mail.LinkAsync(email);
        var phone = await site.OpenAsync(link.PathAndQuery);
        await phone.DoAsync("magicLink.activate(magicLink.takeFromAddress().magicLink)");

        await page.JsonAsync("waiting");

        Assert.Equal(["signedin"], await page.EvaluateAsync<string[]>("events"));
        Assert.Equal(2, (await page.JsonAsync("currentUser.listSessions()")).AsArray().Count);
        Assert.Equal(email, (string)(await phone.JsonAsync("currentUser.userInfo()"))["email"]!);
    }

    /// <summary>As a mail scanner does: it runs the page's script, far from whoever asked.</summary>
    [Fact]
    public async Task A_link_that_is_opened_on_another_network_signs_nobody_in_here_and_stays_good_for_its_owner()
    {
        using var elsewhere = new OtherNetwork(site.Server.Address);
        var page = await site.OpenAsync("/mail");
        var id = await page.WaitForLinkAsync("magicLink.register(given)", email);
        var link = await site.Server.Mail.LinkAsync(email);
        var scanner = await site.OpenAsync($"{link.PathAndQuery}&server={elsewhere.Address}");
        await scanner.DoAsync("magicLink.activate(magicLink.takeFromAddress().magicLink)");

        Assert.Equal("link_not_opened", (await page.TryAsync("magicLink.status(given)", id)).Code);
        var beside = await site.OpenBesideAsync(page, path: link.PathAndQuery);
        await beside.DoAsync("magicLink.activate(magicLink.takeFromAddress().magicLink)");
        await page.JsonAsync("waiting");

        Assert.Equal("session_ended", (await scanner.TryAsync("session.refresh()")).Code);
        var late = await scanner.TryAsync("magicLink.activate(given)", link.Query.Split('=')[^1]);
        Assert.Equal(
            ("unknown_link", 404, ErrorGuide.Sentences["unknown_link"], true),
            (late.Code, late.StatusCode, late.Message, late.IsPassageError));
    }

    [Fact]
    public async Task Waiting_ends_by_its_signal_and_with_the_link()
    {
        var page = await site.OpenAsync("/mail");
        await page.RouteAsync($"**/v1/apps/{CompleteSite.MailApp}", async route =>
        {
            var answer = await route.FetchAsync();
            var json = JsonNode.Parse(await answer.TextAsync())!;
            json["app"]!["auth_methods"]!["magic_link"]!["ttl"] = 1;
            await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
        });

        Assert.Equal("aborted", (await page.TryAsync("magicLink.wait('none', { signal: AbortSignal.abort() })")).Code);
        Assert.Equal("aborted", (await page.TryAsync("magicLink.wait('none', { signal: AbortSignal.timeout(200) })")).Code);
        Assert.Equal("unknown_link", (await page.TryAsync("magicLink.wait('none')")).Code);
    }

    [Fact]
    public async Task A_page_asks_every_five_seconds_rests_when_nobody_sees_it_and_goes_on_when_somebody_does()
    {
        var page = await site.OpenAsync();
        await page.Clock.InstallAsync();
        await site.GoAsync(page, "/mail");
        var asked = 0;
        page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.Url.EndsWith("/status", StringComparison.Ordinal))
                Interlocked.Increment(ref asked);
        };
        var first = page.WaitForResponseAsync("**/magic-link/status");
        await page.EvaluateAsync("() => { passage.magicLink.wait('none').catch(() => {}); }");
        await first;

        Task RunAsync(int seconds) => page.RunSecondsAsync(seconds);
        await RunAsync(20);
        Assert.Equal(5, asked);
        await page.SetHiddenAsync(true);
        await RunAsync(120);
        var before = asked;
        Assert.InRange(before, 10, 19);
        await RunAsync(60);
        Assert.Equal(before, asked);

        var seen = page.WaitForResponseAsync("**/magic-link/status");
        await page.SetHiddenAsync(false);
        await seen;
        Assert.Equal(before + 1, asked);
    }

    /// <summary>What a link answers that confirms an address, opened where nobody may be signed in by it.</summary>
    [Fact]
    public async Task A_token_that_has_long_expired_leaves_whoever_is_signed_in()
    {
        var page = await site.OpenAsync("/mail");
        await page.SignUpByCodeAsync(site, email);
        var mine = await page.StoredAsync("psg_auth_token");
        const string Expired = "e30.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDYwMH0.AAAA";
        await page.RouteAsync("**/magic-link/activate", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = $$$"""{"auth_result":{"auth_token":"{{{Expired}}}","redirect_url":"/home"}}""",
            Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
        }));

        var result = await page.JsonAsync("magicLink.activate('abc')");

        Assert.Equal("/home", (string)result["redirectUrl"]!);
        Assert.Equal(mine, await page.StoredAsync("psg_auth_token"));
        Assert.Equal(["signedin"], await page.EvaluateAsync<string[]>("events"));
        Assert.Equal("true", await page.DoAsync("session.authGuard()"));
    }
}

internal static class LinkCalls
{
    /// <summary>Asks for a link, and waits in the page for it as <c>waiting</c>.</summary>
    /// <returns>The link's id.</returns>
    public static Task<string?> WaitForLinkAsync(this IPage page, string call, string email) => page.DoAsync(
        $"{call}.then(({{ id }}) => {{ window.waiting = magicLink.wait(id); waiting.catch(() => {{}}); return id; }})", email);

    /// <summary>Lets time pass, second by second, and what was asked be answered.</summary>
    public static async Task RunSecondsAsync(this IPage page, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            await page.Clock.RunForAsync(1000);
            await page.EvaluateAsync("() => fetch('/api/greeting').then(() => {})");
        }
    }

    public static Task SetHiddenAsync(this IPage page, bool isHidden) => page.EvaluateAsync(
        """
        (isHidden) => {
          Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        isHidden);
}
