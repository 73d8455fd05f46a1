using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests;

/// <summary>One of Chromium's profiles: cookies, storage and cache of its own.</summary>
internal sealed class Profile
{
    private readonly IBrowserContext context;
    private readonly IPage blank;
    private readonly ICDPSession protocol;
    private readonly ConcurrentDictionary<string, bool> origins = new(StringComparer.Ordinal);

    private Profile(IBrowser browser, string kind, IBrowserContext context, IPage blank, ICDPSession protocol)
    {
        (Browser, Kind, this.context, this.blank, this.protocol) = (browser, kind, context, blank, protocol);
        context.SetDefaultTimeout(10_000);
        context.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal))
                origins.TryAdd(new Uri(request.Url).GetLeftPart(UriPartial.Authority), true);
        };
    }

    /// <summary>The browser that it is of.</summary>
    public IBrowser Browser { get; }

    /// <inheritdoc cref="KindOf"/>
    public string Kind { get; }

    /// <summary>The page that was opened last.</summary>
    public IPage? Page { get; private set; }

    /// <summary>The test that it was opened for.</summary>
    public string Test { get; private set; } = "";

    /// <summary>What a profile has once and for all. Size and colours are the page's.</summary>
    public static string KindOf(BrowserNewContextOptions options) =>
        $"{options.Locale} {options.IgnoreHTTPSErrors} {options.JavaScriptEnabled} {options.Proxy?.Server}";

    /// <summary>A new one. A page that is always there keeps Chromium from winding it up when the last other page is closed.</summary>
    public static async Task<Profile> MakeAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        var made = await browser.NewContextAsync(new()
        {
            Locale = options.Locale,
            IgnoreHTTPSErrors = options.IgnoreHTTPSErrors,
            JavaScriptEnabled = options.JavaScriptEnabled,
            Proxy = options.Proxy,
        });
        var first = await made.NewPageAsync();
        return new(browser, KindOf(options), made, first, await made.NewCDPSessionAsync(first));
    }

    public async Task<IPage> OpenAsync(string test, BrowserNewContextOptions? look)
    {
        Test = test;
        Page = await context.NewPageAsync();
        await Page.ShowAsync(look);
        return Page;
    }

    /// <summary>Closes its pages and forgets all that they have left.</summary>
    /// <returns>False: it is closed, or its browser has died, and it cannot be taken again.</returns>
    public async Task<bool> EmptyAsync()
    {
        try
        {
            foreach (var page in context.Pages.Where(page => page != blank).ToList())
                await page.CloseAsync();
            await context.ClearCookiesAsync();
            await context.ClearPermissionsAsync();
            await protocol.SendAsync("Network.clearBrowserCache");
            foreach (var origin in origins.Keys)
                await protocol.SendAsync("Storage.clearDataForOrigin", new() { ["origin"] = origin, ["storageTypes"] = "all" });
            origins.Clear();
            return true;
        }
        catch (PlaywrightException)
        {
            return false;
        }
    }
}

internal static class Look
{
    /// <summary>Gives a page size and colours.</summary>
    public static async Task ShowAsync(this IPage page, BrowserNewContextOptions? look)
    {
        if (look?.ViewportSize is { } size)
            await page.SetViewportSizeAsync(size.Width, size.Height);
        if (look?.ColorScheme is { } scheme)
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
    }
}
