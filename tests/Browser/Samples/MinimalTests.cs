using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>The sample with the server in its own process, run as one runs it.</summary>
public sealed class MinimalTests : IAsyncLifetime
{
    private readonly string origin = $"http://localhost:{Ports.Free()}";
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-minimal-");
    private Process site = null!;
    private Chromium chromium = null!;

    public async ValueTask InitializeAsync()
    {
        site = Process.Start(new ProcessStartInfo(
            "dotnet", [Repository.Built("samples/Minimal", "Minimal.dll"), "--urls", origin, "--Logging:LogLevel:Default=Warning"])
        {
            WorkingDirectory = data.FullName,
        })!;
        await Listening.AtAsync(origin, site);
        chromium = await Chromium.SharedAsync();
    }

    [Fact]
    public async Task One_process_with_a_login_and_a_passkey_server_signs_in_with_a_passkey()
    {
        foreach (var (screen, options) in BookshopPage.Screens)
        {
            var shop = new BookshopPage(await chromium.NewPageAsync(options), origin);
            await VirtualAuthenticator.AddAsync(shop.Page);
            await shop.GoAsync();
            await Expect(shop.Button("Sign in with a passkey")).ToBeVisibleAsync();
            await shop.LookAsync($"minimal-{screen}-1-sign-in");
            await shop.Page.GetByLabel("Name").FillAsync("ada");
            await shop.Page.GetByLabel("Password").FillAsync("notes on the engine");
            await shop.Button("Sign in").ClickAsync();
            await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Hello, ada" })).ToBeVisibleAsync();
            await shop.Button("Add a passkey").ClickAsync();
            await Expect(shop.Notice).ToHaveTextAsync("Your passkey is ready. Next time, sign in with it.");
            await shop.LookAsync($"minimal-{screen}-2-passkey");

            // By autofill, then by button.
            await shop.Button("Sign out").ClickAsync();
            await Expect(shop.Passkeys.First).ToContainTextAsync("Last used");
            await shop.Page.AddInitScriptAsync(BookshopPage.NoAutofill);
            await shop.Button("Sign out").ClickAsync();
            await shop.Button("Sign in with a passkey").ClickAsync();
            await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Hello, ada" })).ToBeVisibleAsync();
            shop.AssertConsoleIsClean();

            await shop.PasskeyButton("Remove").ClickAsync();
            await shop.Button("Remove").ClickAsync();
            await Expect(shop.Passkeys).ToHaveCountAsync(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        if (!site.HasExited)
            site.Kill(entireProcessTree: true);
        await site.WaitForExitAsync();
        site.Dispose();
        data.Delete(recursive: true);
    }
}
