using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Samples;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>
/// docs/guides/a-login-in-an-afternoon.md, followed from an empty folder. What differs: ports and folders, and that the server is not
/// published again but taken as these tests have built it.
/// </summary>
public sealed class LoginInAnAfternoon : IAsyncLifetime
{
    private const string Publish = "dotnet publish src/Host --configuration Release --output ~/openpassage\n";

    private readonly string server = $"http://localhost:{Ports.Free()}";
    private readonly string site = $"http://localhost:{Ports.Free()}";
    private readonly Reader reader = new();
    private Chromium chromium = null!;

    public async ValueTask InitializeAsync()
    {
        chromium = await Chromium.SharedAsync();
        var blocks = Samples.Guide.Read("a-login-in-an-afternoon.md").Blocks().ToList();
        var last = blocks.FindIndex(block => block.Content.StartsWith("dotnet run", StringComparison.Ordinal));
        Assert.StartsWith(Publish, blocks[0].Content, StringComparison.Ordinal);
        var published = $"cp -r {Repository.Built("src/Host", "")} ~/openpassage\n";
        await reader.TypeInRepositoryAsync(Own(published + blocks[0].Content[Publish.Length..]));
        foreach (var (language, file, content) in blocks.Take(last + 1).Skip(1))
        {
            if (file is not null)
                await reader.WriteAsync(file, Own(content));
            else if (content == "./openpassage\n")
            {
                await reader.ServeAsync($"./openpassage --urls {server}", server);
                await reader.TypeAsync("cd ../site");
            }
            else if (content.StartsWith("dotnet run", StringComparison.Ordinal))
                await reader.ServeAsync(Own(content), site);
            else
            {
                Assert.Equal("sh", language);
                await reader.TypeAsync(Own(content));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task An_empty_folder_becomes_a_site_on_which_people_sign_up_and_in_and_an_API_that_knows_them()
    {
        var club = new BookshopPage(await chromium.NewPageAsync(), site);
        var authenticator = await VirtualAuthenticator.AddAsync(club.Page);
        await club.Page.AddInitScriptAsync(BookshopPage.NoAutofill);
        await club.GoAsync();
        await LookAsync(club, "1-welcome");
        await club.Page.GetByLabel("Email").FillAsync(club.Email);
        await club.Button("Create an account").ClickAsync();
        await SeesAsync(club, $"Hello, {club.Email}");

        await club.Page.GetByLabel("Your name").FillAsync("Ada");
        await club.Button("Save").ClickAsync();
        await SeesAsync(club, "Hello, Ada");
        await club.Page.GetByLabel("Title").FillAsync("Sketch of the Analytical Engine");
        await club.Button("Add").ClickAsync();
        await Expect(club.Page.Locator("#books li")).ToHaveTextAsync("Sketch of the Analytical Engine");
        await LookAsync(club, "2-account");

        // A second passkey, of another authenticator; the first one is removed.
        await authenticator.RemoveAsync();
        await VirtualAuthenticator.AddAsync(club.Page, "usb");
        await club.Button("Add a passkey").ClickAsync();
        await Expect(club.Page.Locator("#passkeys li")).ToHaveCountAsync(2);
        await club.Page.Locator("#passkeys button").First.ClickAsync();
        await Expect(club.Page.Locator("#passkeys li")).ToHaveCountAsync(1);
        await club.Page.Locator("#passkeys button").ClickAsync();
        await Expect(club.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("only way to sign in");

        // In another tab one is signed in too, and out.
        var tab = new BookshopPage(await club.Page.Context.NewPageAsync(), site);
        await tab.GoAsync();
        await SeesAsync(tab, "Hello, Ada");
        await tab.Button("Sign out").ClickAsync();
        await Expect(club.Button("Create an account")).ToBeVisibleAsync();
        await tab.Page.CloseAsync();

        await club.Button("Sign in with a passkey").ClickAsync();
        await SeesAsync(club, "Hello, Ada");
        await Expect(club.Page.Locator("#books li")).ToHaveTextAsync("Sketch of the Analytical Engine");

        // A browser that has forgotten its tokens leaves a session, which the next one ends.
        await club.Page.EvaluateAsync("() => localStorage.clear()");
        await club.Page.Context.ClearCookiesAsync();
        await club.Page.ReloadAsync();
        await club.Button("Sign in with a passkey").ClickAsync();
        await Expect(club.Page.Locator("#sessions li")).ToHaveCountAsync(2);
        await club.Page.Locator("#sessions button").ClickAsync();
        await Expect(club.Page.Locator("#sessions li")).ToHaveCountAsync(1);

        // Asked for a recent sign-in, as the API will ask ten minutes from now, the page signs in again and goes on.
        await club.Page.RouteAsync(
            "**/api/books",
            route => route.FulfillAsync(
                new() { Status = 403, Body = """{"code":"recent_sign_in_required","detail":"You signed in a while ago."}""" }),
            new() { Times = 1 });
        await club.Button("Clear the list").ClickAsync();
        await Expect(club.Page.Locator("#books li")).ToHaveCountAsync(0);
        await Expect(club.Page.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        club.AssertConsoleIsClean();
        await AssertNobodyGetsInWithoutATokenAsync();
    }

    private async Task AssertNobodyGetsInWithoutATokenAsync()
    {
        using var http = new HttpClient();
        var books = new Uri($"{site}/api/books");
        using var read = await http.GetAsync(books);
        using var written = await http.PostAsJsonAsync(books, "mine");
        using var cleared = await http.DeleteAsync(books);
        Assert.All([read, written, cleared], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
    }

    private static Task SeesAsync(BookshopPage club, string heading) =>
        Expect(club.Page.GetByRole(AriaRole.Heading, new() { Name = heading })).ToBeVisibleAsync();

    private static async Task LookAsync(BookshopPage club, string picture)
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            await club.Page.SetViewportSizeAsync(options.ViewportSize!.Width, options.ViewportSize.Height);
            await club.Page.EmulateMediaAsync(new() { ColorScheme = options.ColorScheme });
            await club.LookAsync($"club-{screen}-{picture}");
        }
    }

    private string Own(string block) => block
        .Replace("~/openpassage", reader.Beside("openpassage"), StringComparison.Ordinal)
        .Replace("/tmp/openpassage-packages", reader.Beside("feed"), StringComparison.Ordinal)
        .Replace("http://localhost:8420", server, StringComparison.Ordinal)
        .Replace("http://localhost:5080", site, StringComparison.Ordinal);
}
