using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>A stranger's way through the demo, from no account to a passkey and back out, as each kind of screen shows it.</summary>
public sealed class DemoJourney(DemoSite site) : IClassFixture<DemoSite>
{
    public static TheoryData<string, int, int, ColorScheme> Screens { get; } = new()
    {
        { "desktop-light", 1280, 800, ColorScheme.Light },
        { "desktop-dark", 1280, 800, ColorScheme.Dark },
        { "phone-light", 360, 740, ColorScheme.Light },
        { "phone-dark", 360, 740, ColorScheme.Dark },
    };

    [Theory, MemberData(nameof(Screens))]
    public async Task Sign_up_add_a_passkey_sign_in_by_button_and_by_autofill_and_remove_it(
        string screen, int width, int height, ColorScheme scheme)
    {
        var name = $"Ada {Guid.NewGuid():N}"[..10];
        var options = new BrowserNewContextOptions { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme };
        var demo = await site.OpenAsync(options);
        await VirtualAuthenticator.AddAsync(demo.Page);

        await demo.GoAsync();
        await demo.LookAsync($"{screen}-1-sign-in");
        // The emulated browser turns autofill down at once where there is no passkey yet: nobody asked, so nobody is told.
        await Expect(demo.Notice).ToBeEmptyAsync();
        await demo.GoAsync("/signup");
        await demo.LookAsync($"{screen}-2-sign-up");
        await demo.SignUpAsync(name);
        await demo.LookAsync($"{screen}-3-no-passkey");
        await demo.AddPasskeyAsync();
        await Expect(demo.Passkeys).ToContainTextAsync("Not used yet");
        await demo.LookAsync($"{screen}-4-first-passkey");
        await AssertFitsAsync(demo.Page);

        // By autofill: the emulated person picks the suggestion as soon as it is offered.
        await demo.Button("Sign out").ClickAsync();
        await demo.SeesAccountOfAsync(name);
        await Expect(demo.Passkeys).ToContainTextAsync("Last used");

        // By button, in a browser that offers nothing in the name field.
        await demo.Page.AddInitScriptAsync(DemoPage.NoAutofill);
        await demo.SignOutAsync();
        await demo.Button("Sign in with a passkey").ClickAsync();
        await demo.SeesAccountOfAsync(name);
        await demo.LookAsync($"{screen}-5-used-passkey");

        await demo.Passkeys.GetByRole(AriaRole.Button).ClickAsync();
        await demo.LookAsync($"{screen}-6-remove");
        await demo.Button("Keep it").ClickAsync();
        await Expect(demo.Passkeys).ToHaveCountAsync(1);
        await demo.Passkeys.GetByRole(AriaRole.Button).ClickAsync();
        await demo.Button("Remove").ClickAsync();
        await Expect(demo.Notice).ToContainTextAsync("was removed.");
        await Expect(demo.Passkeys).ToHaveCountAsync(0);

        await demo.SignOutAsync();
        await demo.Button("Sign in with a passkey").ClickAsync();
        await Expect(demo.Notice).ToHaveAttributeAsync("data-kind", "refused");
        await Expect(demo.Notice).Not.ToBeEmptyAsync();
        await Expect(demo.Button("Sign in with a passkey")).ToBeFocusedAsync();
        await demo.LookAsync($"{screen}-7-refused");
        await Expect(demo.Page).ToHaveURLAsync(site.Origin + "/");
        demo.AssertConsoleIsClean();
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.True(
            await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways.");
}
