using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Locales;

/// <summary>
/// The texts of passage-elements, which has none of its own: by its keys, in eight languages, at addresses that end as Passage's did.
/// For any other language there is nothing, and the elements use the app's.
/// </summary>
internal static class ElementTexts
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var language in Languages.All)
        {
            new MadeBefore("application/json", Read($"{language}.json"), "public, max-age=300", static headers =>
            {
                // Public, as the browser SDK is.
                headers.AccessControlAllowOrigin = "*";
                headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            }).Map(routes, $"openpassage/locales/passage-auth/v2/{language}.json");
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(ElementTexts).Assembly.GetManifestResourceStream($"locales/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
