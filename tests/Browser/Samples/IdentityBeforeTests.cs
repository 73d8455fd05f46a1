extern alias IdentityBefore;

using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Samples;

public sealed class IdentityBeforeSite : SampleSite<IdentityBefore::Program>;

/// <summary>The site with passwords alone, which the tutorial begins with.</summary>
public sealed class IdentityBeforeTests(IdentityBeforeSite site) : IClassFixture<IdentityBeforeSite>
{
    [Fact]
    public async Task Sign_up_sign_out_and_sign_in_with_the_password()
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            var shop = await site.OpenAsync(options);
            await shop.GoAsync();
            await shop.LookAsync($"before-{screen}-1-home");
            await shop.GoAsync("/SignUp");
            await shop.LookAsync($"before-{screen}-2-sign-up");
            await shop.SignUpAsync();
            await shop.LookAsync($"before-{screen}-3-account");
            await shop.SignOutAsync();
            await shop.SignInAsync("not the password");
            await Expect(shop.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("do not belong together");
            await shop.LookAsync($"before-{screen}-4-refused");
            await shop.SignInAsync();
            await shop.SeesAccountAsync();
            shop.AssertConsoleIsClean();
        }
    }
}
