using Microsoft.AspNetCore.Http;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>The languages that messages are written in.</summary>
internal static class Languages
{
    public const string Default = "en";

    /// <summary>How many languages of a browser are looked at.</summary>
    private const int Most = 16;

    public static IReadOnlyList<string> All { get; } = ["de", "en", "es", "fr", "it", "pl", "pt", "zh"];

    /// <summary>The language that was asked for if messages are written in it, else the browser's, else the app's.</summary>
    public static string Choose(string? asked, HttpRequest request, CompleteAppOptions app)
        => Of(asked) ?? OfBrowser(request) ?? Of(app.DefaultLanguage) ?? Default;

    /// <summary>Ours for a language tag such as <c>pt-BR</c> (RFC 5646): what it begins with decides. Null: none.</summary>
    private static string? Of(string? tag)
    {
        if (tag is null)
            return null;
        var end = tag.AsSpan().IndexOfAny('-', '_');
        var language = end < 0 ? tag.AsSpan() : tag.AsSpan(0, end);
        foreach (var one in All)
        {
            if (language.Trim().Equals(one, StringComparison.OrdinalIgnoreCase))
                return one;
        }

        return null;
    }

    // RFC 9110 §12.5.4. What the browser rules out (q=0) is not taken; of equals the first one is.
    private static string? OfBrowser(HttpRequest request)
        => request.GetTypedHeaders().AcceptLanguage
            .Take(Most)
            .Where(language => language.Quality is not <= 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Of(language.Value.Value))
            .FirstOrDefault(language => language is not null);
}
