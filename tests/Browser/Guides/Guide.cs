namespace OpenPassage.Browser.Tests.Guides;

/// <summary>What a guide tells its reader to type, as it stands there.</summary>
internal static class Guide
{
    /// <summary>The blocks of a language below a heading, in order.</summary>
    public static IReadOnlyList<string> Blocks(string file, string heading, string language)
        => [.. Section(file, heading).Split($"```{language}\n").Skip(1)
            .Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    /// <summary>The rows of the table below a heading: the text of each cell.</summary>
    public static IEnumerable<string[]> Rows(string file, string heading)
        => Section(file, heading).Split('\n').Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Trim('|').Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries));

    private static string Section(string file, string heading)
        => File.ReadAllText(Repository.At(file.Split('/'))).ReplaceLineEndings("\n").Split($"# {heading}\n")[1].Split("\n## ")[0];
}
