using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>What a browser says of itself, and how the server hears of it.</summary>
public sealed class ReadinessTests(ReadinessSite site) : IClassFixture<ReadinessSite>
{
    private const string NoCapabilities = "delete PublicKeyCredential.getClientCapabilities;";

    private static readonly string[] All =
        ["securityKey", "platform", "synced", "crossDevice", "conditionalUi", "conditionalCreate", "immediateUi"];

    private readonly string key = $"key-{Guid.NewGuid():N}";

    // ---- readiness() ----

    [Theory]
    [InlineData("/")]
    [InlineData("/unbundled")]
    public async Task Chromium_says_what_it_can_do(string path)
    {
        var page = await site.OpenAsync(path: path);
        await VirtualAuthenticator.AddAsync(page);

        var told = await ReadAsync(page);

        Assert.Equal(
            "securityKey platform synced conditionalUi conditionalCreate immediateUi",
            string.Join(' ', All.Where(name => (bool)told[name]!)));
        Assert.All(told["asked"]!.AsObject(), question => Assert.True((bool)question.Value!));
        Assert.Contains(
            told["client"]!["brands"]!.AsArray(),
            one => (string)one!["brand"]! == "Chromium" && ((string)one["version"]!).Split('.').Length == 4);
        Assert.Equal("Linux", (string)told["client"]!["platform"]!);
    }

    [Fact]
    public async Task A_browser_that_knows_only_the_older_questions_is_asked_those()
    {
        var page = await site.OpenAsync(NoCapabilities);
        await VirtualAuthenticator.AddAsync(page);

        var told = await ReadAsync(page);

        Assert.Equal("securityKey platform conditionalUi", string.Join(' ', All.Where(name => (bool)told[name]!)));
        Assert.Equal(
            """{"clientCapabilities":false,"platformAuthenticator":true,"conditionalMediation":true}""", told["asked"]!.ToJsonString());
    }

    [Theory]
    [InlineData("conditionalGet", true)]
    [InlineData("conditionalMediation", true)]
    [InlineData("conditionalCreate", false)]
    public async Task Suggestions_are_known_by_both_names(string name, bool can)
    {
        var page = await site.OpenAsync(
            $"PublicKeyCredential.getClientCapabilities = async () => ({{ {name}: true }}); "
                + "PublicKeyCredential.isConditionalMediationAvailable = undefined;");

        Assert.Equal(can, (bool)(await ReadAsync(page))["conditionalUi"]!);
    }

    [Fact]
    public async Task A_password_manager_that_takes_the_browsers_place_is_heard_about_suggestions()
    {
        var page = await site.OpenAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => true;");
        await VirtualAuthenticator.AddAsync(page, "hybrid");

        Assert.True((bool)(await ReadAsync(page))["conditionalUi"]!);
    }

    [Theory]
    [InlineData("delete window.PublicKeyCredential")]
    [InlineData("Object.defineProperty(window, 'PublicKeyCredential', { get() { throw new Error('no'); } })")]
    public async Task Without_WebAuthn_it_can_do_nothing(string before)
    {
        var told = await ReadAsync(await site.OpenAsync(before));

        Assert.DoesNotContain(true, All.Select(name => (bool)told[name]!));
        Assert.DoesNotContain(true, told["asked"]!.AsObject().Select(question => (bool)question.Value!));
    }

    [Fact]
    public async Task Whatever_never_answers_is_waited_for_no_longer_than_seconds()
    {
        var page = await site.OpenAsync(
            "for (const name of ['getClientCapabilities', 'isUserVerifyingPlatformAuthenticatorAvailable', "
                + "'isConditionalMediationAvailable']) PublicKeyCredential[name] = () => new Promise(() => {}); "
                + "NavigatorUAData.prototype.getHighEntropyValues = () => new Promise(() => {});");
        await page.Clock.InstallAsync();
        await page.EvaluateAsync("() => { sdk.readiness().then((told) => { window.told = told; }); }");

        await page.Clock.FastForwardAsync("00:04");

        await page.WaitForFunctionAsync("window.told");
        Assert.True(await page.EvaluateAsync<bool>("told.securityKey && !told.platform && told.client === undefined"));
    }

    [Theory]
    [InlineData("async () => ({ get conditionalGet() { throw new Error('no'); } })")]
    [InlineData("async () => 'yes'")]
    [InlineData("() => { throw new Error('no'); }")]
    [InlineData("'not a function'")]
    public async Task An_answer_that_is_none_is_false(string answer)
    {
        var page = await site.OpenAsync(
            $"PublicKeyCredential.getClientCapabilities = {answer}; NavigatorUAData.prototype.getHighEntropyValues = async () => 7;");

        var told = await ReadAsync(page);

        Assert.False((bool)told["synced"]!);
        Assert.Null(told["client"]);
    }

    // ---- reportReadiness() ----

    [Fact]
    public async Task A_report_says_what_the_wire_has_and_nothing_else()
    {
        var page = await site.OpenAsync();
        await VirtualAuthenticator.AddAsync(page);

        Assert.True(await ReportAsync(page));

        var report = Assert.Single(site.With(key));
        Assert.Equal("application/json", report.ContentType);
        var device = (string)report.Body["device_id"]!;
        Assert.True(Guid.TryParse(device, out _));
        var brands = report.Body["client"]!["brands"]!.ToJsonString();
        Assert.Equal(
            $$$"""
            {"device_id":"{{{device}}}","security_key":true,"platform":true,"synced_credential":true,"cross_device_credential":false,
            "conditional_ui":true,"conditional_create":true,"immediate_ui":true,
            "client":{"brands":{{{brands}}},"platform":"Linux","platform_version":""}}
            """.ReplaceLineEndings(""),
            report.Body.ToJsonString());
        Assert.All(
            report.Body["client"]!["brands"]!.AsArray(),
            one => Assert.Equal(["brand", "version"], one!.AsObject().Select(member => member.Key)));
    }

    [Fact]
    public async Task It_is_sent_once_a_day_and_of_the_same_device()
    {
        var page = await site.OpenAsync();
        await page.Clock.InstallAsync();
        Assert.True(await ReportAsync(page));
        Assert.False(await ReportAsync(page));
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("window.sdk");
        await page.Clock.FastForwardAsync("23:59:00");
        Assert.False(await ReportAsync(page));

        await page.Clock.FastForwardAsync("00:02:00");
        Assert.True(await ReportAsync(page));

        var devices = site.With(key).Select(report => (string)report.Body["device_id"]!).ToList();
        Assert.Equal(2, devices.Count);
        Assert.Single(devices.Distinct());
    }

    [Fact]
    public async Task One_that_the_server_did_not_take_does_not_count()
    {
        var page = await site.OpenAsync();
        site.Answer(key, StatusCodes.Status401Unauthorized);
        Assert.False(await ReportAsync(page));
        await page.RouteAsync("**/passkey-readiness", route => route.AbortAsync());
        Assert.False(await ReportAsync(page));
        await page.UnrouteAllAsync();
        site.Answer(key, StatusCodes.Status200OK);

        Assert.True(await ReportAsync(page));
        Assert.False(await ReportAsync(page));
    }

    [Fact]
    public async Task Of_two_tabs_at_once_one_sends()
    {
        var one = await site.OpenAsync();
        var two = await site.OpenBesideAsync(one);
        // Held until the other tab has asked too.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await one.RouteAsync("**/passkey-readiness", async route =>
        {
            await asked.Task;
            await route.ContinueAsync();
        });
        var request = one.WaitForRequestAsync("**/passkey-readiness");
        var first = ReportAsync(one);
        await request;

        Assert.False(await ReportAsync(two));
        asked.SetResult();

        Assert.True(await first);
        Assert.Single(site.With(key));
    }

    [Fact]
    public async Task Without_locks_it_is_sent_all_the_same()
    {
        var page = await site.OpenAsync("delete Navigator.prototype.locks");

        Assert.True(await ReportAsync(page));
    }

    [Theory]
    [InlineData("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })")]
    [InlineData("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; "
        + "Object.defineProperty(window, 'localStorage', { value: new Proxy({}, { set() { throw new Error('full'); } }) })")]
    public async Task A_browser_that_keeps_nothing_has_no_device_id(string before)
    {
        var page = await site.OpenAsync(before);

        Assert.True(await ReportAsync(page));

        Assert.Equal("", (string)Assert.Single(site.With(key)).Body["device_id"]!);
    }

    [Fact]
    public async Task The_page_may_say_which_device_it_is()
    {
        var page = await site.OpenAsync();

        Assert.True(await page.EvaluateAsync<bool>("([key, base]) => report(key, { deviceId: 'till 7', baseUrl: `${base}/v1/` })", new[]
        {
            key, site.Origin,
        }));

        Assert.Equal("till 7", (string)Assert.Single(site.With(key)).Body["device_id"]!);
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.openpassage_device"));
    }

    [Fact]
    public async Task A_browser_without_client_hints_leaves_them_out()
    {
        var page = await site.OpenAsync("delete Navigator.prototype.userAgentData");

        Assert.True(await ReportAsync(page));

        Assert.False(Assert.Single(site.With(key)).Body.ContainsKey("client"));
    }

    [Fact]
    public async Task A_page_that_is_not_secure_says_nothing_of_its_device()
    {
        var page = await site.OpenAsync(origin: site.Origin.Replace("localhost", "insecure.test", StringComparison.Ordinal));

        Assert.False(await ReportAsync(page));

        Assert.Empty(site.With(key));
    }

    private static async Task<JsonObject> ReadAsync(IPage page) =>
        JsonNode.Parse(await page.EvaluateAsync<string>("sdk.readiness().then(JSON.stringify)"))!.AsObject();

    private Task<bool> ReportAsync(IPage page) => page.EvaluateAsync<bool>("(key) => report(key)", key);
}
