using System.Diagnostics;
using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Samples;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>samples/Node as its README starts it, against the real server, in a real browser.</summary>
public sealed class NodeSample : IAsyncLifetime
{
    private readonly int port = Ports.Free();
    private ServerProcess server = null!;
    private Chromium chromium = null!;
    private Process? node;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync($"http://localhost:{port}");
        chromium = await Chromium.SharedAsync();
        var command = Guide.Blocks("samples/Node/README.md", "A Node backend without an SDK", "sh")[1].Trim();
        Assert.Equal("PASSAGE_API_KEY=$(cat data/demo.key) node samples/Node/backend.mjs", command);
        var start = new ProcessStartInfo("bash", ["-c", $"exec {command[command.IndexOf("node ", StringComparison.Ordinal)..]}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["PASSAGE_API_KEY"] = server.ApiKey;
        start.Environment["PASSAGE_APP_ID"] = ServerProcess.AppId;
        start.Environment["PASSAGE_URL"] = server.Address.GetLeftPart(UriPartial.Authority);
        start.Environment["PORT"] = port.ToString();
        node = Process.Start(start)!;
        Assert.Equal($"http://localhost:{port}", await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            node.Kill();
            await node.WaitForExitAsync();
            node.Dispose();
        }
        await chromium.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_passkey_is_added_signs_in_and_after_its_removal_no_longer_does()
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync($"http://localhost:{port}");
        var authenticator = await VirtualAuthenticator.AddAsync(page);

        await ClickAsync(page, "Add a passkey", "Sign in first.");
        await page.GetByLabel("Password").FillAsync("wrong");
        await ClickAsync(page, "Sign in", "Name or password is wrong.");
        await page.GetByLabel("Password").FillAsync("correct horse");
        await ClickAsync(page, "Sign in", "Signed in as user-1.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("li")).ToHaveCountAsync(1);
        await ClickAsync(page, "Sign out", "Signed out.");

        await ClickAsync(page, "Sign in with a passkey", "Signed in as user-1.");
        Assert.Equal(1, Assert.Single(await server.Flex.User.ListDevicesAsync("user-1")).UsageCount);

        var deleted = authenticator.NextAsync("credentialDeleted");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Locator("li")).ToHaveCountAsync(0);
        await deleted;
        Assert.Empty(await server.Flex.User.ListDevicesAsync("user-1"));
        await ClickAsync(page, "Sign out", "Signed out.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).Not.ToContainTextAsync("Signed");
    }

    [Theory]
    [InlineData("desktop-Light")]
    [InlineData("desktop-Dark")]
    [InlineData("phone-Light")]
    [InlineData("phone-Dark")]
    public async Task It_looks_and_reads_well(string screen)
    {
        var shop = new BookshopPage(
            await chromium.NewPageAsync(BookshopPage.Screens.Single(one => one.Name == screen).Options), $"http://localhost:{port}");
        await VirtualAuthenticator.AddAsync(shop.Page);
        await shop.GoAsync();
        await shop.LookAsync($"node-{screen}-1-sign-in");
        await shop.Page.GetByLabel("Password").FillAsync("correct horse");
        await ClickAsync(shop.Page, "Sign in", "Signed in as user-1.");
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(shop.Page.Locator("li")).ToHaveCountAsync(1);
        await shop.LookAsync($"node-{screen}-2-passkey");
        shop.AssertConsoleIsClean();
    }

    private static async Task ClickAsync(IPage page, string button, string said)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(said);
    }
}
