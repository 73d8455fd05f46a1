using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>docs/guides/browser-errors.md: every code with its sentence.</summary>
internal static partial class ErrorGuide
{
    public static IReadOnlyDictionary<string, string> Sentences { get; } =
        Section().Matches(File.ReadAllText(Repository.At("docs", "guides", "browser-errors.md")))
            .ToDictionary(section => section.Groups["code"].Value, section => section.Groups["sentence"].Value, StringComparer.Ordinal);

    [GeneratedRegex("^## (?<code>\\S+)\n\n> (?<sentence>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();
}
