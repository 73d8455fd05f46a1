using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>How Passage's own <c>passage-elements</c> 2.0.9 look and speak, and where they use no passkeys.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageElementsLook(ElementsSite site)
{
    private const string NoWebAuthn = "delete window.PublicKeyCredential; delete navigator.credentials.__proto__.create;";

    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Theory]
    // The element's theme · the system's · what it is shown in.
    [InlineData(null, ColorScheme.Dark, "rgb(255, 255, 255)", "rgb(34, 34, 34)")]
    [InlineData("dark", ColorScheme.Light, "rgb(56, 56, 56)", "rgb(243, 243, 243)")]
    [InlineData("auto", ColorScheme.Light, "rgb(255, 255, 255)", "rgb(34, 34, 34)")]
    [InlineData("auto", ColorScheme.Dark, "rgb(56, 56, 56)", "rgb(243, 243, 243)")]
    public async Task They_have_Passages_colours_where_an_app_has_none_of_its_own(
        string? theme, ColorScheme colors, string ground, string letters)
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes, new() { Theme = theme, Colors = colors });
        await page.ShowsAsync("login-title");

        await ShowsAsync(page.Page.Locator("#passage-auth-container"), "background-color", ground);
        await ShowsAsync(page.Page.Locator("#passage-auth-container"), "max-width", "300px");
        await ShowsAsync(page.Says("login-title"), "color", letters);
        await ShowsAsync(page.Button("continue"), "background-color", "rgb(18, 18, 18)");
        await ShowsAsync(page.Button("continue"), "color", "rgb(243, 243, 243)");
        await page.ScreenshotAsync($"log-in-{theme ?? "plain"}-on-{colors}");
    }

    /// <summary>They look up some of them in the browser's exact language alone.</summary>
    [Fact]
    public async Task They_speak_the_language_of_a_browser_that_says_its_country_too()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes, new() { Language = "", Locale = "de-AT" });
        await page.IdentifyAsync(person);

        await page.ShowsAsync("enter-code");
        await page.ShowsAsync("enter-code-sent", person);
        await page.ShowsAsync("back");
        await page.PressAsync("resend-code");
        await page.ShowsAsync("code-send-error");
    }

    [Fact]
    public async Task On_an_origin_that_is_not_the_apps_they_use_codes_alone()
    {
        await site.MakeUserAsync(ElementsSite.Elsewhere, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Elsewhere);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);

        await page.EnterCodeAsync(await site.CodeAsync(person));

        await page.SignedInAsync();
        Assert.Equal(["GET /", "GET /users", "POST /login/otp", "POST /otp/activate"], page.TakeSent());
    }

    [Fact]
    public async Task In_a_browser_without_WebAuthn_they_sign_up_with_codes_alone()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes, new() { Authenticator = null, Before = NoWebAuthn });
        await page.BeginSignUpAsync(person);
        await page.ShowsAsync("enter-code-sent", person);

        await page.EnterCodeAsync(await site.CodeAsync(person));

        await page.SignedInAsync();
        Assert.Equal(["GET /", "GET /users", "POST /users", "POST /register/otp", "POST /otp/activate"], page.TakeSent());
    }

    [Fact]
    public async Task In_a_browser_without_WebAuthn_they_say_so_where_there_is_no_other_way_in()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Passkeys, new() { Authenticator = null, Before = NoWebAuthn });

        await page.BeginSignUpAsync(person);

        await page.ShowsAsync("device-not-supported");
        await page.ShowsAsync("passkeys-are-required");
    }

    [Fact]
    public async Task On_a_device_without_passkeys_they_offer_another_device_or_a_code()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes, new() { Authenticator = null });
        await page.BeginSignUpAsync(person);
        await page.ShowsAsync("passkeys-not-supported-try-another-device");

        await page.PressAsync("register-with-code");
        await page.ShowsAsync("enter-code-sent", person);
        await page.EnterCodeAsync(await site.CodeAsync(person));

        await page.SignedInAsync();
    }

    private static Task ShowsAsync(ILocator what, string style, string value) => Assertions.Expect(what).ToHaveCSSAsync(style, value);
}
