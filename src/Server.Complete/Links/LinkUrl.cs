using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Settings;

namespace OpenPassage.Server.Complete.Links;

/// <summary>Where links lead: to a page of the app on its auth origin, which no request can change (threat 37).</summary>
internal static class LinkUrl
{
    /// <summary>What sign-in links are read from.</summary>
    public const string SignIn = "psg_magic_link";

    /// <summary>What links are read from that prove or undo something.</summary>
    public const string Verify = "psg_verify_link";

    /// <summary>
    /// The secret stands in the query, before the fragment: clients look nowhere else. One that the path already has is replaced.
    /// </summary>
    /// <param name="app">Whose page it is.</param>
    /// <param name="path">A path with query and fragment, as <see cref="Settings.Targets"/> allows it.</param>
    /// <param name="purpose">What the link does.</param>
    /// <param name="secret">What makes it good.</param>
    public static string Of(App app, string path, LinkPurpose purpose, LinkSecret secret)
    {
        var (before, fragment) = Cut(path, '#');
        var (place, query) = Cut(before, '?');
        var kept = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(one => Cut(one, '=').Before is not (SignIn or Verify));
        var name = purpose == LinkPurpose.SignIn ? SignIn : Verify;
        return $"{AuthOrigins.Of(app)}{place}?{string.Join('&', [.. kept, $"{name}={secret.Text}"])}{fragment}";
    }

    // The sign goes with what is behind it.
    private static (string Before, string Behind) Cut(string text, char sign)
        => text.IndexOf(sign, StringComparison.Ordinal) is >= 0 and var place ? (text[..place], text[place..]) : (text, "");
}
