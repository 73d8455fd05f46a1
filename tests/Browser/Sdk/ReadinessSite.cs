using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>A site that reports what its visitors' browsers can do, and what hears of it in the server's place.</summary>
public sealed class ReadinessSite : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Report>> reports = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private WebApplication site = null!;
    private Chromium chromium = null!;

    public string Origin => LocalSite.OriginOf(site);

    public async ValueTask InitializeAsync()
    {
        site = LocalSite.Build();
        site.MapGet("/", () => Html("/dist/openpassage-readiness.js"));
        site.MapGet("/unbundled", () => Html("/sdk/readiness.js"));
        site.MapGet("/sdk/{file}", (string file) => Script("src", "Browser", Path.GetFileName(file)));
        site.MapGet("/dist/{file}", (string file) => Script("src", "Browser", "dist", Path.GetFileName(file)));
        site.MapPost("/v1/analytics/passkey-readiness", async (HttpRequest request) =>
        {
            var key = request.Headers["X-API-KEY"].ToString();
            reports.GetOrAdd(key, _ => new()).Enqueue(new(request.ContentType, (JsonObject)(await JsonNode.ParseAsync(request.Body))!));
            return Results.StatusCode(refusals.GetValueOrDefault(key, StatusCodes.Status204NoContent));
        });
        await site.StartAsync();
        chromium = await Chromium.SharedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await site.DisposeAsync();
    }

    /// <summary>What came with a key.</summary>
    internal IReadOnlyList<Report> With(string key) => [.. reports.GetValueOrDefault(key, new())];

    /// <summary>What a report with that key is answered from now on.</summary>
    internal void Answer(string key, int status) => refusals[key] = status;

    internal async Task<IPage> OpenAsync(string? before = null, string path = "/", string? origin = null)
    {
        var page = await chromium.NewPageAsync();
        if (!string.IsNullOrEmpty(before))
            await page.AddInitScriptAsync(before);
        return await GoAsync(page, (origin ?? Origin) + path);
    }

    /// <summary>Another tab of the same browser.</summary>
    internal async Task<IPage> OpenBesideAsync(IPage page) => await GoAsync(await page.Context.NewPageAsync(), Origin);

    private static async Task<IPage> GoAsync(IPage page, string address)
    {
        await page.GotoAsync(address);
        await page.WaitForFunctionAsync("window.sdk");
        return page;
    }

    private static IResult Script(params string[] path) => Results.File(Repository.At(path), "text/javascript");

    private IResult Html(string module) => Results.Content(
        $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>A site that reports readiness</title>
        <script type="module">
          import * as sdk from '{{module}}';
          window.sdk = sdk;
          window.report = (key, options) => sdk.reportReadiness(key, { baseUrl: '{{Origin}}', ...options });
        </script>
        """,
        "text/html");

    internal sealed record Report(string? ContentType, JsonObject Body);
}
