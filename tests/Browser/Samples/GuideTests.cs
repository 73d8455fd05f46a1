using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>docs/guides/aspnet-core.md does what it says, and shows what there is.</summary>
public sealed class GuideTests : IAsyncDisposable
{
    private const string Feed = "/tmp/openpassage-packages";

    private static readonly Guide TenMinutes = Guide.Read("aspnet-core.md");

    private readonly Reader reader = new();

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    [Fact]
    public void The_program_is_the_samples()
    {
        var shown = TenMinutes.Blocks().Single(block => block.File == "Program.cs").Content;

        Assert.Equal(File.ReadAllText(Repository.At("samples", "Minimal", "Program.cs")), shown);
    }

    [Fact]
    public async Task The_diff_is_the_difference_between_the_two_Identity_samples()
    {
        var shown = TenMinutes.Blocks().Single(block => block.Language == "diff").Content;
        var files = Directory.EnumerateFiles(Repository.At("samples", "IdentityAfter"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.At("samples", "IdentityAfter"), file))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal)
                && !file.Contains(".db", StringComparison.Ordinal) && file != "packages.lock.json");
        var real = new StringBuilder();
        foreach (var after in files.Order(StringComparer.Ordinal))
        {
            var before = after.Replace("IdentityAfter", "IdentityBefore", StringComparison.Ordinal);
            var (exit, output) = await reader.RunAsync(
                $"diff -U2 --label IdentityBefore/{before} --label IdentityAfter/{after} IdentityBefore/{before} IdentityAfter/{after}",
                Repository.At("samples"));
            Assert.True(exit is 0 or 1, output);
            real.Append(output);
        }

        Assert.Equal(real.ToString(), shown);
    }

    /// <summary>
    /// From a clean folder with packages from a local feed, as a user would; the only changes are where the feed and the site are.
    /// </summary>
    [Fact]
    public async Task The_guide_makes_a_site_that_signs_in_with_a_passkey()
    {
        var feed = reader.Beside("feed");
        var first = true;
        foreach (var (language, file, content) in TenMinutes.Blocks().TakeWhile(block => block.Content != "dotnet run\n"))
        {
            var asWritten = content.Replace(Feed, feed, StringComparison.Ordinal);
            if (file is not null)
            {
                await reader.WriteAsync(file, asWritten);
                continue;
            }
            Assert.Equal("sh", language);
            await (first ? reader.TypeInRepositoryAsync(asWritten) : reader.TypeAsync(asWritten));
            first = false;
        }
        Assert.Equal(
            ["OpenPassage.Flex", "OpenPassage.Flex.AspNetCore", "OpenPassage.Server", "OpenPassage.WebAuthn"],
            Directory.EnumerateFiles(feed, "*.nupkg")
                .Select(package => string.Join('.', Path.GetFileName(package).Split('.').TakeWhile(part => !char.IsDigit(part[0]))))
                .Order());

        var origin = $"http://localhost:{Ports.Free()}";
        await reader.ServeAsync($"dotnet run --urls {origin}", origin);
        await using var chromium = await Chromium.SharedAsync();
        var shop = new BookshopPage(await chromium.NewPageAsync(), origin);
        await VirtualAuthenticator.AddAsync(shop.Page);
        await shop.Page.AddInitScriptAsync(BookshopPage.NoAutofill);
        await shop.GoAsync();
        await shop.Page.GetByLabel("Name").FillAsync("ada");
        await shop.Page.GetByLabel("Password").FillAsync("notes on the engine");
        await shop.Button("Sign in").ClickAsync();
        await shop.AddPasskeyAsync();
        await shop.Button("Sign out").ClickAsync();
        await shop.Button("Sign in with a passkey").ClickAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Hello, ada" })).ToBeVisibleAsync();
        shop.AssertConsoleIsClean();
    }
}
