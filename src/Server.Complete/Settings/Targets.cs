namespace OpenPassage.Server.Complete.Settings;

/// <summary>Where a page may be sent: never to a script, and never to another site.</summary>
internal static class Targets
{
    private const int MaxLength = 512;

    /// <summary>What is wrong with a path: a predicate, or null.</summary>
    public static string? BrokenPath(string text)
        => IsPath(text) ? null : $"is '{text}' and should be a path such as /login, on the app's own origin.";

    /// <summary>What is wrong with a path, or a URL on one of the app's origins: a predicate, or null.</summary>
    public static string? BrokenTarget(string text, AppOptions app)
        => IsPath(text) || IsOnOrigin(text, app)
            ? null
            : $"is '{text}' and should be a path such as /home, or a URL on one of the app's origins.";

    /// <summary>The same as a sentence for whoever calls; null: it is one, or there is none.</summary>
    public static string? WhyNotPath(string? path)
        => path is { Length: > 0 } && !IsPath(path) ? "magic_link_path is no path such as /login, on the app's own origin." : null;

    /// <inheritdoc cref="WhyNotPath"/>
    public static string? WhyNotTarget(string? target, AppOptions app)
        => target is { Length: > 0 } && BrokenTarget(target, app) is not null
            ? "redirect_url is no path such as /home, and no URL on one of the app's origins."
            : null;

    // Browsers read "//" and "/\" as the beginning of a host.
    private static bool IsPath(string text)
        => text is ['/', ..] and not (['/', '/', ..] or ['/', '\\', ..]) && text.Length <= MaxLength && IsPlain(text);

    private static bool IsOnOrigin(string text, AppOptions app)
        => text.Length <= MaxLength
            && IsPlain(text)
            && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.UserInfo.Length == 0
            && app.Origins.Concat(app.RelatedOrigins).Contains(url.GetLeftPart(UriPartial.Authority), StringComparer.Ordinal);

    private static bool IsPlain(string text) => text.All(letter => letter is > ' ' and not '\\' and not '\u007F');
}
