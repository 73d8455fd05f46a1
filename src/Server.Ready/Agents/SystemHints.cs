using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Agents;

/// <summary>Systems by client hints.</summary>
internal static class SystemHints
{
    /// <summary>The system by its hint; without one that is known here, what the user agent says.</summary>
    public static string Find(string? platform, string told) => SystemOf(platform) switch
    {
        null => told,
        // Fire OS, HarmonyOS and televisions call themselves what they are made from.
        Systems.Android or Systems.Linux when told is "Fire OS" or "HarmonyOS" or "Tizen" or "webOS" => told,
        var system => system,
    };

    /// <summary>The system that a <c>Sec-CH-UA-Platform</c> means; null: none that is known here.</summary>
    public static string? SystemOf(string? platform) => platform switch
    {
        "Windows" => Systems.Windows,
        "macOS" => Systems.MacOs,
        "Android" => Systems.Android,
        "Chrome OS" or "Chromium OS" or "ChromeOS" => Systems.ChromeOs,
        "Linux" => Systems.Linux,
        "iOS" => Systems.Ios,
        "iPadOS" => Systems.IPadOs,
        _ => null,
    };

    /// <summary>What a system's own number means to its maker; 0: unknown.</summary>
    public static int Major(string system, string? version)
    {
        var major = Number.Major(version, out var minor);
        return system switch
        {
            // https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11
            Systems.Windows => (major, minor) switch
            {
                (>= 13, _) => 11,
                (>= 1 and <= 10, _) => 10,
                (0, 2 or 3) => 8,
                (0, 1) => 7,
                _ => 0,
            },
            // 16 is what newer ones say to programs built before there was a macOS 26, and not only 26 does.
            Systems.MacOs => major == 16 ? 0 : major,
            // Of Linux it is the kernel's.
            Systems.Linux => 0,
            _ => major,
        };
    }
}
