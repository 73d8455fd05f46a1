using System.Buffers;

namespace OpenPassage.Server.Ready.Agents;

/// <summary>Crawlers, previews of links, monitors, browsers without a screen, HTTP libraries.</summary>
internal static class Bots
{
    private const string Bot = "bot";

    // What those that claim to be a browser say besides. Most say "bot", "compatible" or an address.
    private static readonly SearchValues<string> Marks = SearchValues.Create(
    [
        "crawl", "spider", "slurp", "headless", "scrape", "archiver", "monitor", "validator", "preview", "prerender", "://",
        "Google-", "-Google", "GoogleOther", "facebookexternal", "meta-external", "-User/", "BingPreview", "SkypeUri",
        "PhantomJS", "SlimerJS", "jsdom", "HappyDOM", "HTTrack", "Playwright", "Puppeteer", "Cypress", "Selenium", "WebDriver",
        "Lighthouse", "PageSpeed", "PTST/", "GTmetrix", "Pingdom", "StatusCake", "Site24x7", "Synthetic", "Catchpoint", "ThousandEyes",
        "HealthCheck", "AppInsights", "YandexImages", "YandexMetrika", "PowerShell/", "Nikto", "Nessus", "Detectify", "Acunetix",
    ], StringComparison.OrdinalIgnoreCase);

    public static bool Knows(string userAgent)
        // Every browser begins with one of these. Libraries and tools begin with their own name, or say nothing.
        => !(userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) || userAgent.StartsWith("Opera/", StringComparison.Ordinal))
            || IsCompatible(userAgent)
            || userAgent.AsSpan().ContainsAny(Marks)
            || SaysBot(userAgent)
            || userAgent.IndexOf('(', StringComparison.Ordinal) < 0;

    // "(compatible; Googlebot/2.1; …)". Internet Explorer began so too.
    private static bool IsCompatible(string userAgent)
        => userAgent.Contains("(compatible", StringComparison.OrdinalIgnoreCase) && !userAgent.Contains("MSIE ", StringComparison.Ordinal);

    private static bool SaysBot(ReadOnlySpan<char> left)
    {
        for (var at = left.IndexOf(Bot, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = left.IndexOf(Bot, StringComparison.OrdinalIgnoreCase))
        {
            // Cubot makes phones, and their names stand in user agents.
            if (!left[..at].EndsWith("cu", StringComparison.OrdinalIgnoreCase))
                return true;
            left = left[(at + Bot.Length)..];
        }

        return false;
    }
}
