namespace OpenPassage.Server.Ready.Values;

/// <summary>What a report comes from.</summary>
internal static class Platforms
{
    public const string Web = "web";

    public const string Android = "android";

    public const string Ios = "ios";

    public const string MacOs = "macos";

    public const string TvOs = "tvos";

    public const string VisionOs = "visionos";

    /// <summary>An app that does not say on what it runs.</summary>
    public const string Other = "other";

    public static readonly IReadOnlyList<string> All = [Web, Ios, Android, MacOs, TvOs, VisionOs, Other];
}
