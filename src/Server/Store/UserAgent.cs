namespace OpenPassage.Server.Store;

/// <summary>Browser and system from a user agent string, for names people read; never for a decision.</summary>
internal static class UserAgent
{
    /// <summary>Such as <c>Chrome on macOS</c>; null when neither is known.</summary>
    public static string? Display(string? userAgent) => throw new NotImplementedException();
}
