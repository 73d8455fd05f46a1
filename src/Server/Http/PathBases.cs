using System.Buffers;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Http;

/// <summary>The paths of a site that the server may stand below.</summary>
internal static class PathBases
{
    private const int MaxLength = 200;

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Ids.LettersAndDigits + "-._~");

    // What an address of the server begins with: below such a path, one could be taken for the other.
    private static readonly HashSet<string> OwnParts = new(StringComparer.OrdinalIgnoreCase)
    {
        "v1", "console", "health", "metrics", ".well-known", "openapi.json", "openpassage", "openpassage.js",
        "openpassage-complete.js", "openpassage-readiness.js", "openpassage-signin.js", "openpassage.json",
    };

    /// <summary>Whether this is one: of plain characters it means the same in every link and cookie.</summary>
    public static bool Allow(string path)
        => path is ['/', .. var rest] and { Length: <= MaxLength }
            && rest.Split('/') is [var first, ..] parts
            && !OwnParts.Contains(first)
            && !parts.Contains("..")
            && !parts.Contains(".")
            && parts.All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(PlainCharacters));
}
