using System.Text;
using System.Text.RegularExpressions;

namespace OpenPassage.Browser.Tests.Samples;

/// <summary>A guide as somebody follows it: commands, and files to write, in order.</summary>
internal sealed partial record Guide(string Text)
{
    public static Guide Read(string name) => new(File.ReadAllText(Repository.At("docs", "guides", name)));

    /// <summary>The blocks of the guide; the file is named in a line of its own before its block.</summary>
    public IEnumerable<(string Language, string? File, string Content)> Blocks()
    {
        string? file = null;
        (string Language, string? File)? open = null;
        var content = new StringBuilder();
        foreach (var line in Text.Split('\n'))
        {
            if (open is { } block && line == "```")
            {
                yield return (block.Language, block.File, content.ToString());
                open = null;
                file = null;
            }
            else if (open is not null)
                content.Append(line).Append('\n');
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                open = (line[3..], file);
                content.Clear();
            }
            else if (line.Length > 0)
                file = FileName().Match(line) is { Success: true } match ? match.Groups["file"].Value : null;
        }
    }

    [GeneratedRegex("^`(?<file>[A-Za-z./]+)`:$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
