using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Complete.Settings;

/// <summary>The origin of the pages on which an app's people sign in.</summary>
internal static class AuthOrigins
{
    /// <summary>What is set, else the first of its origins.</summary>
    public static string Of(App app) => app.Settings.Complete.AuthOrigin ?? (app.Origins is [var first, ..] ? first : "");
}
