using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>Signing in with Passage's own <c>passage-elements</c> 2.0.9.</summary>
[Collection(nameof(ElementsSite))]
public sealed class PassageElementsLogIn(ElementsSite site)
{
    private readonly string person = $"person-{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task With_a_code_then_a_first_passkey_and_from_then_on_with_that_by_the_keyboard_alone()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-login", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);
        await page.ScreenshotAsync("code");
        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.ShowsAsync("passkeys-are-a-simple");
        await page.ScreenshotAsync("first-passkey");
        await Assertions.Expect(page.Button("add-passkey")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.SignedInAsync();
        Assert.Equal(
            [
                "GET /", "GET /users", "POST /login/otp", "POST /otp/activate", "POST /currentuser/devices/start",
                "POST /currentuser/devices/finish",
            ],
            page.TakeSent());

        await page.Page.ReloadAsync();
        await page.SaysText(person).WaitForAsync();
        await Assertions.Expect(page.Button("continue")).ToBeFocusedAsync();
        await page.ScreenshotAsync("welcome-back");
        await page.Page.Keyboard.PressAsync("Enter");

        var user = (await site.UserAsync(ElementsSite.Codes, (await page.SignedInAsync()).AuthToken))!;
        Assert.Equal((person, true), ((string)user["email"]!, (bool)user["webauthn"]!));
        Assert.Equal(["GET /", "GET /users", "POST /login/webauthn/start", "POST /login/webauthn/finish"], page.TakeSent());
    }

    [Fact]
    public async Task With_a_code_and_no_passkey()
    {
        await site.MakeUserAsync(ElementsSite.Codes, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Codes);
        await page.IdentifyAsync(person);
        await page.ShowsAsync("enter-code-sent", person);

        await page.EnterCodeAsync(await site.CodeAsync(person));
        await page.PressAsync("skip");

        var user = (await site.UserAsync(ElementsSite.Codes, (await page.SignedInAsync()).AuthToken))!;
        Assert.Equal((person, false), ((string)user["email"]!, (bool)user["webauthn"]!));
    }

    [Fact]
    public async Task With_a_link_opened_on_the_phone_which_signs_in_the_phone_alone()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.IdentifyAsync(person);
        await page.ShowsAsync("check-email-to-login");

        var phone = await site.OpenLinkAsync(await site.LinkAsync(person), new() { From = site.Phone });
        await phone.PressAsync("skip");

        Assert.Equal(person, (string)(await site.UserAsync(ElementsSite.Links, (await phone.SignedInAsync()).AuthToken))!["email"]!);
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(404, await page.PollAsync());
        Assert.False(await page.IsSignedInAsync());
    }

    [Fact]
    public async Task With_a_link_in_another_browser_of_the_same_network_which_has_no_passkeys()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.IdentifyAsync(person);
        await page.ShowsAsync("check-email-to-login");

        var other = await site.OpenLinkAsync(await site.LinkAsync(person), new() { Authenticator = null, MovesClock = true });
        await other.ShowsAsync("successfully-logged-in-redirect");
        await other.ScreenshotAsync("link-opened");
        await other.Page.Clock.FastForwardAsync(2000);
        await other.SignedInAsync();

        Assert.Equal(200, await page.PollAsync());
        // The page that asked has an authenticator.
        await page.PressAsync("skip");
        await page.SignedInAsync();
    }

    [Fact]
    public async Task With_a_link_that_was_sent_once_more_and_the_one_before_it_is_good_too()
    {
        await site.MakeUserAsync(ElementsSite.Links, person);
        var page = await site.OpenAsync("passage-auth", ElementsSite.Links, new() { MovesClock = true });
        await page.IdentifyAsync(person);
        await page.ShowsAsync("check-email-to-login");
        var first = await site.LinkAsync(person);
        site.Pass(TimeSpan.FromSeconds(31));
        // The element lets nobody ask again for three seconds.
        await page.Page.Clock.FastForwardAsync(3000);

        await page.PressAsync("resend-isemail-email-message", page.Text("email"));
        var second = await site.LinkAsync(person, 2);

        Assert.NotEqual(first, second);
        foreach (var link in (string[])[first, second])
        {
            var opened = await site.OpenLinkAsync(link, new() { From = site.Phone });
            await opened.PressAsync("skip");
            await opened.SignedInAsync();
        }
    }
}
