using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests;

/// <summary>What the other tests rely on: a page of its own profile, whatever tests before it did.</summary>
public sealed class ChromiumTests
{
    private const string Leave =
        """
        async () => {
          document.cookie = 'left=behind; max-age=3600';
          localStorage.left = 'behind';
          sessionStorage.left = 'behind';
          await (await caches.open('left')).put('/left', new Response('behind'));
          const open = indexedDB.open('left');
          await new Promise((resolve) => { open.onsuccess = resolve; });
          open.result.close();
        }
        """;

    private const string Left =
        """
        async () => [
          document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
          ...(await indexedDB.databases()).map(({ name }) => name),
        ].join(' ').trim()
        """;

    [Fact]
    public async Task A_page_finds_nothing_that_another_left()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var first = await OpenAsync(chromium);
        await first.EvaluateAsync(Leave);
        Assert.Equal("left=behind left left left left", await first.EvaluateAsync<string>(Left));
        Assert.Empty(await (await OpenAsync(chromium)).EvaluateAsync<string>(Left));

        await first.CloseAsync();
        var next = await OpenAsync(chromium);

        Assert.Same(first.Context, next.Context);
        Assert.Empty(await next.EvaluateAsync<string>(Left));
    }

    [Fact]
    public async Task A_browser_that_died_is_started_again()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var dead = await OpenAsync(chromium);
        await dead.Context.Browser!.CloseAsync();

        var page = await OpenAsync(chromium);

        Assert.Equal(2, await page.EvaluateAsync<int>("1 + 1"));
    }

    /// <summary>A page of a site that is not there: the same answer to everything.</summary>
    private static async Task<IPage> OpenAsync(Chromium chromium)
    {
        var page = await chromium.NewPageAsync();
        await page.RouteAsync("**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>Site</title>" }));
        await page.GotoAsync("http://localhost:1/");
        return page;
    }
}
