using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>What a developer without a mail server, and then an operator, does about an app's messages.</summary>
public sealed class MessagesJourney(ConsoleServer server) : IClassFixture<ConsoleServer>
{
    [Fact]
    public async Task From_a_kept_link_to_a_test_and_a_template()
    {
        var console = await server.SetUpAsync();
        await AppAsync(console);

        // Nothing yet: the page says what to do.
        await console.Link("Messages").ClickAsync();
        await Expect(console.Page.GetByText("There are no messages of the last week.")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("No mail of this app is kept yet.")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("messages-none");

        // Somebody asks for a link at the app's page; the developer reads it here and follows it.
        var visitor = await server.Chromium.NewPageAsync();
        await visitor.GotoAsync($"{server.Origin}/console/sign-in");
        Assert.Equal(200, await AskAsync(visitor, "ada@example.com"));
        var link = console.Page.Locator("details[open] pre.mail a");
        for (var tries = 0; tries < 50 && await link.CountAsync() == 0; tries++)
        {
            await Task.Delay(200);
            await console.Page.ReloadAsync();
        }

        await Expect(console.Page.GetByText("Link to sign up")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("address at example.com")).ToBeVisibleAsync();
        List<IRequest> requests = [];
        console.Page.Context.Request += (_, request) => requests.Add(request);
        var opened = await console.Page.RunAndWaitForPopupAsync(() => link.ClickAsync());
        await opened.WaitForLoadStateAsync();
        var asked = requests.First(request => request.IsNavigationRequest);
        Assert.Contains("/?psg_magic_link=", asked.Url, StringComparison.Ordinal);
        Assert.False(asked.Headers.ContainsKey("referer"));
        await opened.CloseAsync();
        await console.LookEverywhereAsync("messages-kept");

        await TestAsync(console);
        await PreviewAsync(console);
        console.AssertConsoleIsClean();
    }

    /// <summary>By the keyboard, with a passkey in between; what becomes of it appears without a reload.</summary>
    private async Task TestAsync(ConsolePage console)
    {
        await server.LetConfirmationsExpireAsync();
        await console.Page.GetByLabel("Email address").FillAsync("grace@example.com");
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Page.GetByText("To send a test message, use your passkey again.")).ToBeVisibleAsync();
        await console.Button("Confirm with a passkey").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The test is on its way.");
        await Expect(console.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "It was kept as a file" }))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(console.Page.Locator("tbody tr").First).ToContainTextAsync("Test");
        await Expect(console.Page.Locator("tbody tr").First).ToContainTextAsync("sent");
        await Expect(console.Page.Locator("details[open] summary")).ToContainTextAsync("grace@example.com");
        await console.LookEverywhereAsync("messages-tested");

        await console.Page.GetByLabel("Email address").FillAsync("ada@example.com, eve@example.com");
        await console.Button("Send").ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Name one email address");
        await Expect(console.Page.GetByLabel("Email address")).ToHaveValueAsync("ada@example.com, eve@example.com");
        await console.LookEverywhereAsync("messages-wrong-receiver");

        await console.Page.GetByLabel("State").SelectOptionAsync("given_up");
        await console.Button("Filter").ClickAsync();
        await Expect(console.Page.GetByText("No messages match.")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("messages-filtered");
        await console.Link("Show all").ClickAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(2);
    }

    private static async Task PreviewAsync(ConsolePage console)
    {
        await console.Link("Preview messages").ClickAsync();
        var mail = console.Page.FrameLocator("iframe");
        await Expect(mail.GetByText("123456")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("messages-preview-code");
        await console.Page.GetByLabel("Message", new() { Exact = true }).SelectOptionAsync("sign_in_link");
        await console.Page.GetByLabel("Language").SelectOptionAsync("de");
        await console.Button("Show").ClickAsync();
        await Expect(mail.GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
        await Expect(console.Heading("Bei Book club anmelden")).ToBeVisibleAsync();
        // To the browser, the frame is of no origin, and has no way to the console around it.
        var frame = console.Page.Frames.Single(frame => frame.Url.Contains("/preview/html", StringComparison.Ordinal));
        Assert.Equal("null", await frame.EvaluateAsync<string>("() => self.origin"));
        await console.LookEverywhereAsync("messages-preview-link");
        await console.Page.GetByLabel("Sent as").SelectOptionAsync("phone");
        await console.Button("Show").ClickAsync();
        await Expect(console.Page.GetByText("of 160 characters")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("messages-preview-sms");
        await console.Link("Back to the messages").ClickAsync();
        await Expect(console.Page.GetByLabel("State")).ToBeVisibleAsync();
    }

    /// <summary>An app whose page is the console's own, with links.</summary>
    private async Task AppAsync(ConsolePage console)
    {
        await console.CreateAppAsync("Book club", "club", "complete");
        await console.Link("Settings").ClickAsync();
        await console.Page.Locator("[name='methods.magic_link']").CheckAsync();
        await console.Button("Save").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The settings were saved");
    }

    private static Task<int> AskAsync(IPage page, string identifier) => page.EvaluateAsync<int>(
        """
        async (identifier) => (await fetch('/v1/apps/club/register/magic-link', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ identifier }),
        })).status
        """,
        identifier);
}
