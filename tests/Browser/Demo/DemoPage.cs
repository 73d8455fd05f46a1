using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>The demo as a person sees it: by labels and button names, as a screen reader would read them.</summary>
public sealed class DemoPage
{
    public const string Password = "correct horse battery";

    /// <summary>For a page whose browser offers no passkeys in the name field.</summary>
    public const string NoAutofill =
        "window.PublicKeyCredential && (PublicKeyCredential.isConditionalMediationAvailable = async () => false)";

    private static readonly string Axe = File.ReadAllText(Repository.At("tests", "Browser", "node_modules", "axe-core", "axe.min.js"));

    private readonly List<string> complaints = [];
    private readonly string origin;

    public DemoPage(IPage page, string origin)
    {
        this.origin = origin;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
    }

    public IPage Page { get; }

    public ILocator Notice => Page.Locator("#notice");

    public ILocator Passkeys => Page.Locator(".passkeys li");

    public Task GoAsync(string path = "/") => Page.GotoAsync(origin + path);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Makes an account and stands on its page.</summary>
    public async Task SignUpAsync(string name)
    {
        await GoAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(Password);
        await Button("Create account").ClickAsync();
        await SeesAccountOfAsync(name);
    }

    public async Task AddPasskeyAsync(int expected = 1)
    {
        await Button("Add a passkey").ClickAsync();
        await Expect(Notice).ToHaveTextAsync("Your passkey is ready. Next time, sign in with it.");
        await Expect(Passkeys).ToHaveCountAsync(expected);
    }

    public async Task SignOutAsync()
    {
        await Button("Sign out").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    public Task SeesAccountOfAsync(string name) =>
        Expect(Page.GetByRole(AriaRole.Heading, new() { Name = $"Hello, {name}" })).ToBeVisibleAsync();

    /// <summary>Takes a screenshot if one is wanted, and lets axe judge what it shows.</summary>
    public async Task LookAsync(string picture)
    {
        await Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))");
        await Page.ScreenshotIfWantedAsync($"{picture}.png");
        await Page.EvaluateAsync(Axe);
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)");
        Assert.Empty(violations.EnumerateArray().Select(violation => violation.GetString()));
    }

    /// <summary>
    /// Nothing was blocked by the content policy, nothing failed unseen. A refusal's own status line in the console is no defect.
    /// </summary>
    public void AssertConsoleIsClean() =>
        Assert.DoesNotContain(
            complaints,
            complaint =>
                !complaint.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
}
