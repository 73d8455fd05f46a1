using System.Text.Json;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>The console as a person sees it: by labels and button names, as a screen reader would read them.</summary>
internal sealed class ConsolePage
{
    private static readonly string Axe = File.ReadAllText(Repository.At("tests", "Browser", "node_modules", "axe-core", "axe.min.js"));

    private readonly List<string> complaints = [];
    private readonly string origin;

    public ConsolePage(IPage page, string origin)
    {
        (Page, this.origin) = (page, origin);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Notice => Page.Locator(".body > .notice.done");

    public Task GoAsync(string path) => Page.GotoAsync(origin + path);

    /// <summary>
    /// Takes a screenshot if one is wanted, lets axe judge what it shows, and sees that nothing is cut off sideways.
    /// </summary>
    public async Task LookAsync(string picture)
    {
        await Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))");
        await Page.ScreenshotIfWantedAsync("console", $"{picture}.png");
        var sideways = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(sideways <= 0, $"{picture} is {sideways} pixels too wide.");
        await Page.EvaluateAsync(Axe);
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)");
        Assert.Empty(violations.EnumerateArray().Select(violation => $"{picture}: {violation.GetString()}"));
    }

    /// <summary>The same on a telephone and on a desk, dark and light; it is left on a desk, light.</summary>
    public async Task LookEverywhereAsync(string picture)
    {
        foreach (var (name, width) in ((string, int)[])[("phone", 390), ("desk", 1280)])
        {
            await Page.SetViewportSizeAsync(width, 900);
            foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
            {
                await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await LookAsync($"{picture}-{name}-{scheme.ToString().ToLowerInvariant()}");
            }
        }
    }

    /// <summary>Makes an app at this console's own origin.</summary>
    public async Task CreateAppAsync(string name, string id, string? product = null)
    {
        await GoAsync("/console/apps/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Page.GetByLabel("App id").FillAsync(id);
        if (product is not null)
            await Page.GetByLabel("Product").SelectOptionAsync(product);
        await Page.GetByLabel("RP ID").FillAsync("localhost");
        await Page.GetByLabel("Origins").FillAsync(origin);
        await Button("Create app").ClickAsync();
        await Assertions.Expect(Notice).ToContainTextAsync("The app was created.");
    }

    /// <summary>
    /// Nothing was blocked by the content policy, nothing failed unseen. A refusal's own status line in the console is no defect.
    /// </summary>
    public void AssertConsoleIsClean() =>
        Assert.DoesNotContain(
            complaints,
            complaint => !complaint.Contains("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
}
