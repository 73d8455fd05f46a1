using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Pictures;

/// <summary>A picture in <c>docs/pictures</c>: a page of the running product, light or dark.</summary>
/// <param name="Page">The page it shows, by the name that the file begins with.</param>
/// <param name="Scheme">The colours that the browser asks for.</param>
public sealed record Picture(string Page, ColorScheme Scheme)
{
    public const string Console = "console";
    public const string Demo = "demo";
    public const string Complete = "complete";

    /// <summary>Every picture that <c>docs/pictures/make</c> takes.</summary>
    public static IReadOnlyList<Picture> All { get; } =
    [
        .. from page in new[] { Console, Demo, Complete }
           from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
           select new Picture(page, scheme),
    ];

    public static string Folder => Repository.At("docs", "pictures");

    public string FileName => $"{Page}-{Scheme.ToString().ToLowerInvariant()}.png";

    public string File => Path.Combine(Folder, FileName);
}
