using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OpenPassage.Browser.Tests.Chromium.Ends))]

namespace OpenPassage.Browser.Tests;

/// <summary>
/// A real Chromium, one process for all who need no flags of their own. Every page has a profile for itself that holds nothing: profiles
/// are dear to make, so one whose page is closed, or whose test is over, is emptied and taken again.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>Names that are neither https nor localhost, and the official service, which nobody is to reach.</summary>
    private static readonly ChromiumProcess Common = new(
        "--host-resolver-rules=MAP demo.test 127.0.0.1,MAP insecure.test 127.0.0.1,MAP *.passage.id ~NOTFOUND");

    private readonly ChromiumProcess process;
    private readonly List<Profile> inUse = [];

    private Chromium(ChromiumProcess process) => this.process = process;

    /// <summary>The one that all share.</summary>
    public static Task<Chromium> SharedAsync() => StartedAsync(Common);

    /// <summary>One with flags that nobody else has.</summary>
    public static Task<Chromium> LaunchAsync(params string[] flags) => StartedAsync(new(flags));

    /// <summary>Opens an empty page; it fails slow things after ten seconds.</summary>
    /// <param name="options">What <see cref="Profile"/> knows of; others are not looked at.</param>
    public async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null)
    {
        var test = TestContext.Current.Test?.UniqueID ?? "";
        await GiveBackAsync(profile => profile.Test != test || profile.Page!.IsClosed);
        var profile = await process.TakeAsync(options ?? new());
        inUse.Add(profile);
        return await profile.OpenAsync(test, options);
    }

    /// <summary>Ends it, or, where others use it too, closes what was opened here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process == Common)
            await GiveBackAsync(_ => true);
        else
            await process.DisposeAsync();
    }

    private static async Task<Chromium> StartedAsync(ChromiumProcess process)
    {
        // As long as machines with much else to do may take.
        Assertions.SetDefaultExpectTimeout(30_000);
        await process.StartedAsync();
        return new(process);
    }

    private async Task GiveBackAsync(Predicate<Profile> which)
    {
        foreach (var profile in inUse.FindAll(which))
        {
            inUse.Remove(profile);
            await process.GiveBackAsync(profile);
        }
    }

    /// <summary>Ends what all share after the last test.</summary>
    public sealed class Ends : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Common.DisposeAsync();
    }
}
