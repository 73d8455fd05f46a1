using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests;

/// <summary>
/// Chromium and the driver that steers it, and the emptied profiles that wait to be taken again. Started again when it has died.
/// </summary>
internal sealed class ChromiumProcess(params string[] own) : IAsyncDisposable
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-background-networking", "--disable-client-side-phishing-detection", "--disable-default-apps",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly ConcurrentDictionary<string, ConcurrentBag<Profile>> idle = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? driver;
    private IBrowser? browser;

    /// <summary>The browser, which answers.</summary>
    public async Task<IBrowser> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (browser is not { IsConnected: true })
            {
                driver?.Dispose();
                driver = null;
                driver = await Playwright.CreateAsync();
                browser = await driver.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = [.. Flags, .. own] });
            }

            return browser;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A profile that holds nothing.</summary>
    public async Task<Profile> TakeAsync(BrowserNewContextOptions options)
    {
        var now = await StartedAsync();
        var waiting = Waiting(Profile.KindOf(options));
        while (waiting.TryTake(out var profile))
        {
            if (profile.Browser == now)
                return profile;
        }

        return await Profile.MakeAsync(now, options);
    }

    /// <summary>Empties a profile and lets others take it.</summary>
    public async Task GiveBackAsync(Profile profile)
    {
        if (await profile.EmptyAsync())
            Waiting(profile.Kind).Add(profile);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        driver?.Dispose();
        starting.Dispose();
    }

    private ConcurrentBag<Profile> Waiting(string kind) => idle.GetOrAdd(kind, _ => []);
}
