using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OpenPassage.WebAuthn.Tests.Readme;

/// <summary>
/// A <c>csharp</c> block of the package's README, compiled as a reader of it would: against this library and what every .NET
/// program has, with warnings as errors.
/// </summary>
internal sealed record ReadmeSample(string Heading, string Code)
{
    /// <summary>What a reader's project has: the framework's implicit usings.</summary>
    private const string ImplicitUsings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq;
        using System.Net.Http; using System.Threading; using System.Threading.Tasks;
        """;

    /// <summary>All samples, in order. No heading has two.</summary>
    public static IReadOnlyList<ReadmeSample> All { get; } = [.. Read()];

    // The test project has ASP.NET Core, a reader need not: only the base framework and the library are compiled against.
    private static readonly MetadataReference[] references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.Contains("Microsoft.NETCore.App", StringComparison.Ordinal)
                || Path.GetFileName(path) == "OpenPassage.WebAuthn.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>
    /// Runs the sample. It finds there what earlier samples declared and what the text around it introduces, and leaves there
    /// what it declares itself.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// It does not compile without a warning; the message lists the compiler's complaints.
    /// </exception>
    public void Run(Dictionary<string, object> variables)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var root = CSharpSyntaxTree.ParseText(Code, cancellationToken: cancellation).GetCompilationUnitRoot(cancellation);
        var declared = root.Members.OfType<GlobalStatementSyntax>()
            .Select(member => member.Statement).OfType<LocalDeclarationStatementSyntax>()
            .SelectMany(statement => statement.Declaration.Variables, (_, variable) => variable.Identifier.Text)
            .ToList();
        var found = variables.Where(variable => !declared.Contains(variable.Key, StringComparer.Ordinal)).ToList();
        var fields = found.Select(variable => $"    public static {NameOf(variable.Value.GetType())} {variable.Key} = default!;\n");

        var sample = Compile($$"""
            #nullable enable
            {{ImplicitUsings}}
            using OpenPassage.WebAuthn;
            {{string.Concat(root.Usings.Select(directive => directive.ToString()).Where(text => text != "using OpenPassage.WebAuthn;"))}}
            public static class Sample
            {
            {{string.Concat(fields)}}
                public static void Run(Dictionary<string, object?> declared)
                {
                    {{root.Members.ToFullString()}}
                    {{string.Concat(declared.Select(name => $"declared[\"{name}\"] = {name};\n"))}}
                }
            }
            """).GetType("Sample")!;
        foreach (var (name, value) in found)
            sample.GetField(name)!.SetValue(obj: null, value);
        var left = new Dictionary<string, object?>(StringComparer.Ordinal);
        sample.GetMethod("Run")!.Invoke(obj: null, [left]);
        foreach (var (name, value) in left.Where(variable => variable.Value is not null))
            variables[name] = value!;
    }

    private Assembly Compile(string source)
    {
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(source)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var complaints = compilation.Emit(image).Diagnostics
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .ToList();
        return complaints.Count == 0
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException($"\"{Heading}\" does not compile:\n{string.Join('\n', complaints)}\n{source}");
    }

    private static string NameOf(Type type)
    {
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + "[]";
        var name = type.FullName!.Replace('+', '.');
        return type.IsGenericType ? $"{name[..name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }

    private static IEnumerable<ReadmeSample> Read()
    {
        var (heading, block) = ("", (StringBuilder?)null);
        foreach (var line in File.ReadLines(Path.Combine(Vectors.Root, "src", "WebAuthn", "README.md")))
        {
            if (block is not null && line == "```")
            {
                yield return new ReadmeSample(heading, block.ToString());
                block = null;
            }
            else if (block is not null)
                block.AppendLine(line);
            else if (line == "```csharp")
                block = new StringBuilder();
            else if (line.StartsWith("## ", StringComparison.Ordinal))
                heading = line[3..];
        }
    }
}
