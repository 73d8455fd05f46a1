using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;

namespace OpenPassage.Browser.Tests.Official;

/// <summary>
/// A page of a site that uses Passage's published JavaScript client, bundled as such sites bundle it and otherwise untouched.
/// </summary>
internal sealed class OfficialPage : IAsyncDisposable
{
    private const string Flex =
        """
        import { PassageFlex } from '/client.js';
        window.flexOf = (app) => new PassageFlex(app);
        window.outcome = async (action) => {
          try {
            return { nonce: await action() };
          } catch ({ name, message, statusCode, statusText }) {
            return { name, message, statusCode: statusCode ?? 0, statusText };
          }
        };
        """;

    private readonly WebApplication site;

    private OfficialPage(WebApplication site) => this.site = site;

    /// <summary>What its pages have before the client; it may be set once they are served.</summary>
    public string Before { get; set; } = "";

    public string Origin => LocalSite.OriginOf(site);

    /// <summary>With the client of Flex.</summary>
    public static Task<OfficialPage> StartAsync() => StartAsync("passage-flex-js", Flex);

    /// <summary>
    /// With one of Passage's packages as <c>/client.js</c>, and a script that uses it. Beside them the files of intl-tel-input.
    /// </summary>
    public static async Task<OfficialPage> StartAsync(string package, string script, string entry = "dist/index.js")
    {
        string Html(string before) =>
            $"""
            <!doctype html>
            <meta charset="utf-8">
            <title>A site with the official client</title>
            {before}
            <input autocomplete="username webauthn" aria-label="Name">
            <script type="module">
            {script}
            </script>
            """;
        var bundle = await Bundle.OfAsync(package, entry);
        var app = LocalSite.Build();
        var page = new OfficialPage(app);
        app.MapGet("/", () => Results.Content(Html(page.Before), "text/html"));
        app.MapGet("/client.js", () => Results.Bytes(bundle, "text/javascript"));
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/intl-tel-input",
            FileProvider = new PhysicalFileProvider(Repository.At("tests", "Browser", "node_modules", "intl-tel-input", "build")),
        });
        await app.StartAsync();
        return page;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
