using System.Collections.Concurrent;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OpenPassage.Browser.Tests.Chromium.Ends))]

namespace OpenPassage.Browser.Tests;

/// <summary>
/// A real Chromium, one process for all who want the same flags. Every page has a profile for itself that holds nothing: profiles are
/// dear to make, so one whose page is closed, or whose test is over, is emptied and taken again.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    /// <summary>Names that are neither https nor localhost, and the official service, which nobody is to reach.</summary>
    private const string Names =
        "--host-resolver-rules=MAP demo.test 127.0.0.1,MAP insecure.test 127.0.0.1,MAP *.passage.id ~NOTFOUND";

    private static readonly Lazy<Task<IPlaywright>> Driver = new(Playwright.CreateAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<IBrowser>>> Browsers = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(IBrowser, string), ConcurrentBag<Profile>> Idle = new();

    private readonly IBrowser browser;
    private readonly bool shared;
    private readonly List<Profile> inUse = [];

    private Chromium(IBrowser browser, bool shared) => (this.browser, this.shared) = (browser, shared);

    /// <summary>The one that all share.</summary>
    public static async Task<Chromium> SharedAsync() => new(await StartedAsync([Names]), shared: true);

    /// <summary>One with flags that nobody else has.</summary>
    public static async Task<Chromium> LaunchAsync(params string[] flags) => new(await StartedAsync(flags), shared: false);

    /// <summary>Opens an empty page; it fails slow things after ten seconds.</summary>
    public async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null)
    {
        var test = TestContext.Current.Test?.UniqueID ?? "";
        await GiveBackAsync(profile => profile.Test != test || profile.Page!.IsClosed);
        var profile = await TakeAsync(options ?? new());
        inUse.Add(profile);
        return await profile.OpenAsync(test, options);
    }

    /// <summary>Ends it, or, where others use it too, closes what was opened here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (shared)
            await GiveBackAsync(_ => true);
        else
            await browser.DisposeAsync();
    }

    private async Task<Profile> TakeAsync(BrowserNewContextOptions options)
    {
        var idle = Idle.GetOrAdd((browser, Profile.KindOf(options)), _ => []);
        return idle.TryTake(out var profile) ? profile : await Profile.MakeAsync(browser, options, idle);
    }

    private async Task GiveBackAsync(Predicate<Profile> which)
    {
        foreach (var profile in inUse.FindAll(which))
        {
            inUse.Remove(profile);
            await profile.EmptyAsync();
        }
    }

    private static async Task<IBrowser> StartAsync(string[] flags) => await (await Driver.Value).Chromium.LaunchAsync(
        new() { ExecutablePath = "/usr/bin/chromium", Args = [.. Flags, .. flags] });

    private static Task<IBrowser> StartedAsync(string[] flags) =>
        Browsers.GetOrAdd(string.Join(' ', flags), _ => new(() => StartAsync(flags))).Value;

    /// <summary>Ends what all share after the last test.</summary>
    public sealed class Ends : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var browser in Browsers.Values)
                await (await browser.Value).DisposeAsync();
            if (Driver.IsValueCreated)
                (await Driver.Value).Dispose();
        }
    }
}
