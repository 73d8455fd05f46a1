using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>A sample as a person sees it: by labels and button names.</summary>
public sealed class BookshopPage
{
    public const string Password = "correct horse battery";

    /// <summary>For a page whose browser offers no passkeys in the name field.</summary>
    public const string NoAutofill =
        "window.PublicKeyCredential && (PublicKeyCredential.isConditionalMediationAvailable = async () => false)";

    private static readonly string Axe = File.ReadAllText(Repository.At("tests", "Browser", "node_modules", "axe-core", "axe.min.js"));

    private readonly List<string> complaints = [];
    private readonly string origin;

    public BookshopPage(IPage page, string origin)
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

    public static IEnumerable<(string Name, BrowserNewContextOptions Options)> Screens =>
        from size in new[] { ("desktop", 1280, 800), ("phone", 360, 740) }
        from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
        select ($"{size.Item1}-{scheme}", new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = size.Item2, Height = size.Item3 },
            ColorScheme = scheme,
            Locale = "en-GB",
        });

    public IPage Page { get; }

    internal VirtualAuthenticator? Authenticator { get; init; }

    public string Email { get; } = $"ada.{Guid.NewGuid():N}"[..12] + "@example.com";

    public ILocator Notice => Page.Locator(".passkey-manage > .passkey-notice, .passkey-sign-in > .passkey-notice");

    public ILocator Passkeys => Page.Locator(".passkey-list > li");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public Task GoAsync(string path = "/") => Page.GotoAsync(origin + path);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task<BookshopPage> SignUpAsync()
    {
        await GoAsync("/SignUp");
        await FillAsync(Password);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await SeesAccountAsync();
        return this;
    }

    public async Task SignInAsync(string password = Password)
    {
        await FillAsync(password);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    public async Task SignOutAsync()
    {
        await Button("Sign out").ClickAsync();
        await SeesSignInAsync();
    }

    public Task SeesSignInAsync() => Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();

    public async Task SeesAccountAsync()
    {
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(Email);
    }

    public async Task AddPasskeyAsync()
    {
        await Button("Add a passkey").ClickAsync();
        await Expect(Notice).ToHaveTextAsync("Your passkey is ready. Next time, sign in with it.");
        await Expect(Passkeys).ToHaveCountAsync(1);
    }

    /// <summary>A button of the passkey in the list.</summary>
    public ILocator PasskeyButton(string text) => Passkeys.GetByRole(AriaRole.Button).Filter(new() { HasText = text });

    /// <summary>Takes a screenshot if one is wanted, and lets axe judge what it shows.</summary>
    public async Task LookAsync(string picture)
    {
        await Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))");
        await Page.ScreenshotIfWantedAsync("samples", $"{picture}.png");
        await Page.EvaluateAsync(Axe);
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)");
        Assert.Empty(violations.EnumerateArray().Select(violation => violation.GetString()));
        Assert.True(
            await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{picture} scrolls sideways.");
    }

    /// <summary>Nothing failed unseen. A refusal's own status line in the console is no defect.</summary>
    public void AssertConsoleIsClean() =>
        Assert.DoesNotContain(
            complaints,
            complaint =>
                !complaint.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));

    private async Task FillAsync(string password)
    {
        await Page.GetByLabel("Email").FillAsync(Email);
        await Page.GetByLabel("Password").FillAsync(password);
    }
}
