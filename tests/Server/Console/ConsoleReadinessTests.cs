using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Tests.Ready;
using static OpenPassage.Server.Tests.Ready.SeededCounts;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>What an operator reads about the devices of an app's people. The clock stands in March 2026.</summary>
public partial class ConsoleReadinessTests(ServerFixture server) : ServerTests(server)
{
    private static readonly DateOnly February = new(2026, 2, 1);

    private async Task<(Visitor Visitor, string App)> SeededAsync()
    {
        var app = (await Manager.AppAsync(new JsonObject { ["name"] = $"Shop {Guid.NewGuid():N}" })).Id;
        await new SeededCounts(Server, app)
            .Month(February, Kind(All, "web", "Windows", 11, "Chrome", 140), 600, nameless: 3)
            .Month(February, Kind(Capabilities.SecurityKey, "web", "Windows", 10, "Chrome", 140), 400)
            .Week(new(2026, 2, 16), Kind(All), 500)
            .WriteAsync();
        return (await Visitor.OperatorAsync(Server, OperatorRole.Viewer), app);
    }

    [Fact]
    public async Task The_first_sentence_says_how_many_can_and_how_sure_that_is()
    {
        var (visitor, app) = await SeededAsync();
        using var _ = visitor;

        var page = Words(await visitor.GetAsync($"/console/apps/{app}/readiness"));

        Assert.Contains("60.0 % of your people's devices can use a passkey of their own", page, StringComparison.Ordinal);
        Assert.Contains("600 of 1,000 devices a month, counted in February and March 2026", page, StringComparison.Ordinal);
        Assert.Contains("between 56.9 % and 63.0 %", page, StringComparison.Ordinal);
        Assert.Contains("3 more reports a month came from devices without an id", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_left_behind_is_told_with_what_to_update_to()
    {
        var (visitor, app) = await SeededAsync();
        using var _ = visitor;

        var page = Words(await visitor.GetAsync($"/console/apps/{app}/readiness"));

        Assert.Matches("Chrome 140 on Windows 10 400 0 % Windows 11 or newer by what such devices report \\+400", page);
    }

    [Theory]
    [InlineData("capabilities", "capability,share,low,high,devices,reported,known,uses", "local,0.6,0.5693,0.6299,600,600,")]
    [InlineData("groups", "system,major,share,low,high,devices", "Windows,11,1,0.9936,1,600")]
    [InlineData("left-behind", "system,system_major,browser,", "Windows,10,Chrome,140,400,0,400,Windows,11,reported")]
    [InlineData("weeks", "week,share,low,high,devices", "2026-02-16,1,0.9924,1,500")]
    [InlineData("funnel", "ready,asked,made,used,weakest", "0.6,0,,,asked")]
    public async Task Every_chart_is_a_file(string chart, string head, string first)
    {
        var (visitor, app) = await SeededAsync();
        using var _ = visitor;

        var file = (await visitor.GetAsync($"/console/apps/{app}/readiness/data?chart={chart}&by=system")).Expect(200);

        Assert.Equal("text/csv; charset=utf-8", file.Header("Content-Type"));
        Assert.Equal($"attachment; filename=\"{app}-readiness-{chart}.csv\"", file.Header("Content-Disposition"));
        var lines = file.Text.Split("\r\n");
        Assert.StartsWith(head, lines[0], StringComparison.Ordinal);
        Assert.StartsWith(first, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_that_is_none_is_not_found()
    {
        var (visitor, app) = await SeededAsync();
        using var _ = visitor;

        Assert.Equal(404, (await visitor.GetAsync($"/console/apps/{app}/readiness/data?chart=weather")).Status);
        Assert.Equal(404, (await visitor.GetAsync("/console/apps/nobody/readiness")).Status);
        Assert.Equal(404, (await visitor.GetAsync("/console/readiness/data?chart=funnel")).Status);
    }

    [Fact]
    public async Task What_an_address_says_wrongly_counts_as_absent()
    {
        var (visitor, app) = await SeededAsync();
        using var _ = visitor;

        var page = Words(await visitor.GetAsync($"/console/apps/{app}/readiness?months=99999999999&by=%3Cscript%3E&capability=none"));

        Assert.Contains("60.0 % of your people's devices", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_report_the_page_says_what_to_paste()
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var app = (await Manager.AppAsync()).Id;

        var page = Words(await visitor.GetAsync($"/console/apps/{app}/readiness"));

        Assert.Contains("Your pages need a readiness key first, which an admin can create.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_pasted_and_revoked()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var app = (await Manager.AppAsync()).Id;

        var made = await admin.PostAsync(
            "/console/readiness/keys", ("name", "sign-in page"), ("app", app), ("sources", "https://example.com\ncom.example.app"));

        Assert.Equal("/console/readiness?done=readiness-key-created", made.Header("Location"));
        var key = (await Manager.GetAsync("readiness/keys")).Json["keys"]!.AsArray().Single(one => (string?)one!["app_id"] == app)!;
        Assert.Equal(["https://example.com", "com.example.app"], key["sources"]!.AsArray().Select(source => (string?)source));
        foreach (var path in (string[])["/console/readiness", $"/console/apps/{app}/readiness"])
        {
            var page = Words(await admin.GetAsync(path));
            Assert.Contains("from 'http://localhost:8420/openpassage-readiness.js'", page, StringComparison.Ordinal);
            Assert.Contains($"reportReadiness('{(string?)key["key"]}')", page, StringComparison.Ordinal);
        }

        var revoked = await admin.PostAsync($"/console/readiness/keys/{(string?)key["id"]}/revoke");
        Assert.Equal("/console/readiness?done=readiness-key-revoked", revoked.Header("Location"));
        Assert.Contains("revoked", Words(await admin.GetAsync("/console/readiness")), StringComparison.Ordinal);
        Assert.Equal(404, (await admin.PostAsync($"/console/readiness/keys/{(string?)key["id"]}/revoke")).Status);
    }

    [Fact]
    public async Task What_is_wrong_with_a_key_is_told_beside_what_was_typed()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);

        var page = await admin.PostAsync("/console/readiness/keys", ("name", "my <page>"), ("app", ""), ("sources", "not a source"));

        Assert.Equal(400, page.Status);
        Assert.Contains("sources has an entry", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"my &lt;page&gt;\"", page.Text, StringComparison.Ordinal);
    }

    /// <summary>What a person reads: without marks, each space one.</summary>
    private static string Words(Reply page) => string.Join(
        ' ',
        WebUtility.HtmlDecode(Mark().Replace(page.Expect(200).Text, " ")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Mark();
}
