namespace OpenPassage.Server.Devices;

/// <summary>Browser and system from a user agent string, for names people read; never for a decision.</summary>
internal static class UserAgent
{
    // Order matters: most browsers also claim to be the ones below them. Null is an app, whose page claims to be a browser.
    private static readonly (string Mark, string? Name)[] Browsers =
    [
        ("FBAN/", "Facebook"),
        ("FBAV/", "Facebook"),
        ("FB_IAB/", "Facebook"),
        ("Instagram ", "Instagram"),
        ("MicroMessenger/", "WeChat"),
        ("GSA/", "Google app"),
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("Edge/", "Edge"),
        ("OPR/", "Opera"),
        ("OPT/", "Opera"),
        ("OPX/", "Opera"),
        ("OPiOS/", "Opera"),
        ("Opera Mini/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("HuaweiBrowser/", "Huawei Browser"),
        ("MiuiBrowser/", "Mi Browser"),
        ("VivoBrowser/", "vivo Browser"),
        ("HeyTapBrowser/", "HeyTap Browser"),
        ("UCBrowser/", "UC Browser"),
        ("QQBrowser/", "QQ Browser"),
        ("YaBrowser/", "Yandex Browser"),
        ("Whale/", "Whale"),
        ("Vivaldi/", "Vivaldi"),
        ("Brave/", "Brave"),
        ("DuckDuckGo/", "DuckDuckGo"),
        ("Ddg/", "DuckDuckGo"),
        ("Silk/", "Silk"),
        ("Focus/", "Firefox Focus"),
        ("Klar/", "Firefox Focus"),
        ("Epiphany/", "GNOME Web"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("; wv)", null),
        ("Version/4.0 Chrome/", null),
        ("Electron/", null),
        ("ArkWeb/", null),
        ("Chrome/", "Chrome"),
        (Safari, "Safari"),
    ];

    // What iPads and iPhones say that ask for the pages of a desk, and no Mac does.
    private static readonly string[] MarksOfIos = [" Mobile", "CriOS/", "FxiOS/", "EdgiOS/", "OPiOS/", "OPT/", "OPX/", "GSA/"];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"),
        ("iPad", IPadOs),
        ("iPhone", "iOS"),
        ("iPod", "iOS"),
        ("HarmonyOS", "HarmonyOS"),
        ("OpenHarmony", "HarmonyOS"),
        ("Silk/", "Fire OS"),
        ("Tizen", "Tizen"),
        ("Web0S", "webOS"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        (Macintosh, "macOS"),
        ("Mac OS X", "macOS"),
        ("FreeBSD", "FreeBSD"),
        ("OpenBSD", "OpenBSD"),
        ("Linux", "Linux"),
    ];

    private const string IPadOs = "iPadOS";
    private const string Macintosh = "Macintosh";
    private const string Safari = "Safari/";
    private const string Version = "Version/";

    /// <summary>Such as <c>Chrome on macOS</c>, or the one half that is known; null when neither is.</summary>
    public static string? Display(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
            return null;
        var browser = BrowserOf(userAgent);
        var system = SystemOf(userAgent);
        return browser is not null && system is not null ? $"{browser} on {system}" : browser ?? system;
    }

    /// <summary>The browser alone, one of a fixed set; null when it is none of them.</summary>
    public static string? BrowserOf(string userAgent) => BrowserOf(userAgent, out _);

    /// <summary>The same, and what follows its mark: its version and the rest; empty when it does not say one.</summary>
    public static string? BrowserOf(string userAgent, out ReadOnlySpan<char> version)
    {
        version = default;
        foreach (var (mark, name) in Browsers)
        {
            var at = userAgent.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0)
                continue;
            if (mark != Safari)
            {
                version = userAgent.AsSpan(at + mark.Length);
                return name;
            }

            // Safari is Apple's: on other systems it is an app with a page of WebKit's. What follows its mark is WebKit's number.
            var says = userAgent.IndexOf(Version, StringComparison.Ordinal);
            if (says >= 0)
                version = userAgent.AsSpan(says + Version.Length);
            return SystemOf(userAgent) is "iOS" or IPadOs or "macOS" ? name : null;
        }

        return null;
    }

    /// <summary>The system alone, one of a fixed set; null when it is none of them.</summary>
    public static string? SystemOf(string userAgent)
    {
        foreach (var (mark, name) in Systems)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
                return mark == Macintosh && IsIos(userAgent) ? IPadOs : name;
        }

        return null;
    }

    private static bool IsIos(string userAgent)
    {
        foreach (var mark in MarksOfIos)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
