using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>The first page of the SDK's README, with the reader's own server and app in it.</summary>
internal static partial class Readme
{
    public static string Text { get; } = File.ReadAllText(Repository.At("src", "Browser", "README.md"));

    public static string Page(Uri server, string app) => FirstPage().Match(Text).Groups["html"].Value
        .Replace("https://passkeys.example.com/", server.ToString(), StringComparison.Ordinal)
        .Replace("your-app-id", app, StringComparison.Ordinal);

    [GeneratedRegex("```html\n(?<html>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstPage();
}
