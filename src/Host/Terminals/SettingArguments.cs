using System.Diagnostics.CodeAnalysis;

namespace OpenPassage.Host.Terminals;

/// <summary>
/// Tells settings (<c>--OpenPassage:DataDirectory /x</c>, <c>--urls=…</c>) from commands and their options. What is neither is
/// left for the parser to refuse: a misspelled setting must not be ignored.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Every other setting has a section, and so a colon in its name.</summary>
    private static readonly HashSet<string> WithoutSection =
        new(StringComparer.OrdinalIgnoreCase)
        {
            "urls", "http_ports", "https_ports", "contentRoot", "environment", "AllowedHosts", "shutdownTimeoutSeconds", "openapi",
        };

    /// <param name="args">The arguments as they came.</param>
    /// <param name="settings">Each as <c>--name=value</c>.</param>
    /// <param name="words">The rest, in order.</param>
    /// <param name="wrong">A sentence, when a setting has no value.</param>
    public static bool TrySplit(string[] args, out string[] settings, out string[] words, [NotNullWhen(false)] out string? wrong)
    {
        var (ours, rest) = (new List<string>(), new List<string>());
        wrong = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                // What follows is no option of any kind, whatever it looks like.
                rest.AddRange(args[i..]);
                break;
            }

            if (!IsSetting(args[i]))
                rest.Add(args[i]);
            else if (args[i].Contains('=', StringComparison.Ordinal))
                ours.Add(args[i]);
            else if (i + 1 < args.Length)
                ours.Add($"{args[i]}={args[++i]}");
            else
                wrong = $"{args[i]} needs a value: {args[i]} …";
        }

        settings = [.. ours];
        words = [.. rest];
        return wrong is null;
    }

    private static bool IsSetting(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return false;
        var name = argument[2..].Split('=')[0];
        return name.Contains(':', StringComparison.Ordinal) || WithoutSection.Contains(name);
    }
}
