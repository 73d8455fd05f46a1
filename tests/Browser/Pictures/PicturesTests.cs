using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Pictures;

/// <summary>The pictures of the README, which <c>docs/pictures/make</c> takes of the running product.</summary>
public sealed partial class PicturesTests
{
    private const int MostBytes = 150 * 1024;

    [Fact]
    public void The_folder_has_the_pictures_that_the_script_takes_and_they_are_small()
    {
        var kept = Directory.GetFiles(Picture.Folder, "*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(Picture.All.Select(picture => picture.FileName).Order(StringComparer.Ordinal), kept);
        Assert.All(Picture.All, picture => Assert.InRange(new FileInfo(picture.File).Length, 1024, MostBytes));
    }

    [Fact]
    public void The_README_shows_every_picture_with_a_text_for_those_who_cannot_see_it()
    {
        var readme = File.ReadAllText(Repository.At("README.md")).ReplaceLineEndings("\n");
        var shown = Pictures().Matches(readme);
        var files = shown.SelectMany(picture => (string[])[picture.Groups["dark"].Value, picture.Groups["light"].Value]);

        Assert.Equal(
            Picture.All.Select(picture => $"docs/pictures/{picture.FileName}").Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal));
        Assert.All(shown, picture => Assert.True(picture.Groups["alt"].Value.Length > 30, $"{picture.Value} needs a longer text."));
        Assert.Equal(shown.Count, Images().Count(readme));
    }

    /// <summary>Runs only when <c>docs/pictures/make</c> asks for it.</summary>
    [Fact(Explicit = true)]
    public async Task Take_them()
    {
        await using var product = await RunningProduct.StartAsync();
        await using var chromium = await Chromium.LaunchAsync();

        await TakeAsync(await ConsoleAsync(chromium, product), Picture.Console);
        await TakeAsync(await DemoAsync(chromium, product), Picture.Demo);
        await TakeAsync(await CompleteAsync(chromium, product), Picture.Complete);
    }

    /// <summary>The first operator, at an app's overview.</summary>
    private static async Task<IPage> ConsoleAsync(Chromium chromium, RunningProduct product)
    {
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1180, Height = 655 } });
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync(await product.InviteAsync("Ada"));
        await Expect(page.GetByText("You are invited as")).ToBeVisibleAsync();
        await page.Locator("form[data-ceremony=setup] button").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Apps" })).ToBeVisibleAsync();
        await page.GotoAsync($"{product.Server}/console/apps/shop");
        await Expect(page.Locator("svg[role=img]").First).ToBeVisibleAsync();
        return page;
    }

    /// <summary>A user with a password who has just added a passkey.</summary>
    private static async Task<IPage> DemoAsync(Chromium chromium, RunningProduct product)
    {
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1180, Height = 620 } });
        await VirtualAuthenticator.AddAsync(page);
        var demo = new Demo.DemoPage(page, product.Demo);
        await demo.SignUpAsync("alice");
        await demo.AddPasskeyAsync();
        return page;
    }

    /// <summary>A user of the demo without passwords, who has said what to be called and written a note.</summary>
    private static async Task<IPage> CompleteAsync(Chromium chromium, RunningProduct product)
    {
        var page = await chromium.NewPageAsync(new() { ViewportSize = new() { Width = 1180, Height = 1010 }, Locale = "en-GB" });
        await page.AddInitScriptAsync(Demo.DemoPage.NoAutofill);
        await VirtualAuthenticator.AddAsync(page);
        var demo = new Demo.DemoPage(page, product.Complete);
        await demo.GoAsync();
        await page.GetByLabel("Email").FillAsync("alice@example.com");
        await demo.Button("Create an account").ClickAsync();
        await demo.SeesAccountOfAsync("alice@example.com");
        await page.GetByLabel("New note").FillAsync("Buy a second security key");
        await demo.Button("Add note").ClickAsync();
        await Expect(page.Locator("#notes li")).ToHaveCountAsync(1);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Alice");
        await demo.Button("Save").ClickAsync();
        await demo.SeesAccountOfAsync("Alice");
        await page.Locator("h1:visible").FocusAsync();
        return page;
    }

    private static async Task TakeAsync(IPage page, string of)
    {
        foreach (var picture in Picture.All.Where(picture => picture.Page == of))
        {
            await page.EmulateMediaAsync(new() { ColorScheme = picture.Scheme });
            await page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))");
            await page.ScreenshotAsync(new() { Path = picture.File });
        }
    }

    [GeneratedRegex(
        """
        <picture>
          <source media="\(prefers-color-scheme: dark\)" srcset="(?<dark>[^"]+)">
          <img src="(?<light>[^"]+)" width="49%" alt="(?<alt>[^"]+)">
        </picture>
        """,
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pictures();

    [GeneratedRegex(@"<img\b|!\[", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Images();
}
