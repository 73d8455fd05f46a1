using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Agents;

/// <summary>Versions of systems by user agents, where these still tell the truth.</summary>
internal static class ToldVersions
{
    // From here on Safari tells its own version alone.
    private const int FirstFrozenSafari = 26;

    /// <summary>The system's major version; 0: the user agent does not say, or is one that says the same on every version.</summary>
    public static int Major(string userAgent, string system, string browser, int browserMajor) => system switch
    {
        Systems.Windows => Windows(userAgent),
        Systems.MacOs => MacOs(userAgent),
        Systems.Ios or Systems.IPadOs => Ios(userAgent, browser, browserMajor),
        Systems.Android => Android(userAgent, browser),
        _ => 0,
    };

    // NT 10.0 is what Windows 11 says too.
    private static int Windows(string userAgent) => Number.Major(After(userAgent, "Windows NT "), out var minor) switch
    {
        6 when minor is 2 or 3 => 8,
        6 when minor == 1 => 7,
        _ => 0,
    };

    // 10.15 is what all later ones say, and 10.16 what macOS 11 and later ones say to old programs.
    private static int MacOs(string userAgent)
    {
        var major = Number.Major(After(userAgent, "Mac OS X "), out var minor);
        return major == 10 && minor >= 15 ? 0 : major;
    }

    private static int Ios(string userAgent, string browser, int browserMajor)
    {
        if (browser == Browsers.Safari && browserMajor >= FirstFrozenSafari)
            return browserMajor;
        // Pages for desks: Safari's version is the system's; of other browsers nothing is known.
        var told = After(userAgent, " OS ");
        if (told.IsEmpty || told[0] == 'X')
            return browser == Browsers.Safari ? browserMajor : 0;
        // 18.6 and 18.7 are what WebKit says on every later version, and Firefox on every version. Only Safari says which it is.
        var major = Number.Major(told, out var minor);
        return major == 18 && minor >= 6 && (browser != Browsers.Safari || browserMajor == 0) ? 0 : major;
    }

    // "Android 10; K" is what Chromium says on every version, and Android 10 what Firefox says on older ones.
    private static int Android(string userAgent, string browser)
    {
        var told = After(userAgent, "Android ");
        var major = Number.Major(told);
        var frozen = major == 10 && (browser == Browsers.Firefox || told.StartsWith("10; K)", StringComparison.Ordinal));
        return frozen ? 0 : major;
    }

    private static ReadOnlySpan<char> After(string userAgent, string mark)
    {
        var at = userAgent.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? default : userAgent.AsSpan(at + mark.Length);
    }
}
