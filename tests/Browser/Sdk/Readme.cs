using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>The pages of the SDK's README, with the reader's own server and app in them: Flex's first, then Complete's.</summary>
internal static partial class Readme
{
    public static string Text { get; } = File.ReadAllText(Repository.At("src", "Browser", "README.md"));

    public static string Page(Uri server, string app) => PageAt(0, server, app);

    public static string CompletePage(Uri server, string app) => PageAt(1, server, app);

    private static string PageAt(int place, Uri server, string app) => Pages().Matches(Text)[place].Groups["html"].Value
        .Replace("https://passkeys.example.com/", server.ToString(), StringComparison.Ordinal)
        .Replace("your-app-id", app, StringComparison.Ordinal);

    [GeneratedRegex("```html\n(?<html>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pages();
}
