using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Samples;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>The demo without passwords, where passkeys are the only way in.</summary>
public sealed partial class CompleteDemo : IAsyncLifetime
{
    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";
    private CompleteDemoSite site = null!;

    public async ValueTask InitializeAsync() => site = await CompleteDemoSite.StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task Somebody_makes_an_account_without_a_password_uses_it_and_signs_in_again()
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            var demo = new DemoPage(await site.Chromium.NewPageAsync(options), site.Origin);
            var authenticator = await VirtualAuthenticator.AddAsync(demo.Page);
            await authenticator.SetPresenceAsync(false);
            await demo.GoAsync();
            await Expect(demo.Page.GetByRole(AriaRole.Heading, new() { Name = "Welcome" })).ToBeVisibleAsync();
            await demo.LookAsync($"complete-{screen}-1-welcome");
            await authenticator.SetPresenceAsync(true);
            await demo.Page.GetByLabel("Email").FillAsync($"{screen}.{email}");
            await demo.Page.Keyboard.PressAsync("Enter");
            await demo.SeesAccountOfAsync($"{screen}.{email}");
            await Expect(demo.Page.Locator("#account h1")).ToBeFocusedAsync();

            await demo.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Ada");
            await demo.Button("Save").ClickAsync();
            await demo.SeesAccountOfAsync("Ada");
            await demo.Page.GetByLabel("New note").FillAsync("Write a program");
            await demo.Button("Add note").ClickAsync();
            await Expect(demo.Page.GetByRole(AriaRole.List, new() { Name = "Your notes" })).ToHaveTextAsync("Write a program");
            await Expect(demo.Page.Locator("#sessions li")).ToContainTextAsync("(this one)");
            await demo.Page.Locator("#passkeys").GetByText("Rename").ClickAsync();
            await demo.Page.GetByLabel("New name").FillAsync("My laptop");
            await demo.LookAsync($"complete-{screen}-2-rename");
            await demo.Page.Keyboard.PressAsync("Enter");
            await Expect(demo.Page.Locator("#passkeys li")).ToContainTextAsync("My laptop");
            await Expect(demo.Page.Locator("#passkeys").GetByText("Rename")).ToBeFocusedAsync();
            await demo.LookAsync($"complete-{screen}-3-account");
            Assert.True(await demo.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));

            // By autofill, which the emulated person picks as soon as it is offered; then by button, in a browser without it.
            await demo.Button("Sign out").ClickAsync();
            await demo.SeesAccountOfAsync("Ada");
            await demo.Page.AddInitScriptAsync(DemoPage.NoAutofill);
            await demo.Page.ReloadAsync();
            await demo.SeesAccountOfAsync("Ada");
            await demo.Button("Sign out").ClickAsync();
            await demo.Button("Sign in with a passkey").ClickAsync();
            await demo.SeesAccountOfAsync("Ada");
            await Expect(demo.Page.GetByRole(AriaRole.List, new() { Name = "Your notes" })).ToHaveTextAsync("Write a program");
            await Expect(demo.Page.Locator("#passkeys li")).ToContainTextAsync("last used");
            demo.AssertConsoleIsClean();
        }
    }

    [Fact]
    public async Task What_is_done_in_one_tab_is_seen_in_the_other_and_what_is_refused_is_said()
    {
        var demo = new DemoPage(await site.Chromium.NewPageAsync(), site.Origin);
        await demo.Page.AddInitScriptAsync(DemoPage.NoAutofill);
        await VirtualAuthenticator.AddAsync(demo.Page);
        await demo.GoAsync();
        await demo.Page.GetByLabel("Email").FillAsync("no address");
        await demo.Button("Create an account").ClickAsync();
        await Expect(demo.Page.Locator("#welcome .notice")).ToHaveAttributeAsync("data-kind", "refused");
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Create an account").ClickAsync();
        await demo.SeesAccountOfAsync(email);
        var other = new DemoPage(await demo.Page.Context.NewPageAsync(), site.Origin);
        await other.GoAsync();
        await other.SeesAccountOfAsync(email);
        await demo.Page.BringToFrontAsync();

        await demo.Page.Locator("#passkeys").GetByText("Remove").ClickAsync();
        await demo.Button("Keep it").ClickAsync();
        await Expect(demo.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await demo.Page.Locator("#passkeys").GetByText("Remove").ClickAsync();
        await demo.Page.GetByRole(AriaRole.Dialog).GetByText("Remove", new() { Exact = true }).ClickAsync();
        await Expect(demo.Page.Locator("#account .notice")).ToContainTextAsync("This is the only way to sign in");
        await demo.LookAsync("complete-refused");
        await demo.Button("Add a passkey").ClickAsync();
        await Expect(demo.Page.Locator("#account .notice")).ToContainTextAsync("already has a passkey");

        await other.Button("Sign out").ClickAsync();
        await Expect(demo.Button("Sign in with a passkey")).ToBeVisibleAsync();
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Create an account").ClickAsync();
        await Expect(demo.Page.Locator("#welcome .notice")).ToContainTextAsync("exists already");
        await demo.LookAsync("complete-exists");
    }

    [Fact]
    public async Task The_API_lets_in_nobody_without_a_good_token_and_no_page_carries_script_of_its_own()
    {
        using var http = new HttpClient { BaseAddress = new(site.Origin) };
        foreach (var token in (string?[])[null, "nonsense", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhZGEifQ."])
        {
            http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var read = await http.GetAsync(new Uri("/api/notes", UriKind.Relative));
            using var written = await http.PostAsJsonAsync("/api/notes", "mine");
            Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (read.StatusCode, written.StatusCode));
        }

        using var page = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.DoesNotMatch(InlineCode(), await page.Content.ReadAsStringAsync());
        Assert.Matches(@"script-src 'self' http://localhost:\d+;", page.Headers.GetValues("Content-Security-Policy").Single());
    }

    [GeneratedRegex("<script(?![^>]*src=)|<style|\\son\\w+=|\\sstyle=", RegexOptions.None, 1000)]
    private static partial Regex InlineCode();
}
