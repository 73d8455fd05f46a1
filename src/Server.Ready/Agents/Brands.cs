using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Agents;

/// <summary>Browsers by the brands of their client hints.</summary>
internal static class Brands
{
    // Browsers send three or four.
    private const int MaxCount = 16;

    private const string Chromium = "Chromium";
    private const string WebView = "Android WebView";

    /// <summary>The browser by its brand; without one that is known here, what the user agent says.</summary>
    public static (string Browser, int Major) Find(IReadOnlyList<KeyValuePair<string, string>> brands, string told, int toldMajor)
    {
        // The order of brands is shuffled, and one of them is made up (GREASE): only those known here count.
        for (var i = 0; i < Math.Min(brands.Count, MaxCount); i++)
        {
            var (brand, version) = brands[i];
            if (NameOf(brand) is { } name)
                return (name, Number.Major(version) is > 0 and var its ? its : name == told ? toldMajor : 0);
            // An app's page. Some apps leave out of the user agent what says so.
            if (brand == WebView && told == Browsers.Chrome)
                return ("", 0);
            // Chrome's number, where a browser of another maker says it is Chrome in its user agent.
            if (brand == Chromium && told == Browsers.Chrome && Number.Major(version) is > 0 and var major)
                toldMajor = major;
        }

        return (told, toldMajor);
    }

    private static string? NameOf(string brand) => brand switch
    {
        "Google Chrome" => Browsers.Chrome,
        "Microsoft Edge" => Browsers.Edge,
        "Opera" or "Opera GX" => Browsers.Opera,
        "Samsung Internet" => Browsers.SamsungInternet,
        "Brave" => "Brave",
        "Vivaldi" => "Vivaldi",
        "DuckDuckGo" => "DuckDuckGo",
        "YaBrowser" => "Yandex Browser",
        "Whale" => "Whale",
        "HuaweiBrowser" => "Huawei Browser",
        _ => null,
    };
}
