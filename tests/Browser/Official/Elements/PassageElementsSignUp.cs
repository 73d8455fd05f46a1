using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>Signing up with Passage's own <c>passage-elements</c> 2.0.9.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageElementsSignUp(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task With_a_passkey_and_the_keyboard_alone()
    {
        var page = await site.OpenAsync("passage-register", ElementsSite.Codes);

        // Passage's element puts the keyboard behind its fields.
        await Assertions.Expect(page.Button("continue")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(page.Identifier).ToBeFocusedAsync();
        await TypeAsync(page, person, "London");
        await page.ScreenshotAsync("sign-up");
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Button("use-another-device")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(page.Button("register-with-passkey")).ToBeFocusedAsync();
        await page.ScreenshotAsync("sign-up-passkey");
        await page.Page.Keyboard.PressAsync("Enter");

        var session = await page.SignedInAsync();
        Assert.Equal("/home", session.RedirectUrl);
        var user = await UserAsync(ElementsSite.Codes, session);
        Assert.Equal((person, true), ((string)user["email"]!, (bool)user["webauthn"]!));
        Assert.Equal("London", (string)user["user_metadata"]!["home_town"]!);
    }

    [Fact]
    public async Task With_a_code_that_was_sent_once_more()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.BeginSignUpAsync(person);
        await page.PressAsync("register-with-code");
        await page.ShowsAsync("enter-code-sent", person);
        var first = await site.CodeAsync(person);
        site.Pass(TimeSpan.FromSeconds(31));

        await page.PressAsync("resend-code");
        var second = await site.CodeAsync(person, 2);
        await page.EnterCodeAsync(second);

        var user = await UserAsync(ElementsSite.Codes, await page.SignedInAsync());
        Assert.Equal((person, true, "active"), ((string)user["email"]!, (bool)user["email_verified"]!, (string)user["status"]!));
        Assert.Equal("London", (string)user["user_metadata"]!["home_town"]!);
        Assert.Matches(@"^\d{6}$", first);
        Assert.Equal(
            ["GET /", "GET /users", "POST /users", "POST /register/otp", "POST /login/otp", "POST /otp/activate"], page.TakeSent());
    }

    [Fact]
    public async Task With_a_link_opened_in_another_tab_which_signs_both_in()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.BeginSignUpAsync(person);
        await page.PressAsync("register-with-link", page.Text("email"));
        await page.ShowsAsync("check-email-to-register");
        // The element waits for two seconds before it asks for a link.
        await page.Page.Clock.FastForwardAsync(2000);
        var link = await site.LinkAsync(person);
        Assert.StartsWith($"{site.Origin}/passage-auth?app-id=links&lang=en&psg_magic_link=", link, StringComparison.Ordinal);
        await page.ScreenshotAsync("link");
        Assert.Equal(404, await page.PollAsync());

        var tab = await page.OpenTabAsync(link);
        await tab.ShowsAsync("passkeys-are-a-simple");
        await tab.PressAsync("add-passkey");
        var opened = await tab.SignedInAsync();
        Assert.Equal(200, await page.PollAsync());
        var asked = await page.SignedInAsync();

        Assert.NotEqual(opened.RefreshToken, asked.RefreshToken);
        Assert.Equal(person, (string)(await UserAsync(ElementsSite.Links, opened))["email"]!);
        Assert.True((bool)(await UserAsync(ElementsSite.Links, asked))["webauthn"]!);
    }

    [Fact]
    public async Task With_a_code_where_nobody_is_told_which_accounts_exist()
    {
        var page = await site.OpenAsync("passage-auth", ElementsSite.Hidden);
        await page.BeginSignUpAsync(person);
        await page.PressAsync("register-with-code");
        await page.ShowsAsync("enter-code-sent", person);

        await page.EnterCodeAsync(await site.CodeAsync(person));

        Assert.Equal(person, (string)(await UserAsync(ElementsSite.Hidden, await page.SignedInAsync()))["email"]!);
    }

    private static async Task TypeAsync(ElementsPage page, params string[] fields)
    {
        foreach (var field in fields)
        {
            await page.Page.Keyboard.TypeAsync(field);
            await page.Page.Keyboard.PressAsync("Tab");
        }
    }

    private async Task<JsonObject> UserAsync(string app, Session session) => (await site.UserAsync(app, session.AuthToken))!;
}
