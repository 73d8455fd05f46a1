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
    /// <summary>A page in a browser.</summary>
    /// <param name="userAgent">The header.</param>
    /// <param name="hints">What the browser says besides, in headers or on the page; null: nothing.</param>
    public static Agent OfPage(string userAgent, ClientHints? hints) => throw new NotSupportedException();

    /// <summary>An app, by the headers of Passage's kits.</summary>
    /// <param name="deviceOs"><c>Device-OS</c>.</param>
    /// <param name="version"><c>Device-OS-Version</c>: on Android the number of the SDK.</param>
    public static Agent OfApp(string? deviceOs, string? version) => throw new NotSupportedException();

    /// <summary>Whether a program that no person sits at says so in its user agent.</summary>
    public static bool IsBot(string userAgent) => throw new NotSupportedException();
}

/// <summary>User agent client hints (https://wicg.github.io/ua-client-hints/), from headers or from a page.</summary>
/// <param name="Brands">Brand and version, as <c>fullVersionList</c> or <c>brands</c> has them.</param>
/// <param name="Platform">Such as <c>Windows</c>; null: not said.</param>
/// <param name="PlatformVersion">Such as <c>15.0.0</c>; null: not said.</param>
internal sealed record ClientHints(IReadOnlyList<KeyValuePair<string, string>> Brands, string? Platform, string? PlatformVersion);
