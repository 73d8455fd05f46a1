using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>What the demo refuses, and what it says then.</summary>
public sealed partial class DemoRules(DemoSite site) : IClassFixture<DemoSite>
{
    private readonly string name = $"Grace {Guid.NewGuid():N}"[..14];

    [Fact]
    public async Task Adding_a_passkey_long_after_signing_in_needs_the_password_again()
    {
        var demo = await SignedUpAsync();
        site.Clock.Turn(TimeSpan.FromMinutes(11));

        await demo.Button("Add a passkey").ClickAsync();
        await Expect(demo.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Expect(demo.Button("Use a passkey")).ToBeHiddenAsync();
        await demo.LookAsync("rules-confirm");
        await demo.Page.GetByRole(AriaRole.Dialog).GetByLabel("Password").FillAsync("wrong");
        await demo.Page.Keyboard.PressAsync("Enter");
        await Expect(demo.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToHaveTextAsync("That is not your password.");
        await demo.LookAsync("rules-confirm-wrong");
        await demo.Page.GetByRole(AriaRole.Dialog).GetByLabel("Password").FillAsync(DemoPage.Password);
        await demo.Page.Keyboard.PressAsync("Enter");

        await Expect(demo.Notice).ToHaveTextAsync("Your passkey is ready. Next time, sign in with it.");
        await Expect(demo.Passkeys).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Removing_a_passkey_long_after_signing_in_can_be_confirmed_by_a_passkey()
    {
        var demo = await SignedUpAsync();
        await demo.AddPasskeyAsync();
        site.Clock.Turn(TimeSpan.FromMinutes(11));

        await demo.Passkeys.GetByRole(AriaRole.Button).ClickAsync();
        await demo.Button("Remove").ClickAsync();
        await demo.LookAsync("rules-confirm-by-passkey");
        await demo.Button("Use a passkey").ClickAsync();

        await Expect(demo.Notice).ToContainTextAsync("was removed.");
        await Expect(demo.Passkeys).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Escape_from_the_confirmation_changes_nothing()
    {
        var demo = await SignedUpAsync();
        site.Clock.Turn(TimeSpan.FromMinutes(11));

        await demo.Button("Add a passkey").ClickAsync();
        await Expect(demo.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await demo.Page.Keyboard.PressAsync("Escape");

        await Expect(demo.Notice).ToHaveTextAsync("Nothing was changed.");
        await Expect(demo.Passkeys).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_second_passkey_on_the_same_device_is_refused_in_words()
    {
        var demo = await SignedUpAsync();
        await demo.AddPasskeyAsync();

        await demo.Button("Add a passkey").ClickAsync();

        await Expect(demo.Notice).ToHaveTextAsync("This device already has a passkey for your account.");
        await Expect(demo.Passkeys).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Everything_can_be_done_from_the_keyboard()
    {
        var demo = await site.OpenAsync(before: DemoPage.NoAutofill);
        await VirtualAuthenticator.AddAsync(demo.Page);
        var keyboard = demo.Page.Keyboard;

        await demo.GoAsync("/signup");
        await Expect(demo.Page.GetByLabel("Name")).ToBeFocusedAsync();
        await keyboard.TypeAsync(name);
        await keyboard.PressAsync("Tab");
        await keyboard.TypeAsync(DemoPage.Password);
        await keyboard.PressAsync("Enter");
        await demo.SeesAccountOfAsync(name);
        await TabToAsync("Add a passkey");
        await keyboard.PressAsync("Enter");
        await Expect(demo.Passkeys).ToHaveCountAsync(1);
        await demo.SignOutAsync();
        await TabToAsync("Sign in with a passkey");
        await keyboard.PressAsync("Space");
        await demo.SeesAccountOfAsync(name);
        await TabToAsync("Remove");
        await keyboard.PressAsync("Enter");
        await Expect(demo.Button("Keep it")).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await Expect(demo.Notice).ToContainTextAsync("was removed.");
        await Expect(demo.Button("Add a passkey")).ToBeFocusedAsync();

        async Task TabToAsync(string text)
        {
            for (var presses = 0; presses < 20; presses++)
            {
                await keyboard.PressAsync("Tab");
                if (await demo.Page.EvaluateAsync<bool>("(text) => document.activeElement.textContent.trim() === text", text))
                    return;
            }
            Assert.Fail($"\"{text}\" is not reached with the Tab key.");
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1", "", "Passkeys need a domain name")]
    [InlineData("http://demo.test", "", "Passkeys need a secure connection.")]
    [InlineData("http://localhost", "delete window.PublicKeyCredential", "This browser cannot use passkeys.")]
    public async Task Where_passkeys_cannot_work_the_page_says_why_and_passwords_still_do(string host, string before, string sentence)
    {
        var demo = await site.OpenAsync(before: before);
        await demo.Page.GotoAsync($"{host}:{new Uri(site.Origin).Port}/signup");
        await demo.Page.GetByLabel("Name").FillAsync(name);
        await demo.Page.GetByLabel("Password").FillAsync(DemoPage.Password);
        await demo.Button("Create account").ClickAsync();

        await demo.SeesAccountOfAsync(name);
        await Expect(demo.Notice).ToContainTextAsync(sentence);
        await Expect(demo.Page.Locator("#add")).ToBeHiddenAsync();
        await demo.SignOutAsync();
        await Expect(demo.Notice).ToContainTextAsync(sentence);
        await Expect(demo.Page.Locator("#passkey-sign-in")).ToBeHiddenAsync();
        await demo.Page.GetByLabel("Name").FillAsync(name);
        await demo.Page.GetByLabel("Password").FillAsync(DemoPage.Password);
        await demo.Button("Sign in").ClickAsync();
        await demo.SeesAccountOfAsync(name);
        await demo.LookAsync($"rules-{new Uri(host).Host}-{before.Length}");
    }

    [Fact]
    public async Task A_passkey_of_another_account_confirms_nothing()
    {
        var other = await SignedUpAsync();
        await other.AddPasskeyAsync();
        await other.SignOutAsync();
        await other.SignUpAsync(name + "2");
        site.Clock.Turn(TimeSpan.FromMinutes(11));
        var nonce = await other.Page.EvaluateAsync<string>("async () => (await import('/passkeys.js')).passkey.authenticate()");

        var answer = await other.Page.EvaluateAsync<string>(
            "async (nonce) => { try { await (await import('/site.js')).call('POST', '/passkeys/confirm/passkey/finish', { nonce }); } "
                + "catch (refusal) { return refusal.message; } }", nonce);

        Assert.Equal("That passkey belongs to another account.", answer);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        var demo = await SignedUpAsync();
        await demo.SignOutAsync();

        foreach (var tried in (string[])[name, "nobody"])
        {
            await demo.Page.GetByLabel("Name").FillAsync(tried);
            await demo.Page.GetByLabel("Password").FillAsync("wrong");
            await demo.Button("Sign in").ClickAsync();
            await Expect(demo.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name and password do not belong together.");
        }
        await demo.LookAsync("rules-wrong-password");
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        await SignedUpAsync();
        var demo = await site.OpenAsync();
        await demo.GoAsync("/signup");
        await demo.Page.GetByLabel("Name").FillAsync(name.ToUpperInvariant());
        await demo.Page.GetByLabel("Password").FillAsync(DemoPage.Password);
        await demo.Button("Create account").ClickAsync();

        await Expect(demo.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This name is taken. Choose another.");
    }

    [Theory]
    [InlineData("POST", "/passkeys/sign-in")]
    [InlineData("POST", "/passkeys/register")]
    [InlineData("POST", "/passkeys/register/finish")]
    [InlineData("POST", "/passkeys/confirm/password")]
    [InlineData("POST", "/passkeys/confirm/passkey")]
    [InlineData("DELETE", "/passkeys/any")]
    public async Task A_call_that_another_site_sends_is_refused(string method, string path)
    {
        var demo = await SignedUpAsync();

        // With the session's cookies, without the token that only the site's own pages know.
        var answer = await demo.Page.Context.APIRequest.FetchAsync(
            site.Origin + path, new() { Method = method, DataObject = new { nonce = "x", value = "x" } });

        Assert.Equal(400, answer.Status);
        Assert.Contains("Reload it", await answer.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_carries_script_or_style_of_its_own()
    {
        using var http = new HttpClient();
        foreach (var path in (string[])["/", "/signup"])
        {
            using var answer = await http.GetAsync(new Uri(site.Origin + path));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotMatch(InlineCode(), html);
            Assert.Matches(@"script-src 'self' http://localhost:\d+;", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [GeneratedRegex("<script(?![^>]*src=)|<style|\\son\\w+=|\\sstyle=", RegexOptions.None, 1000)]
    private static partial Regex InlineCode();

    private async Task<DemoPage> SignedUpAsync()
    {
        var demo = await site.OpenAsync(before: DemoPage.NoAutofill);
        await VirtualAuthenticator.AddAsync(demo.Page);
        await demo.SignUpAsync(name);
        return demo;
    }
}
