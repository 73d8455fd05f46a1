using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>Beside a server whose apps the operator declared there is no demo app.</summary>
public sealed class DemoWithoutApp
{
    [Fact]
    public async Task The_site_says_that_it_is_no_app_and_passwords_still_work()
    {
        await using var site = new DemoSite { HasNoApp = true };
        await site.InitializeAsync();
        var demo = await site.OpenAsync();

        await demo.SignUpAsync("Edsger");

        await Expect(demo.Page.Locator("[data-unavailable]")).ToContainTextAsync("no demo app");
        await Expect(demo.Page.Locator("#add")).ToBeHiddenAsync();
        await demo.LookAsync("rules-no-app");
        await demo.SignOutAsync();
        await Expect(demo.Notice).ToContainTextAsync("not an app of the passkey server");
        await Expect(demo.Page.Locator("#passkey-sign-in")).ToBeHiddenAsync();
    }
}
