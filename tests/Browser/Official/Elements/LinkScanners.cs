using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>
/// Mail scanners on a network of their own that open a link as a browser does, run the page's scripts and press every button; and a thief
/// who asks for somebody else's link and waits for one of them. The pages are Passage's, which open a link as soon as they load.
/// </summary>
[Collection(nameof(ElementsSite))]
public sealed class LinkScanners(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Somebody_who_opens_a_link_where_it_was_asked_for_is_in_whatever_scanners_did(bool withCookies)
    {
        var asking = await AskAsync();
        var link = await site.LinkAsync(person);
        var scanner = await ScanAsync(link);
        Assert.NotNull(await scanner.KeptAsync());
        Assert.Equal(404, await asking.PollAsync());

        // Two gestures: the link, and a passkey or none.
        var tab = await asking.OpenTabAsync(link);
        await tab.PressAsync("skip");
        var session = await tab.SignedInAsync();
        Assert.Equal(200, await asking.PollAsync());
        await asking.PressAsync("skip");
        var asked = await asking.SignedInAsync();

        await AssertEndedAsync(scanner);
        var later = await ScanAsync(link, withCookies ? scanner : null);
        await AssertEndedAsync(later);
        await AssertGoesOnAsync(session);
        await AssertGoesOnAsync(asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Somebody_who_opens_a_link_on_the_phone_is_in_whatever_scanners_did(bool withCookies)
    {
        var asking = await AskAsync();
        var link = await site.LinkAsync(person);
        var scanner = await ScanAsync(link);
        Assert.NotNull(await scanner.KeptAsync());

        var phone = await site.OpenLinkAsync(link, new() { From = site.Phone });
        await phone.PressAsync("skip");
        var session = await phone.SignedInAsync();

        await AssertEndedAsync(scanner);
        var later = await ScanAsync(link, withCookies ? scanner : null);
        await AssertEndedAsync(later);
        await AssertGoesOnAsync(session);
        Assert.Equal(404, await asking.PollAsync());
        Assert.False(await asking.IsSignedInAsync());
    }

    [Fact]
    public async Task A_thief_who_asks_for_somebodys_link_is_signed_in_by_no_scanner_and_not_by_the_person()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var thief = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { From = site.Thief, MovesClock = true });
        await thief.IdentifyAsync(person);
        await thief.ShowsAsync("check-email-to-login");
        var link = await site.LinkAsync(person);

        var scanner = await ScanAsync(link);
        Assert.NotNull(await scanner.KeptAsync());
        await AssertHearsNothingAsync(thief);
        var phone = await site.OpenLinkAsync(link, new() { From = site.Phone });
        await phone.PressAsync("skip");
        var session = await phone.SignedInAsync();

        await AssertHearsNothingAsync(thief);
        await AssertEndedAsync(scanner);
        await AssertGoesOnAsync(session);
    }

    [Fact]
    public async Task Whoever_only_reads_or_prefetches_a_link_spends_nothing()
    {
        var asking = await AskAsync();
        var link = await site.LinkAsync(person);
        using var reader = site.Scanner.NewClient();
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Get])
        {
            using var request = new HttpRequestMessage(method, link);
            using var read = await reader.SendAsync(request);
            Assert.True(read.IsSuccessStatusCode);
        }

        var prefetching = await site.OpenLinkAsync($"{site.Origin}/", new() { From = site.Scanner });
        var fetched = prefetching.Page.WaitForResponseAsync(link);
        await prefetching.Page.EvaluateAsync(
            "(href) => document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href }))", link);
        await fetched;

        // The scanner's network has its opening still, so nothing was opened.
        Assert.NotNull(await (await ScanAsync(link)).KeptAsync());
        var tab = await asking.OpenTabAsync(link);
        await tab.PressAsync("skip");
        await AssertGoesOnAsync(await tab.SignedInAsync());
    }

    /// <summary>A page at the desk that has asked for a link and polls.</summary>
    private async Task<ElementsPage> AskAsync()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.IdentifyAsync(person);
        await page.ShowsAsync("check-email-to-login");
        return page;
    }

    /// <summary>Opens a link and presses every button that it then sees.</summary>
    /// <param name="link">The link.</param>
    /// <param name="before">A scanner that was there before, with the cookies that it got; null: one without.</param>
    private async Task<ElementsPage> ScanAsync(string link, ElementsPage? before = null)
    {
        var page = before ?? await site.OpenLinkAsync(link, new() { From = site.Scanner, Authenticator = null });
        if (before is not null)
            await page.Page.GotoAsync(link);
        var buttons = page.Page.GetByRole(AriaRole.Button).Filter(new() { Visible = true });
        await buttons.First.WaitForAsync();
        foreach (var button in await buttons.AllAsync())
            await button.ClickAsync();
        return page;
    }

    private static async Task AssertHearsNothingAsync(ElementsPage thief)
    {
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(404, await thief.PollAsync());
        Assert.False(await thief.IsSignedInAsync());
        Assert.Null(await thief.KeptAsync());
    }

    private async Task AssertEndedAsync(ElementsPage page)
    {
        if (await page.KeptAsync() is not { } kept)
            return;
        Assert.Null(await site.UserAsync(ElementsSite.Links, kept.AuthToken));
        Assert.False(await site.CanRefreshAsync(ElementsSite.Links, kept.RefreshToken));
    }

    private async Task AssertGoesOnAsync(Session session) =>
        Assert.Equal(person, (string)(await site.UserAsync(ElementsSite.Links, session.AuthToken))!["email"]!);
}
