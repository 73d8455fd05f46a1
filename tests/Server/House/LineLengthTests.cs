using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace OpenPassage.Server.Tests.House;

/// <summary>A line of code is read without scrolling, beside another file or a diff.</summary>
public sealed partial class LineLengthTests
{
    private const int Limit = 140;

    private static readonly string Root = RepositoryRoot.Find();

    // Made by a build or a package manager.
    private static readonly string[] Made = ["bin", "obj", "node_modules", "dist", "types"];

    public static TheoryData<string> Folders => ["src", "tests", "samples", "benchmarks", "tools", "docs", "deploy", ".ci", "."];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lines_of_code_end_at_140_characters(string folder)
    {
        var files = CodeIn(Path.Combine(Root, folder), deep: folder != ".").ToList();
        var longer = files.SelectMany(file => TooLong(Path.GetRelativePath(Root, file), File.ReadAllText(file))).ToList();

        Assert.NotEmpty(files);
        Assert.True(longer.Count == 0, string.Join('\n', longer));
    }

    [Theory]
    [InlineData("Code.cs", "var a = Call({0}, {0}, {0}, {0});", true)]
    [InlineData("Code.cs", "// {0} {0} {0} {0}", true)]
    [InlineData("Code.cs", "var a = \"{0} {0} {0} {0}\";", true)]
    [InlineData("Code.cs", "var a = \"\"\"{0} {0} {0} {0}\"\"\";", true)]
    [InlineData("Code.cs", "var a = \"\"\"\n    {0} {0} {0} {0}\n    \"\"\";", false)]
    [InlineData("Code.cs", "Call(\"\"\"\n    a\n    \"\"\", {0}, {0}, {0}, {0});", true)]
    [InlineData("Code.cs", "var a = $\"\"\"\n    {0} {{0}} {0} {0}\n    \"\"\";", false)]
    [InlineData("Code.cs", "var a = \"https://example.com/{0}/{0}/{0}/{0}\";", false)]
    [InlineData("Code.cs", "[InlineData(\"Mozilla/5.0 (Linux; Android 14) {0} {0} {0}\", \"Chrome on Android\", \"phone\")]", false)]
    [InlineData("Page.razor", "<p class=\"hint\">{0} {0} {0} {0}</p>", true)]
    [InlineData("page.js", "const text = `{0} {0} {0} {0}`;", true)]
    [InlineData("run", "echo {0} {0} {0} {0}", true)]
    public void Only_raw_strings_and_what_cannot_be_broken_may_be_longer(string path, string text, bool tooLong)
        => Assert.Equal(tooLong, TooLong(path, text.Replace("{0}", "a_word_of_thirty_five_characters_xx", StringComparison.Ordinal)).Any());

    private static IEnumerable<string> CodeIn(string folder, bool deep)
        => Directory.EnumerateFiles(folder).Where(IsCode)
            .Concat(deep
                ? Directory.EnumerateDirectories(folder)
                    .Where(inner => !Made.Contains(Path.GetFileName(inner)))
                    .SelectMany(inner => CodeIn(inner, deep))
                : []);

    private static bool IsCode(string file)
        => Path.GetExtension(file) switch
        {
            ".cs" or ".razor" or ".js" or ".mjs" or ".ts" or ".sql" or ".sh" => true,
            "" => File.ReadLines(file).FirstOrDefault()?.StartsWith("#!", StringComparison.Ordinal) == true,
            _ => false,
        };

    private static IEnumerable<string> TooLong(string path, string text)
    {
        var lines = SourceText.From(text).Lines;
        var longer = lines.Where(line => line.Span.Length > Limit && !Unbreakable().IsMatch(line.ToString())).ToList();
        if (longer.Count == 0)
            return [];
        TextSpan[] raw = Path.GetExtension(path) == ".cs" ? [.. RawStringsOf(text)] : [];
        return longer.Where(line => !raw.Any(one => one.Start < line.Start && line.End <= one.End))
            .Select(line => $"{path}:{line.LineNumber + 1} has {line.Span.Length} characters.");
    }

    private static IEnumerable<TextSpan> RawStringsOf(string text)
    {
        foreach (var node in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes())
        {
            if (node is LiteralExpressionSyntax { Token: var token } && token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken))
                yield return token.Span;
            if (node is InterpolatedStringExpressionSyntax interpolated
                && interpolated.StringStartToken.IsKind(SyntaxKind.InterpolatedMultiLineRawStringStartToken))
                yield return interpolated.Span;
        }
    }

    // A URL, a fingerprint, a value in base64; or what a browser was recorded to call itself.
    [GeneratedRegex(@"[\w+/=:.?&%#~@-]{101,}|""Mozilla/5\.0 [^""]{88,}""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unbreakable();
}
