using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.Guides;

/// <summary>SECURITY.md's table of attacks: every attack is answered by tests that carry its number, or by a reason why not.</summary>
public sealed partial class ThreatsTests
{
    private const int Attacks = 43;

    private static readonly string Root = RepositoryRoot.Find();

    private static readonly Dictionary<string, string> Sources = Directory
        .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "node_modules"))
        .ToDictionary(file => file, File.ReadAllText);

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Attacks)];

    [Fact]
    public void Every_attack_has_one_row_in_order() => Assert.Equal(Enumerable.Range(1, Attacks), Rows().Select(row => row.Number));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Its_tests_exist_and_carry_its_number_or_there_is_a_reason(int number)
    {
        var answer = Rows().Single(row => row.Number == number).Answer;
        var tests = Names().Matches(answer);
        if (tests.Count == 0)
        {
            Assert.StartsWith("No test: ", answer, StringComparison.Ordinal);
            return;
        }

        foreach (Match test in tests)
        {
            var (type, method) = (test.Groups["type"].Value, test.Groups["method"].Value);
            var file = Sources.Values.SingleOrDefault(source =>
                Declares(source, type) && source.Contains($" {method}(", StringComparison.Ordinal));
            Assert.True(file is not null, $"There is no test {type}.{method}.");
            Assert.True(Carries(file, number), $"{type} does not say that it is about threat {number}.");
        }
    }

    private static bool Declares(string source, string type) =>
        Regex.IsMatch(source, $@"\bclass {type}\b", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static bool Carries(string source, int number) => Mentions().Matches(source)
        .SelectMany(mention => mention.Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        .Contains($"{number}", StringComparer.Ordinal);

    private static List<(int Number, string Answer)> Rows() =>
        [.. Cells().Matches(File.ReadAllText(Path.Combine(Root, "SECURITY.md")).ReplaceLineEndings("\n"))
            .Select(row => (int.Parse(row.Groups["number"].Value), row.Groups["answer"].Value))];

    [GeneratedRegex(@"^\| (?<number>[0-9]+) \| [^|]+ \| (?<answer>[^|]+) \|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Cells();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+)\.(?<method>[A-Z]\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();

    /// <summary>"Threat 5", "threats 6 and 11", "Threats 9, 10 and 35".</summary>
    [GeneratedRegex(@"[Tt]hreats? [0-9]+((, | and )[0-9]+)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mentions();
}
