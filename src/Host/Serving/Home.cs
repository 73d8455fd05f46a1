using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.Server;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Host.Serving;

/// <summary>
/// The server's root, which leads a browser to the console and tells others what is where; and every address that is none, with
/// the envelope of the API.
/// </summary>
internal static class Home
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var anybody = routes.MapGroup("").For(Audience.Anybody);
        anybody.MapGet("/", (RequestDelegate)AnswerAsync).ExcludeFromDescription();
        anybody.MapEverythingElse();
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var console = context.RequestServices.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value.Enabled;
        response.Headers.Vary = HeaderNames.Accept;
        if (console && WantsPage(request))
        {
            response.Redirect(request.PathBase + ConsolePaths.Root);
            return Task.CompletedTask;
        }

        string At(string path) => request.PathBase + path;
        return Wire.WriteAsync(
            response,
            new Places(console ? At(ConsolePaths.Root) : null, At("/openapi.json"), At("/openpassage.js"), At("/health/ready")),
            PlacesWire.Default.Places);
    }

    /// <summary>A browser says that it takes a page, and likes nothing better. What takes anything is a program.</summary>
    private static bool WantsPage(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types))
            return false;
        var page = types.FirstOrDefault(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
        return page is not null && page.Quality != 0 && types.All(type => (type.Quality ?? 1) <= (page.Quality ?? 1));
    }
}

/// <summary>What is where.</summary>
internal sealed record Places(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Console,
    string Description,
    string BrowserSdk,
    string Ready);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Places))]
internal sealed partial class PlacesWire : JsonSerializerContext;
