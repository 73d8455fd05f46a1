using OpenPassage.Server.Devices;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Agents;

/// <summary>What a device runs, as far as it is known: families from fixed sets, and major versions.</summary>
/// <param name="Platform">One of <see cref="Platforms"/>.</param>
/// <param name="System">As in <see cref="Profile"/>.</param>
/// <param name="SystemMajor">0: unknown.</param>
/// <param name="Browser">As in <see cref="Profile"/>.</param>
/// <param name="BrowserMajor">0: unknown.</param>
internal sealed record Agent(string Platform, string System, int SystemMajor, string Browser, int BrowserMajor)
{
    // Longer than any browser's; what follows is not read.
    private const int MaxLength = 1024;

    private const int LongestSystem = 8;

    /// <summary>A page in a browser. Hints win over the user agent, which browsers have frozen by now.</summary>
    /// <param name="userAgent">The header.</param>
    /// <param name="hints">What the browser says besides, in headers or on the page; null: nothing.</param>
    public static Agent OfPage(string userAgent, ClientHints? hints)
    {
        userAgent = Readable(userAgent);
        var browser = UserAgent.BrowserOf(userAgent, out var after) ?? "";
        var major = browser == Browsers.Opera && !CountsAsOpera(userAgent) ? 0 : Number.Major(after);
        if (hints is not null)
            (browser, major) = Brands.Find(hints.Brands, browser, major);

        var told = UserAgent.SystemOf(userAgent) ?? "";
        var system = SystemHints.Find(hints?.Platform, told);
        var systemMajor = hints?.PlatformVersion is { } version && SystemHints.SystemOf(hints.Platform) == system
            ? SystemHints.Major(system, version)
            : 0;
        if (systemMajor == 0 && system == told)
            systemMajor = ToldVersions.Major(userAgent, system, browser, major);
        return new(Platforms.Web, system, systemMajor, browser, major);
    }

    /// <summary>An app, by the headers of Passage's kits.</summary>
    /// <param name="deviceOs"><c>Device-OS</c>.</param>
    /// <param name="version"><c>Device-OS-Version</c>: on Android the number of the SDK.</param>
    public static Agent OfApp(string? deviceOs, string? version)
    {
        var (platform, system) = (deviceOs is { Length: <= LongestSystem } ? deviceOs.ToUpperInvariant() : null) switch
        {
            "IOS" => (Platforms.Ios, Systems.Ios),
            "IPADOS" => (Platforms.Ios, Systems.IPadOs),
            "ANDROID" => (Platforms.Android, Systems.Android),
            "MACOS" => (Platforms.MacOs, Systems.MacOs),
            "TVOS" => (Platforms.TvOs, Systems.TvOs),
            "VISIONOS" => (Platforms.VisionOs, Systems.VisionOs),
            _ => (Platforms.Other, ""),
        };
        var major = system switch
        {
            "" => 0,
            Systems.Android => AndroidSdk.Release(version),
            Systems.MacOs => SystemHints.Major(system, version),
            _ => Number.Major(version),
        };
        return new(platform, system, major, "", 0);
    }

    /// <summary>
    /// Whether a program that no person sits at says so in its user agent. Asked of pages: apps may well send with a library that
    /// counts as a bot here.
    /// </summary>
    public static bool IsBot(string userAgent) => Bots.Knows(Readable(userAgent));

    // Opera Mini and Opera Touch have numbers of their own, and Opera Mini shows pages with what Android has.
    private static bool CountsAsOpera(string userAgent)
        => userAgent.Contains("OPR/", StringComparison.Ordinal) && !userAgent.Contains("Version/4.0 Chrome/", StringComparison.Ordinal);

    private static string Readable(string userAgent) => userAgent.Length <= MaxLength ? userAgent : userAgent[..MaxLength];
}
