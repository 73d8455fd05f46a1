using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>The server hears what a browser can do, from a page of any site.</summary>
public sealed class ReportedReadinessTests(SdkSite site) : IClassFixture<SdkSite>
{
    [Fact]
    public async Task A_report_with_a_readiness_key_is_taken_and_one_with_another_key_is_not()
    {
        var key = (string)JsonNode.Parse(await site.Server.TypeAsync("readiness", "key", "create", "--json"))!["key"]!;
        var page = await site.OpenAsync(origin: site.ForeignOrigin);
        await page.EvaluateAsync(
            "async (at) => { window.report = (await import(at)).reportReadiness; }",
            new Uri(site.Server.Address, "openpassage-readiness.js").ToString());

        Assert.False(await ReportAsync(page, "opr_nobodys"));
        // A running server learns of new keys within seconds.
        for (var patience = Stopwatch.StartNew(); !await ReportAsync(page, key); await Task.Delay(200))
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), "It was not taken.");

        Assert.False(await ReportAsync(page, key));
    }

    private static Task<bool> ReportAsync(IPage page, string key) => page.EvaluateAsync<bool>("(key) => report(key)", key);
}
