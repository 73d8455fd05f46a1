using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.House;

/// <summary>ARCHITECTURE.md and CONTRIBUTING.md name what is there.</summary>
public sealed partial class MapTests
{
    private static readonly string Root = RepositoryRoot.Find();

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_map_lists_the_folders_of_a_project_and_no_others(string project)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "ARCHITECTURE.md"));
        var at = Array.FindIndex(lines, line => Heading(project).IsMatch(line));
        Assert.True(at > 0, $"ARCHITECTURE.md has no line for src/{project}/.");
        var listed = lines.Skip(at + 1).TakeWhile(line => line.StartsWith("│  │", StringComparison.Ordinal))
            .SelectMany(line => Folder().Matches(line.Split("   ")[0]).Select(folder => folder.Groups["name"].Value))
            .Order(StringComparer.Ordinal);
        var there = Directory.EnumerateDirectories(Path.Combine(Root, "src", project))
            .Where(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => folder is not ("obj" or "bin" or "Assets"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(there, listed);
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Files_that_a_page_names_are_there(string page)
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Root, page)))
            .Select(match => match.Groups["path"].Value)
            .Distinct()
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(IsThere(path), $"{page} names {path}."));
    }

    // From the repository's root, or from a project's: then the end of its path.
    private static bool IsThere(string path)
        => Directory.EnumerateFiles(Root, Path.GetFileName(path), SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(Path.GetRelativePath(Root, file))!.Replace('\\', '/'))
            .Any(folder => $"/{folder}".EndsWith($"/{Path.GetDirectoryName(path)!.Replace('\\', '/')}", StringComparison.Ordinal));

    private static Regex Heading(string project)
        => new($"^│  [├└]─ {Regex.Escape(project)}/ ", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"(?<![\w.])(?<name>[A-Z]\w+)/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folder();

    [GeneratedRegex(@"`(?<path>[\w./*-]+/[\w.*-]+\.(cs|razor|md|js))`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
