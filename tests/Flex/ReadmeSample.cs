using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OpenPassage.Flex.Tests;

/// <summary>
/// A <c>csharp</c> block of a README, compiled as it stands. A block may use <c>passage</c>, <c>externalId</c> and <c>nonce</c>, which
/// the text around it introduces, or declare them itself.
/// </summary>
public sealed partial record ReadmeSample(string File, string Heading, string Code)
{
    /// <summary>What a reader's project has: the framework's implicit usings.</summary>
    private const string ImplicitUsings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using System.Net.Http; using System.Threading; using System.Threading.Tasks;
        """;

    /// <summary>The Flex samples of a README, in order. A block that calls nothing of the SDK is another project's, or a class.</summary>
    public static IReadOnlyList<ReadmeSample> In(string file) =>
    [
        .. All(file).Where(sample => sample.Code.Contains("new PassageFlex(", StringComparison.Ordinal)
            || sample.Code.Contains("passage.", StringComparison.Ordinal)),
    ];

    /// <summary>Every block of C#.</summary>
    public static IReadOnlyList<ReadmeSample> All(string file)
    {
        var samples = new List<ReadmeSample>();
        var heading = "";
        var block = (StringBuilder?)null;
        foreach (var line in System.IO.File.ReadLines(Path.Combine(Root, file)))
        {
            if (block is null && Headings().Match(line) is { Success: true } match)
                heading = match.Groups["heading"].Value;
            else if (block is null && line.StartsWith("```csharp", StringComparison.Ordinal))
                block = new StringBuilder();
            else if (block is not null && line.StartsWith("```", StringComparison.Ordinal))
            {
                samples.Add(new ReadmeSample(file, heading, block.ToString()));
                block = null;
            }
            else
                block?.AppendLine(line);
        }
        return samples;
    }

    /// <summary>The console's quick start of an app: its line with the namespace, and the rest.</summary>
    public static (string Usings, string Code) QuickStart(string appId, string server)
    {
        var page = System.IO.File.ReadAllText(Path.Combine(Root, "src", "Console", "Apps", "QuickStartPage.razor"));
        var code = OfQuickStart().Match(page).Groups["code"].Value
            .Replace("{{Id}}", appId, StringComparison.Ordinal)
            .Replace("{{Server}}", server, StringComparison.Ordinal);
        return code.Split('\n', 2) is [var first, var rest] ? (first, rest) : throw new InvalidOperationException("The page has no C#.");
    }

    /// <summary>
    /// Runs the sample. A client that it makes is made for the same server as <paramref name="passage"/>, which a reader's is by default.
    /// Returns the variable named <paramref name="result"/>, and what was written to the console.
    /// </summary>
    public async Task<(object? Result, string Output)> RunAsync(
        PassageFlex passage, PassageFlexOptions options, string externalId, string nonce, string? result = null)
    {
        var code = Code.Replace("PASSAGE_API_KEY\")!)", "PASSAGE_API_KEY\")!, options)", StringComparison.Ordinal);
        var sample = Compile(code, result).GetType("Sample")!;
        using var console = new StringWriter { NewLine = "\n" };
        var fields = new (string, object)[]
        {
            ("passage", passage), ("options", options), ("externalId", externalId), ("nonce", nonce), ("Console", console),
        };
        foreach (var (name, value) in fields)
            sample.GetField(name)!.SetValue(obj: null, value);
        var returned = await (Task<object?>)sample.GetMethod("RunAsync")!.Invoke(obj: null, parameters: null)!;
        return (returned, console.ToString());
    }

    /// <summary>The sample as it stands, compiled.</summary>
    /// <exception cref="InvalidOperationException">It does not compile; the message lists the compiler's errors.</exception>
    public Assembly Compile() => Compile(Code, result: null);

    /// <summary>The same for a sample that is a file of its own, with classes in it.</summary>
    public Assembly CompileFile() => Emit($"{ImplicitUsings}\n{Code}");

    private Assembly Compile(string code, string? result)
    {
        // Fields, so that a sample may declare a variable of the same name. Console is one of them: tests run side by side.
        var usings = Usings().Matches(code)
            .Select(match => match.Value.TrimEnd())
            .Append("using OpenPassage.Flex;")
            .Distinct(StringComparer.Ordinal);
        return Emit($$"""
            {{ImplicitUsings}}
            {{string.Join('\n', usings)}}
            public static class Sample
            {
                public static PassageFlex passage;
                public static PassageFlexOptions options;
                public static string externalId;
                public static string nonce;
                public static TextWriter Console;

                public static async Task<object> RunAsync()
                {
                    {{Usings().Replace(code, "")}}
                    await Task.CompletedTask;
                    return {{result ?? "null"}};
                }
            }
            """);
    }

    private Assembly Emit(string source)
    {
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(source)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
                .WithNullableContextOptions(NullableContextOptions.Annotations));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        return emitted.Success
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException($"{this} does not compile:\n{string.Join('\n', emitted.Diagnostics)}\n{source}");
    }

    public override string ToString() => $"{File}: {Heading}";

    private static IEnumerable<MetadataReference> References { get; } =
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "OpenPassage.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(
        " CSharp => [$]{2}\"{3}\n(?<code>.*?)\n *\"{3};",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfQuickStart();

    [GeneratedRegex("^#+ (?<heading>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Headings();

    [GeneratedRegex("^using [A-Za-z.]+;\r?$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Usings();
}
