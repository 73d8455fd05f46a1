namespace OpenPassage.Server.Ready.Values;

/// <summary>The operating systems whose versions are known, by the names that the server has for them.</summary>
internal static class Systems
{
    public const string Windows = "Windows";

    public const string MacOs = "macOS";

    public const string Ios = "iOS";

    public const string IPadOs = "iPadOS";

    public const string TvOs = "tvOS";

    public const string VisionOs = "visionOS";

    public const string Android = "Android";

    public const string ChromeOs = "ChromeOS";

    public const string Linux = "Linux";
}
