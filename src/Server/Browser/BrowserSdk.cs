using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Browser;

/// <summary>
/// The browser SDK (src/Browser), for pages of any site to import: at a name that always gives this server's own, and at one that
/// carries its version and never changes, whose integrity a page may pin. There are Flex's, and the larger one with Complete; two more
/// for those pages that use them: which passkeys a browser can use, and a sign-in in one call. Beside them, what their errors mean.
/// </summary>
internal static class BrowserSdk
{
    private static readonly byte[] Module = Read("openpassage.js");

    private static readonly string[] Others = ["complete", "readiness", "signin"];

    public static string Version { get; } = VersionOf(typeof(BrowserSdk).Assembly);

    /// <summary>Its Subresource Integrity: <c>sha384-…</c>.</summary>
    public static string Integrity { get; } = IntegrityOf(Module);

    // For the one of them that is a page.
    private static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ErrorGuide.Style)))}'; "
            + "frame-ancestors 'none'; base-uri 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var about = $$"""
            {"version":"{{Version}}",{{ServeModule(routes, "openpassage", Module)}}
            """;
        foreach (var other in Others)
        {
            var name = $"openpassage-{other}";
            about += $$"""
                ,"{{other}}":{{{ServeModule(routes, name, Read($"{name}.js"))}}}
                """;
        }

        Serve(routes, "openpassage.json", "application/json", Encoding.UTF8.GetBytes(about + "}\n"), "public, max-age=300");
        Serve(
            routes,
            "openpassage/errors",
            "text/html; charset=utf-8",
            ErrorGuide.ToHtml(Encoding.UTF8.GetString(Read("errors.md"))),
            "public, max-age=300");
    }

    /// <summary>What it is called under its version, and its integrity, as JSON's members.</summary>
    private static string ServeModule(IEndpointRouteBuilder routes, string name, byte[] module)
    {
        var versioned = $"{name}.{Version}.js";
        Serve(routes, $"{name}.js", "text/javascript; charset=utf-8", module, "public, max-age=300");
        Serve(routes, versioned, "text/javascript; charset=utf-8", module, "public, max-age=31536000, immutable");
        return $"\"file\":\"{versioned}\",\"integrity\":\"{IntegrityOf(module)}\"";
    }

    private static string IntegrityOf(byte[] module) => "sha384-" + Convert.ToBase64String(SHA384.HashData(module));

    private static void Serve(IEndpointRouteBuilder routes, string path, string type, byte[] content, string caching)
        => new MadeBefore(type, content, caching, static headers =>
        {
            // It is public, and pages that isolate themselves (COEP) may load it too.
            headers.AccessControlAllowOrigin = "*";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            headers.ContentSecurityPolicy = Policy;
        }).Map(routes, path);

    /// <summary>Without the commit that the build appends.</summary>
    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static byte[] Read(string name)
    {
        using var stream = typeof(BrowserSdk).Assembly.GetManifestResourceStream($"browser/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
