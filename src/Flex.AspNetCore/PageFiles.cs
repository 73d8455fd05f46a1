using System.Security.Cryptography;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace OpenPassage.Flex.AspNetCore;

/// <summary>
/// The page's part: scripts and a style sheet from this site itself, so that a strict content policy needs no other origin for them.
/// </summary>
internal static class PageFiles
{
    private static readonly (string Name, string Type)[] Files =
    [
        ("sign-in.js", "text/javascript"), ("manage.js", "text/javascript"), ("site.js", "text/javascript"),
        ("openpassage.js", "text/javascript"), ("openpassage-signin.js", "text/javascript"), ("passkeys.css", "text/css"),
    ];

    public static void Map(RouteGroupBuilder group)
    {
        foreach (var (name, type) in Files)
        {
            var bytes = Read(name);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
            group.MapGet(name, (HttpContext http) =>
            {
                // Asked for again at every visit, and answered with 304 until a new version is installed.
                http.Response.Headers.CacheControl = "no-cache";
                http.Response.Headers.XContentTypeOptions = "nosniff";
                return TypedResults.Bytes(bytes, type, entityTag: tag);
            }).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>What a script must know, for pages of this site alone.</summary>
    public static async Task<IResult> DescribeAsync(HttpContext http, PassageFlexSiteOptions site, PasskeyEndpointOptions options)
    {
        // A browser names the origin in a GET only when the page is another site's. Its answer would not be readable there, unless the
        // application's CORS policy is wide open.
        if (http.Request.Headers.Origin.Count > 0)
            return Refusal.Antiforgery;
        var tokens = http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http);
        var header = tokens.HeaderName ?? throw new InvalidOperationException(
            "AntiforgeryOptions.HeaderName is null: the page's script sends its token in a header.");
        return Json.Of(
            new Page(site.AppId, ServerFor(http, site), header, tokens.RequestToken!, await SignInUrlAsync(http, options)),
            PasskeyJson.Default.Page);
    }

    /// <summary>Where the page finds the passkey server: an address, or a path of this site.</summary>
    private static string ServerFor(HttpContext http, PassageFlexSiteOptions site) =>
        (site.PublicAddress ?? site.BaseAddress)?.OriginalString
        ?? (ServerInside.Handler(http.RequestServices) is null
            ? new PassageFlexOptions().BaseAddress.OriginalString
            : ServerInside.Path(http, site.AppId));

    /// <summary>The site's sign-in page with the parameter that brings people back, to which the page's own path is added.</summary>
    private static async Task<string?> SignInUrlAsync(HttpContext http, PasskeyEndpointOptions options)
    {
        var scheme = await http.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultChallengeSchemeAsync();
        var cookie = scheme?.HandlerType == typeof(CookieAuthenticationHandler)
            ? http.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme.Name)
            : null;
        var path = options.LoginPath ?? cookie?.LoginPath.Value;
        return path is null
            ? null
            : $"{http.Request.PathBase}{path}?{cookie?.ReturnUrlParameter ?? CookieAuthenticationDefaults.ReturnUrlParameter}=";
    }

    private static byte[] Read(string name)
    {
        using var resource = typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"{name} is not in the package.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
