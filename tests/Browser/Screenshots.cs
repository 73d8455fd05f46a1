using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests;

/// <summary>
/// What the tests see, for whoever wants to look: <c>OPENPASSAGE_SCREENSHOTS=1 ./test Browser</c> takes it into
/// <c>artifacts/screenshots</c>.
/// </summary>
internal static class Screenshots
{
    private static readonly bool Wanted = Environment.GetEnvironmentVariable("OPENPASSAGE_SCREENSHOTS") is { Length: > 0 };

    public static async Task ScreenshotIfWantedAsync(this IPage page, params string[] file)
    {
        if (!Wanted)
            return;
        // A dialog covers the window, not the page.
        var wholePage = await page.Locator("dialog[open]").CountAsync() == 0;
        await page.ScreenshotAsync(new() { Path = Repository.At(["artifacts", "screenshots", .. file]), FullPage = wholePage });
    }
}
