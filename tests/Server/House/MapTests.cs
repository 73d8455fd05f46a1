using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.House;

/// <summary>ARCHITECTURE.md and CONTRIBUTING.md name what is there.</summary>
public sealed partial class MapTests
{
    private static readonly string Root = RepositoryRoot.Find();

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(directory => Path.GetFileName(directory))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_map_lists_the_folders_of_a_project_and_no_others(string project)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "ARCHITECTURE.md"));
        var at = Array.FindIndex(lines, line => Heading(project).IsMatch(line));
        Assert.True(at > 0, $"ARCHITECTURE.md has no line for src/{project}/.");
        var listed = lines.Skip(at + 1).TakeWhile(line => line.StartsWith("│  │", StringComparison.Ordinal)
                || (line.StartsWith("│     ", StringComparison.Ordinal) && project == "Browser"))
            .SelectMany(line => Folder().Matches(line.Split("   ")[0]).Select(folder => folder.Groups["name"].Value))
            .Order(StringComparer.Ordinal);
        var there = Directory.EnumerateDirectories(Path.Combine(Root, "src", project))
            .Where(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => folder is not ("obj" or "bin" or "Assets" or "node_modules") && (project != "Browser"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(there, listed);
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Files_that_a_page_names_are_there(string page)
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(match => match.Groups["path"].Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(
            Directory.EnumerateFiles(Path.Combine(Root, "src"), Path.GetFileName(path), SearchOption.AllDirectories)
                .Any(file => file.Replace('\\', '/').EndsWith('/' + path.TrimStart('/'), StringComparison.Ordinal))
            || File.Exists(Path.Combine(Root, path)) || path.Contains('*', StringComparison.Ordinal), $"{page} names {path}."));
    }

    private static Regex Heading(string project)
        => new($"^│  [├└]─ {Regex.Escape(project)}/ ", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"(?<![\w.])(?<name>[A-Z]\w+)/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folder();

    [GeneratedRegex(@"`(?<path>[\w./*-]+/[\w.*-]+\.(cs|razor|md|js))`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
