using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OpenPassage.Complete.Tests;

/// <summary>A package's README: its blocks of C#, compiled as they stand.</summary>
internal static partial class Readme
{
    /// <summary>What the console shows for the backend of an app of Complete.</summary>
    public static string QuickStart { get; } =
        OfQuickStart().Match(Text("Console/Apps", "CompleteQuickStartPage.razor")).Groups["code"].Value;

    public static string Text(string package, string file = "README.md")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpenPassage.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, "src", package, file));
    }

    public static IReadOnlyList<string> Samples(string package) =>
        [.. CSharp().Matches(Text(package)).Select(match => match.Groups["code"].Value)];

    /// <exception cref="InvalidOperationException">It does not compile; the message lists the compiler's errors.</exception>
    public static Assembly Compile(string code, OutputKind kind = OutputKind.DynamicallyLinkedLibrary, string usings = "")
    {
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings + usings), CSharpSyntaxTree.ParseText(code)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(kind).WithNullableContextOptions(NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        return emitted.Success
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException($"It does not compile:\n{string.Join('\n', emitted.Diagnostics)}\n{code}");
    }

    /// <summary>Statements, moved into a method after their usings.</summary>
    public static string InMethod(string code, string fields, string result = "null") => $$"""
        {{string.Join('\n', Usings().Matches(code).Select(match => match.Value))}}
        public static class Sample
        {
            {{fields}}

            public static async Task<object?> RunAsync()
            {
                {{Usings().Replace(code, "")}}
                await Task.CompletedTask;
                return {{result}};
            }
        }
        """;

    /// <summary>What a reader's project has: the framework's implicit usings.</summary>
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;

        """;

    public const string WebUsings = """
        global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;

        """;

    [GeneratedRegex(
        "^```csharp\n(?<code>.*?)^```",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CSharp();

    [GeneratedRegex(
        " CSharp = \"\"\"\n(?<code>.*?)\n *\"\"\";",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfQuickStart();

    [GeneratedRegex("^using [A-Za-z.]+;\r?$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Usings();
}
