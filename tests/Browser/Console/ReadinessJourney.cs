using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>What a product manager reads about the devices of an app's people, a year after it began to count.</summary>
public sealed class ReadinessJourney(ConsoleServer server) : IClassFixture<ConsoleServer>
{
    [Fact]
    public async Task From_an_empty_page_to_a_year_of_devices()
    {
        var console = await server.SetUpAsync();
        await console.CreateAppAsync("Corner shop", "shop");

        // Nothing yet: a key, and what to paste.
        await console.Link("Readiness").Last.ClickAsync();
        await Expect(console.Page.GetByText("No device has reported yet.")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("readiness-empty");
        await console.Link("Create a readiness key").ClickAsync();
        await Expect(console.Page.GetByLabel("Counts devices for")).ToHaveValueAsync("shop");
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("first page");
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Notice).ToContainTextAsync("The key was created.");
        await Expect(console.Page.GetByText("reportReadiness('opr_")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("readiness-key");
        await console.GoAsync("/console/apps/shop/readiness");
        await Expect(console.Page.GetByText("reportReadiness('opr_")).ToBeVisibleAsync();

        // A year later.
        await server.SeedReadinessAsync("shop");
        await console.Page.ReloadAsync();
        await Expect(console.Page.GetByText("of your people's devices can use a passkey of their own")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("such a range is right 19 times in 20")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("The weakest step")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("Chrome 141 on Windows 10")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("points on average")).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("Readiness keys are public")).ToBeVisibleAsync();
        await console.LookEverywhereAsync("readiness-year");

        // Other groups and another capability, by the keyboard.
        await console.Page.GetByLabel("Group by").SelectOptionAsync("system");
        await console.Page.GetByLabel("Groups and trend of").SelectOptionAsync("autofill");
        await console.Page.GetByLabel("Months").SelectOptionAsync("12");
        await console.Button("Show").FocusAsync();
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Heading("By operating system")).ToBeVisibleAsync();
        await Expect(console.Page.GetByLabel("Group by")).ToHaveValueAsync("system");
        await Expect(console.Page.Locator("section[aria-labelledby=groups] tbody tr").Filter(new() { HasText = "Windows 11" }))
            .ToBeVisibleAsync();
        await console.Page.GetByText("Numbers", new() { Exact = true }).ClickAsync();
        await console.LookEverywhereAsync("readiness-systems");

        // Every chart is a file too.
        foreach (var link in await console.Page.Locator("a[download]").AllAsync())
        {
            var file = await console.Page.APIRequest.GetAsync(server.Origin + await link.GetAttributeAsync("href"));
            Assert.Equal(200, file.Status);
            Assert.Equal("text/csv; charset=utf-8", file.Headers["content-type"]);
            Assert.True((await file.TextAsync()).Split("\r\n").Length > 2, link.ToString());
        }

        // All apps at once.
        await console.GoAsync("/console/readiness?by=app");
        await Expect(console.Page.Locator("section[aria-labelledby=groups] tbody tr")).ToHaveCountAsync(1);
        await Expect(console.Page.GetByText("Where people are lost")).ToHaveCountAsync(0);
        await console.LookEverywhereAsync("readiness-all");
        await console.Button("Revoke first page").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The key was revoked.");
        console.AssertConsoleIsClean();
    }
}
