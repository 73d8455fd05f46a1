using System.Security.Cryptography;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Http;

/// <summary>The console's stylesheet, script and icon, under names that change with their content and may be kept for ever.</summary>
internal static class Files
{
    private static readonly (string Name, string Type, byte[] Content)[] All =
    [
        ("console.css", "text/css; charset=utf-8", Read("console.css")),
        ("console.js", "text/javascript; charset=utf-8", Read("console.js")),
        ("icon.svg", "image/svg+xml", Read("icon.svg")),
    ];

    public static string Css { get; } = PathOf("console.css");

    public static string Js { get; } = PathOf("console.js");

    public static string Icon { get; } = PathOf("icon.svg");

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, type, content) in All)
        {
            new MadeBefore(type, content, "public, max-age=31536000, immutable", SecurityHeaders.Set)
                .Map(routes, PathOf(name)[ConsolePaths.Root.Length..]);
        }
    }

    private static string PathOf(string name)
    {
        var content = Array.Find(All, asset => asset.Name == name).Content;
        return $"{ConsolePaths.Root}/assets/{Convert.ToHexStringLower(SHA256.HashData(content)[..6])}/{name}";
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(Files).Assembly.GetManifestResourceStream($"assets/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
