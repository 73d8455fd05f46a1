namespace OpenPassage.Server.Store;

/// <summary>Browser and system from a user agent string, for names people read; never for a decision.</summary>
internal static class UserAgent
{
    // Order matters: most browsers also claim to be the ones below them.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("OPT/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"),
        ("iPad", "iPadOS"),
        ("iPhone", "iOS"),
        ("iPod", "iOS"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    /// <summary>Such as <c>Chrome on macOS</c>, or the one half that is known; null when neither is.</summary>
    public static string? Display(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
            return null;
        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        return browser is not null && system is not null ? $"{browser} on {system}" : browser ?? system;
    }

    /// <summary>The browser alone, one of a fixed set; null when it is none of them.</summary>
    public static string? BrowserOf(string userAgent) => Find(Browsers, userAgent);

    /// <summary>The system alone, one of a fixed set; null when it is none of them.</summary>
    public static string? SystemOf(string userAgent) => Find(Systems, userAgent);

    private static string? Find((string Mark, string Name)[] known, string userAgent)
    {
        foreach (var (mark, name) in known)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
                return name;
        }

        return null;
    }
}
