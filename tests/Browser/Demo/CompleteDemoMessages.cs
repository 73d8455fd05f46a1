using System.Globalization;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Samples;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Demo;

/// <summary>The demo without passwords as <c>./run</c> starts it: with codes and links beside passkeys.</summary>
public sealed class CompleteDemoMessages : IAsyncLifetime
{
    private readonly string email = $"ada.{Guid.NewGuid():N}@example.com";
    private CompleteDemoSite site = null!;

    public async ValueTask InitializeAsync() => site = await CompleteDemoSite.StartAsync(
        "--OpenPassage:Apps:0:AllowedIdentifier=email", "--OpenPassage:Apps:0:Methods:Otp=true",
        "--OpenPassage:Apps:0:Methods:MagicLink=true");

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task Somebody_signs_up_by_a_code_gets_a_passkey_and_signs_in_with_it()
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            var own = $"{screen}.{email}".ToLowerInvariant();
            var demo = await OpenAsync(options);
            await VirtualAuthenticator.AddAsync(demo.Page);
            await demo.LookAsync($"complete-{screen}-4-welcome");
            await demo.Page.GetByLabel("Email").FillAsync(own);
            await demo.Button("Email me a code").ClickAsync();
            await Expect(demo.Page.GetByLabel("Code")).ToBeFocusedAsync();
            await Expect(demo.Page.Locator("#code .kept")).ToBeVisibleAsync();
            await demo.LookAsync($"complete-{screen}-5-code");
            Assert.True(await demo.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
            var code = await site.Server.Mail.CodeAsync(own);

            await demo.Page.Keyboard.TypeAsync(Wrong(code));
            await demo.Page.Keyboard.PressAsync("Enter");
            await Expect(demo.Page.Locator("#code .notice")).ToContainTextAsync("That is not the code");
            await Expect(demo.Page.GetByLabel("Code")).ToHaveAttributeAsync("aria-invalid", "true");
            await demo.LookAsync($"complete-{screen}-6-wrong");
            await demo.Page.Keyboard.TypeAsync(code);
            await demo.Page.Keyboard.PressAsync("Enter");
            await Expect(Heading(demo, "Use a passkey next time")).ToBeFocusedAsync();
            await demo.LookAsync($"complete-{screen}-7-offer");
            Assert.True(await demo.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));

            await demo.Button("Create a passkey").ClickAsync();
            await demo.SeesAccountOfAsync(own);
            await Expect(demo.Page.Locator("#account .notice")).ToContainTextAsync("Your passkey is ready");
            await Expect(demo.Page.Locator("#passkeys li")).ToHaveCountAsync(1);
            await Expect(demo.Page.Locator("#address")).ToHaveTextAsync($"{own} (confirmed)");
            await demo.LookAsync($"complete-{screen}-8-account");
            Assert.True(await demo.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));

            await demo.Button("Sign out").ClickAsync();
            await demo.Button("Sign in with a passkey").ClickAsync();
            await demo.SeesAccountOfAsync(own);
            demo.AssertConsoleIsClean();
        }
    }

    [Fact]
    public async Task Going_back_reloading_and_asking_again_do_what_people_expect()
    {
        var demo = await OpenAsync();
        await demo.Button("Email me a code").ClickAsync();
        await Expect(demo.Page.Locator("#welcome .notice")).ToHaveAttributeAsync("data-kind", "refused");
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Email me a code").ClickAsync();
        await Expect(Heading(demo, "Enter your code")).ToBeVisibleAsync();
        var code = await site.Server.Mail.CodeAsync(email);

        await demo.Page.GoBackAsync();
        await Expect(Heading(demo, "Welcome")).ToBeFocusedAsync();
        await demo.Button("Email me a code").ClickAsync();
        await Expect(demo.Page.Locator("#welcome .notice")).ToContainTextAsync("A code was sent a moment ago. Look for it, or wait");
        await Expect(demo.Page.Locator("#welcome .notice")).ToContainTextAsync(" seconds.");
        await demo.Page.GoForwardAsync();
        await demo.Page.ReloadAsync();
        await Expect(demo.Page.Locator("#code .to")).ToHaveTextAsync(email);
        await demo.Button("Send another code").ClickAsync(new() { Force = true });
        await Expect(demo.Page.Locator("#code .notice")).ToContainTextAsync("One is on its way");
        for (var tries = 0; tries < 5; tries++)
        {
            await demo.Page.GetByLabel("Code").FillAsync(Wrong(code));
            await demo.Button("Sign in").ClickAsync();
            await Expect(demo.Page.Locator("#code .notice")).ToContainTextAsync("That is not the code");
        }
        await demo.Page.GetByLabel("Code").FillAsync(code);
        await demo.Button("Sign in").ClickAsync();
        await Expect(demo.Page.Locator("#code .notice")).ToContainTextAsync("Too many wrong codes were entered. Ask for another code.");
        await demo.LookAsync("complete-too-many");

        await Expect(demo.Page.Locator("#code .resend")).ToHaveAttributeAsync("aria-disabled", "false", new() { Timeout = 40_000 });
        await demo.Button("Send another code").ClickAsync();
        await Expect(demo.Page.Locator("#code .notice")).ToContainTextAsync("Another code is on its way");
        await demo.Page.GetByLabel("Code").FillAsync(await site.Server.Mail.CodeAsync(email, place: 1));
        await demo.Button("Sign in").ClickAsync();
        await demo.SeesAccountOfAsync(email);
        await Expect(demo.Page.GetByText("You have none yet")).ToBeVisibleAsync();
        await demo.Page.GoBackAsync();
        await demo.SeesAccountOfAsync(email);
    }

    [Fact]
    public async Task A_link_signs_in_at_once_where_it_was_asked_for_and_the_page_that_waits_goes_on()
    {
        var demo = await OpenAsync();
        await VirtualAuthenticator.AddAsync(demo.Page);
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Email me a link").ClickAsync();
        await Expect(Heading(demo, "Check your email")).ToBeFocusedAsync();
        var link = await site.Server.Mail.LinkAsync(email);
        var beside = new DemoPage(await demo.Page.Context.NewPageAsync(), site.Origin);

        await beside.Page.GotoAsync(link.ToString());

        await Expect(Heading(beside, "Use a passkey next time").Or(Heading(beside, $"Hello, {email}"))).ToBeVisibleAsync();
        Assert.Equal($"{site.Origin}/", beside.Page.Url);
        await Expect(Heading(demo, "Use a passkey next time")).ToBeVisibleAsync();
        await demo.Button("Not now").ClickAsync();
        await Expect(demo.Page.Locator("#sessions li")).ToHaveCountAsync(1);
        await beside.Page.GotoAsync(link.ToString());
        demo.AssertConsoleIsClean();
        beside.AssertConsoleIsClean();
    }

    [Fact]
    public async Task A_link_that_comes_to_another_browser_asks_first_signs_in_there_and_works_once()
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            var own = $"{screen}.{email}";
            var demo = await OpenAsync(options);
            await demo.Page.GetByLabel("Email").FillAsync(own);
            await demo.Button("Email me a link").ClickAsync();
            await Expect(Heading(demo, "Check your email")).ToBeFocusedAsync();
            await demo.LookAsync($"complete-{screen}-9-link");
            var link = await site.Server.Mail.LinkAsync(own);

            var phone = new DemoPage(await site.Chromium.NewPageAsync(options), site.Origin);
            await phone.Page.GotoAsync(link.ToString());
            await Expect(Heading(phone, "Is it you?")).ToBeVisibleAsync();
            Assert.Equal($"{site.Origin}/", phone.Page.Url);
            await phone.LookAsync($"complete-{screen}-10-arrived");
            await phone.Button("Sign in").ClickAsync();
            await phone.SeesAccountOfAsync(own);
            await demo.SeesAccountOfAsync(own);
            await phone.Button("Sign out").ClickAsync();
            await demo.SeesAccountOfAsync(own);

            var late = new DemoPage(await site.Chromium.NewPageAsync(options), site.Origin);
            await late.Page.GotoAsync($"{site.Origin}/?psg_magic_link=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            await late.Button("Sign in").ClickAsync();
            await Expect(late.Page.Locator("#welcome .notice")).ToContainTextAsync("This link does not work");
            await late.LookAsync($"complete-{screen}-11-late");
        }
    }

    [Fact]
    public async Task An_address_changes_when_the_link_in_the_message_was_opened()
    {
        var demo = await OpenAsync();
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Email me a code").ClickAsync();
        await demo.Page.GetByLabel("Code").FillAsync(await site.Server.Mail.CodeAsync(email));
        await demo.Button("Sign in").ClickAsync();
        await demo.SeesAccountOfAsync(email);

        await demo.Page.GetByLabel("New address").FillAsync("no address");
        await demo.Button("Change address").ClickAsync();
        await Expect(demo.Page.Locator("#account .notice")).ToHaveAttributeAsync("data-kind", "refused");
        await demo.Page.GetByLabel("New address").FillAsync($"new.{email}");
        await demo.Button("Change address").ClickAsync();
        await Expect(demo.Page.Locator("#account .notice")).ToContainTextAsync($"We sent a link to new.{email}.");
        await Expect(demo.Page.Locator("#address")).ToHaveTextAsync($"{email} (confirmed)");
        await demo.LookAsync("complete-change");
        await demo.Page.GotoAsync((await site.Server.Mail.LinkAsync($"new.{email}")).ToString());

        await Expect(demo.Page.Locator("#address")).ToHaveTextAsync($"new.{email} (confirmed)");
        await Expect(demo.Page.Locator("#account .notice")).ToContainTextAsync("That worked.");
        Assert.Equal($"{site.Origin}/", demo.Page.Url);
        await demo.LookAsync("complete-changed");
    }

    [Theory]
    [InlineData("delete window.OTPCredential", false)]
    [InlineData(
        """
        window.OTPCredential = class {};
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = (options) => options.otp
          ? new Promise((resolve) => { window.fromTextMessage = (code) => resolve({ code }); }) : get(options);
        """,
        true)]
    public async Task A_code_from_a_text_message_is_filled_in_where_the_browser_can(string before, bool isThere)
    {
        var demo = await OpenAsync(before: before);
        await demo.Page.GetByLabel("Email").FillAsync(email);
        await demo.Button("Email me a code").ClickAsync();
        await Expect(demo.Page.GetByLabel("Code")).ToBeFocusedAsync();
        var code = await site.Server.Mail.CodeAsync(email);

        if (isThere)
            await demo.Page.EvaluateAsync("(code) => window.fromTextMessage(code)", code);
        else
            await demo.Page.Keyboard.TypeAsync(code + "\n");

        await demo.SeesAccountOfAsync(email);
        demo.AssertConsoleIsClean();
    }

    private async Task<DemoPage> OpenAsync(BrowserNewContextOptions? options = null, string before = "")
    {
        var demo = new DemoPage(await site.Chromium.NewPageAsync(options), site.Origin);
        await demo.Page.AddInitScriptAsync(DemoPage.NoAutofill);
        if (before.Length > 0)
            await demo.Page.AddInitScriptAsync(before);
        await demo.GoAsync();
        await Expect(demo.Button("Email me a code")).ToBeVisibleAsync();
        return demo;
    }

    private static ILocator Heading(DemoPage demo, string name)
        => demo.Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    private static string Wrong(string code)
        => ((int.Parse(code, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
}
