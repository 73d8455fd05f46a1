using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Locales;

/// <summary>
/// The texts of passage-elements, which has none of its own: by its keys, in eight languages, at addresses that end as Passage's did.
/// For any other language there is nothing, and the elements use the app's. For a country's variety of a language they are the language's:
/// elements take what they look for there and do not find for a text that does not exist, and show one of their few English ones.
/// </summary>
internal static class ElementTexts
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var language in Languages.All)
        {
            var texts = new MadeBefore("application/json", Read($"{language}.json"), "public, max-age=300", static headers =>
            {
                // Public, as the browser SDK is.
                headers.AccessControlAllowOrigin = "*";
                headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            });
            texts.Map(routes, $"openpassage/locales/passage-auth/v2/{language}.json");
            texts.Map(routes, $"openpassage/locales/passage-auth/v2/{language}-{{country}}.json");
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
