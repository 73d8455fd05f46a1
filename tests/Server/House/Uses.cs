using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OpenPassage.Server.Tests.House;

/// <summary>A use of one room by another: which file names a type of which other file.</summary>
internal sealed record Use(string From, string To, string FromFile, string ToFile, string Type)
{
    public override string ToString() => $"{FromFile} uses {Type} of {ToFile}";
}

/// <summary>
/// What the rooms (folders) of a project use of each other, by the symbols that names stand for: a name that a using directive makes
/// known, a qualified one, and one of an enclosing namespace count alike. References from documentation comments do not count.
/// </summary>
internal static partial class Uses
{
    /// <summary>The room of the files at the top.</summary>
    public const string Top = "the project's root";

    /// <summary>All uses between rooms of these files; a file's first folder is its room.</summary>
    public static IReadOnlyList<Use> Between(IReadOnlyDictionary<string, string> files)
    {
        var trees = files.Where(file => file.Key.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => CSharpSyntaxTree.ParseText(file.Value, path: file.Key))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings))
            .ToArray();
        var project = CSharpCompilation.Create("Rooms", trees, References, new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var uses = new HashSet<Use>();
        foreach (var tree in trees)
        {
            var model = project.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                foreach (var type in TypesOf(model, name))
                    Add(uses, tree.FilePath, type);
            }
        }

        foreach (var (path, text) in files.Where(file => file.Key.EndsWith(".razor", StringComparison.Ordinal)))
        {
            foreach (var word in Word().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal))
            {
                // Two rooms may have a type of one name: which one a page means is not seen from here.
                if (project.GetSymbolsWithName(word, SymbolFilter.Type)
                    .OfType<INamedTypeSymbol>()
                    .ToList() is [{ ContainingType: null } type])
                    Add(uses, path, type);
            }
        }

        return [.. uses.OrderBy(use => use.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Each pair of rooms that lead to each other, with the uses on either side; empty: there is no circle.</summary>
    public static IReadOnlyList<string> Circles(IReadOnlyList<Use> uses)
    {
        var next = uses.ToLookup(use => use.From, use => use.To);
        return [.. uses.Where(use => Reaches(use.To, use.From)).GroupBy(use => (use.From, use.To))
            .Select(knot => $"{knot.Key.From} → {knot.Key.To} and back: {string.Join("; ", knot.Take(5))}")];

        bool Reaches(string from, string to)
        {
            var (seen, open) = (new HashSet<string>([from]), new Stack<string>([from]));
            while (open.TryPop(out var room))
            {
                if (room == to)
                    return true;
                foreach (var other in next[room].Where(seen.Add))
                    open.Push(other);
            }

            return false;
        }
    }

    /// <summary>The sources of a project, by their path in it.</summary>
    public static IReadOnlyDictionary<string, string> SourcesOf(string directory)
        => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Path: Path.GetRelativePath(directory, file).Replace('\\', '/')))
            .Where(file => Path.GetExtension(file.Path) is ".cs" or ".razor" && file.Path.Split('/')[0] is not ("obj" or "bin"))
            .ToDictionary(file => file.Path, file => File.ReadAllText(file.File), StringComparer.Ordinal);

    private static string RoomOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path.Split('/')[0] : Top;

    private static void Add(HashSet<Use> uses, string from, INamedTypeSymbol type)
    {
        foreach (var to in type.Locations.Where(place => place.IsInSource).Select(place => place.SourceTree!.FilePath))
        {
            if (from.Length > 0 && RoomOf(from) != RoomOf(to) && !type.Locations.Any(place => place.SourceTree?.FilePath == from))
                uses.Add(new(RoomOf(from), RoomOf(to), from, to, type.Name));
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(SemanticModel model, SimpleNameSyntax name)
    {
        var found = model.GetSymbolInfo(name);
        foreach (var symbol in found.Symbol is { } one ? [one] : found.CandidateSymbols.AsEnumerable())
        {
            var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            while (type?.ContainingType is { } outer)
                type = outer;
            // A member of a type that a name of its own stands for elsewhere says nothing new, but an extension
            // method's name is all there is.
            if (type is not null && symbol is not (ILocalSymbol or IParameterSymbol or INamespaceSymbol))
                yield return type.OriginalDefinition;
        }
    }

    private static IEnumerable<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file) is not ("OpenPassage.Server.Tests.dll" or "openpassage.dll"))
            .Select(file => MetadataReference.CreateFromFile(file))];

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
