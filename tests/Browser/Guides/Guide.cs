namespace OpenPassage.Browser.Tests.Guides;

/// <summary>What a guide tells its reader to type, as it stands there.</summary>
internal static class Guide
{
    /// <summary>The blocks of a language below a heading, in order.</summary>
    public static IReadOnlyList<string> Blocks(string file, string heading, string language)
    {
        var text = File.ReadAllText(Repository.At(file.Split('/'))).ReplaceLineEndings("\n");
        var section = text.Split($"# {heading}\n")[1].Split("\n## ")[0];
        return [.. section.Split($"```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];
    }
}
