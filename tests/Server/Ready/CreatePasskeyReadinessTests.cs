using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenPassage.Server.Ready.Keys;
using OpenPassage.Server.Ready.Reports;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>What devices report, in both generations of names, with the headers of apps and of pages.</summary>
public class CreatePasskeyReadinessTests(ServerFixture server) : ServerTests(server)
{
    private const Capabilities Five = Capabilities.SecurityKey | Capabilities.Platform | Capabilities.Synced | Capabilities.CrossDevice
        | Capabilities.ConditionalUi;

    private static readonly string Good = Reporter.Body("a device");

    /// <summary>As Authentikit 0.1.0 for iOS and Android sends it.</summary>
    private static string Native(string deviceId) => $$"""
        {"device_id":"{{deviceId}}","security_key":true,"platform":true,"cloud_synced":true,"cross_platform":true,"conditional_ui":true}
        """;

    private static (string, string?)[] Kit(string system, string version, string bundle = "com.example.app") =>
    [
        ("App-Identifier", bundle), ("Origin", bundle), ("Device-OS", system), ("Device-OS-Version", version),
        ("Passage-Version", "Authentikit 0.1.0"), ("User-Agent", "Shop/7 CFNetwork/1494.0.7 Darwin/23.4.0"),
    ];

    private async Task<Counted> OnlyAsync(string body, params (string, string?)[] headers)
    {
        var reporter = await Reporter.NewAsync(Server);
        (await reporter.SendAsync(body, headers)).Expect(200);
        return Assert.Single(await reporter.OfMonthAsync());
    }

    [Fact]
    public async Task An_app_on_iOS_is_counted_by_the_headers_of_its_kit()
    {
        var counted = await OnlyAsync(Native("2B7E1516-28AE-D2A6-ABF7-158809CF4F3C"), Kit("iOS", "17.5.1"));

        Assert.Equal((Platforms.Ios, 17, Five), (counted.Profile.Platform, counted.Profile.SystemMajor, counted.Profile.Reported));
        Assert.Equal((1, 0), (counted.Devices, counted.Nameless));
    }

    [Fact]
    public async Task An_app_on_Android_says_the_number_of_its_SDK()
    {
        var counted = await OnlyAsync(Native("0f8fad5b-d9cb-469f-a165-70867728950e"), Kit("Android", "34"));

        Assert.Equal((Platforms.Android, 14, Five), (counted.Profile.Platform, counted.Profile.SystemMajor, counted.Profile.Reported));
    }

    [Fact]
    public async Task A_page_is_counted_by_its_user_agent()
    {
        var counted = await OnlyAsync(Reporter.Body("a"), ("Origin", "https://shop.example.com"));

        Assert.Equal((Platforms.Web, "Chrome", 130), (counted.Profile.Platform, counted.Profile.Browser, counted.Profile.BrowserMajor));
        Assert.Equal(Five, counted.Profile.Reported);
    }

    [Fact]
    public async Task What_a_page_does_not_know_is_absent_and_what_it_knows_besides_is_kept()
    {
        const string Superset = """
            {"device_id":"x","security_key":true,"platform":false,"synced_credential":false,"cross_device_credential":true,
            "conditional_ui":false,"conditional_create":true,"immediate_ui":true,"something":{"new":[1]},
            "client":{"brands":[{"brand":"Chromium","version":"130"},{"brand":"Google Chrome","version":"130"}],"platform":"Windows",
            "platform_version":"15.0.0","more":1}}
            """;
        var counted = await OnlyAsync(Superset);

        Assert.Equal(
            Capabilities.SecurityKey | Capabilities.CrossDevice | Capabilities.ConditionalCreate | Capabilities.ImmediateUi,
            counted.Profile.Reported);
        Assert.Equal("Windows", counted.Profile.System);
    }

    [Fact]
    public async Task Where_both_names_stand_the_newer_one_counts()
    {
        const string Both = """
            {"device_id":"x","security_key":true,"platform":true,"synced_credential":false,"cloud_synced":true,
            "cross_device_credential":false,"cross_platform":true,"conditional_ui":true}
            """;

        Assert.Equal(
            Capabilities.SecurityKey | Capabilities.Platform | Capabilities.ConditionalUi, (await OnlyAsync(Both)).Profile.Reported);
    }

    [Fact]
    public async Task A_device_without_an_id_counts_apart_every_time()
    {
        var reporter = await Reporter.NewAsync(Server);
        for (var time = 0; time < 3; time++)
            (await reporter.SendAsync(Native(""), Kit("iOS", "18.0"))).Expect(200);

        var counted = Assert.Single(await reporter.OfMonthAsync());
        Assert.Equal((0, 3), (counted.Devices, counted.Nameless));
    }

    [Fact]
    public async Task A_program_that_no_person_sits_at_is_answered_and_not_counted()
    {
        var reporter = await Reporter.NewAsync(Server);
        const string Bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

        (await reporter.SendAsync(Good, ("User-Agent", Bot))).Expect(200);

        Assert.Empty(await reporter.CountedAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("opr_unknown")]
    [InlineData(ServerFixture.AdminKey)]
    public async Task A_key_that_is_none_is_refused_so_that_clients_try_again(string? wrong)
        => Assert.Equal(
            (401, "invalid_access_token"),
            (await (await Reporter.NewAsync(Server)).SendAsync(Good, ("X-API-KEY", wrong))).Refused);

    [Fact]
    public async Task A_key_that_was_revoked_is_refused_and_what_it_has_counted_stays()
    {
        var reporter = await Reporter.NewAsync(Server);
        (await reporter.SendAsync(Good)).Expect(200);
        Assert.Single(await reporter.OfMonthAsync());

        (await Manager.DeleteAsync($"readiness/keys/{reporter.Key.Id}")).Expect(200);

        Assert.Equal((401, "invalid_access_token"), (await reporter.SendAsync(Good)).Refused);
        Assert.Single(await reporter.OfMonthAsync());
    }

    [Fact]
    public async Task A_key_that_lists_sources_takes_reports_from_no_others()
    {
        var reporter = await Reporter.NewAsync(Server, null, "https://shop.example.com", "com.example.app");

        (await reporter.SendAsync(Good, ("Origin", "https://shop.example.com"))).Expect(200);
        (await reporter.SendAsync(Native("b"), Kit("iOS", "17.0"))).Expect(200);
        foreach (var origin in (string?[])["https://shop.example.com.evil.example", "https://shop.example.com:8443", "null", "", null])
            Assert.Equal((403, "operation_not_allowed"), (await reporter.SendAsync(Good, ("Origin", origin))).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await reporter.SendAsync(Good, Kit("iOS", "17.0", "com.example.other"))).Refused);

        Assert.Equal(2, (await reporter.OfMonthAsync()).Sum(one => one.Devices));
    }

    [Fact]
    public async Task A_page_anywhere_may_report_and_read_the_answer()
    {
        var reporter = await Reporter.NewAsync(Server);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "v1/analytics/passkey-readiness");
        preflight.Headers.Add("Origin", "https://anywhere.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,passage-version,x-api-key");

        var allowed = (await Reply.ReadAsync(await Server.Http.SendAsync(preflight))).Expect(204);
        var reply = (await reporter.SendAsync(Good, ("Origin", "https://anywhere.example"))).Expect(200);
        var refused = (await reporter.SendAsync("{}", ("Origin", "https://anywhere.example"))).Expect(400);

        foreach (var header in (string[])["Content-Type", "X-API-KEY", "Passage-Version"])
            Assert.Contains(header, allowed.Header("Access-Control-Allow-Headers")!.Split(", "));
        Assert.Equal("POST", allowed.Header("Access-Control-Allow-Methods"));
        Assert.All((Reply[])[allowed, reply, refused], answer =>
        {
            Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        });
    }

    /// <summary>Threat 23.</summary>
    [Fact]
    public async Task What_cannot_be_counted_is_refused_and_leaves_nothing()
    {
        var reporter = await Reporter.NewAsync(Server);
        string[] bodies =
        [
            "", "null", "[]", "{}", "7", "\"x\"", "{", Good[..^1], Good.Replace("true", "1", StringComparison.Ordinal),
            Good.Replace("true", "\"true\"", StringComparison.Ordinal), Good.Replace("true", "null", StringComparison.Ordinal),
            Good.Replace("\"a device\"", "7", StringComparison.Ordinal), Good.Replace("\"a device\"", "null", StringComparison.Ordinal),
            Good.Replace("a device", new string('x', 201), StringComparison.Ordinal),
            Good.Replace("a device", new string('x', 1000), StringComparison.Ordinal),
            Good.Replace("a device", "\\ud800", StringComparison.Ordinal),
            Good.Replace("\"platform\"", "\"device_id\":\"b\",\"platform\"", StringComparison.Ordinal),
            .. ((string[])["device_id", "security_key", "platform", "synced_credential", "cross_device_credential", "conditional_ui"])
                .Select(member => Good.Replace(member, $"no_{member}", StringComparison.Ordinal)),
            .. ((string[])["7", "\"x\"", "[]", "{\"brands\":7}", "{\"brands\":{}}", "{\"platform\":[]}", "{\"brands\":[7]}"])
                .Select(client => Good.Replace("\"platform\"", $"\"client\":{client},\"platform\"", StringComparison.Ordinal)),
        ];
        foreach (var body in bodies)
            Assert.Equal((400, "invalid_request"), (await reporter.SendAsync(body)).Refused);
        Assert.Equal((413, "invalid_request"), (await reporter.SendAsync($"{{\"device_id\":\"{new string('x', 1024 * 1024)}\"}}")).Refused);

        Assert.Empty(await reporter.CountedAsync());
    }

    [Fact]
    public async Task Hostile_hints_say_nothing_and_the_device_is_counted()
    {
        var reporter = await Reporter.NewAsync(Server);
        string[] hints =
        [
            "\"", "\"Windows", "Windows", "\"\\", "\"\\x\"", "\"Chromium\";v=", "\"Chromium\";v=\"", "\"Chromium\";v=\"9999999999\"", ",,,",
            new string('"', 900), string.Concat(Enumerable.Repeat("\"a\";v=\"1\", ", 60)), "%00", "'; DROP TABLE readiness_counts; --",
        ];
        string[] headers = ["Sec-CH-UA", "Sec-CH-UA-Full-Version-List", "Sec-CH-UA-Platform", "Sec-CH-UA-Platform-Version"];
        var sent = 0;
        foreach (var hint in hints)
        {
            foreach (var header in headers)
                (await reporter.SendAsync(Reporter.Body($"{sent++}"), (header, hint), ("Sec-CH-UA-Mobile", hint))).Expect(200);
            var json = System.Text.Json.JsonSerializer.Serialize(hint);
            (await reporter.SendAsync(Reporter.Body($"{sent++}").Replace(
                "\"platform\"",
                $$"""
                "client":{"brands":[{"brand":{{json}},"version":{{json}}},null,{}],"platform":{{json}},
                "platform_version":{{json}}},"platform"
                """,
                StringComparison.Ordinal))).Expect(200);
        }

        foreach (var version in (string[])["-1", "99999999999999999999", "130", "", new string('1', 5000)])
        {
            var agent = Reporter.Chrome.Replace("130.0.0.0", version, StringComparison.Ordinal);
            (await reporter.SendAsync(Reporter.Body($"{sent++}"), ("User-Agent", agent))).Expect(200);
        }

        // What has no user agent is no browser.
        foreach (var agent in (string?[])[null, "", "x"])
            (await reporter.SendAsync(Reporter.Body("not counted"), ("User-Agent", agent))).Expect(200);
        (string, string?)[][] apps =
        [
            Kit("iOS", "99999999999999999999"), Kit("Windows Phone", "-1"), Kit(new string('x', 2000), ";"), [("Device-OS", "")],
            [("Origin", "com.example.app")],
        ];
        foreach (var app in apps)
            (await reporter.SendAsync(Reporter.Body($"{sent++}"), app)).Expect(200);

        var counted = await reporter.OfMonthAsync();
        Assert.Equal(sent, counted.Sum(one => one.Devices));
        Assert.All(counted, one => Assert.Contains(one.Profile.Platform, Platforms.All));
        Assert.All(counted, one => Assert.True(one.Profile is { SystemMajor: >= 0, BrowserMajor: >= 0 }));
    }

    [Fact]
    public void A_report_waits_for_no_row_and_when_too_many_wait_clients_are_told_to_come_again()
    {
        var gathered = new GatheredReports(NullLogger<GatheredReports>.Instance);
        var report = new Report("key", "device", new(Platforms.Web, "", 0, "", 0, Five), Server.Clock.GetUtcNow());
        for (var i = 0; i < GatheredReports.Most; i++)
            Assert.True(gathered.TryAdd(report));
        Assert.False(gathered.TryAdd(report));

        var taken = gathered.Take();
        Assert.True(gathered.TryAdd(report with { DeviceId = "later" }));
        gathered.PutBack(taken);

        var again = gathered.Take();
        Assert.Equal((GatheredReports.Most + 1, "later"), (again.Count, again[^1].DeviceId));
    }

    [Fact]
    public async Task Neither_keys_nor_device_ids_are_logged()
    {
        var reporter = await Reporter.NewAsync(Server);
        var device = $"device-{Guid.NewGuid():N}";
        var logged = Server.Logged;
        (await reporter.SendAsync(Reporter.Body(device))).Expect(200);
        (await reporter.SendAsync(Reporter.Body(device) + "x")).Expect(400);
        (await reporter.SendAsync(Reporter.Body(device), ("X-API-KEY", "opr_not-a-key"))).Expect(401);
        await reporter.CountedAsync();

        foreach (var secret in (string[])[device, reporter.Key.Key, "opr_not-a-key"])
            Assert.DoesNotContain(secret, Server.LogSince(logged), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_an_app_deletes_its_keys_and_counts_and_no_others()
    {
        var app = await Manager.AppAsync();
        var (own, other) = (await Reporter.NewAsync(Server, new(app.Id)), await Reporter.NewAsync(Server));
        foreach (var reporter in (Reporter[])[own, other])
        {
            (await reporter.SendAsync(Good)).Expect(200);
            Assert.Single(await reporter.OfMonthAsync());
            // Counted, or not counted yet, when the app goes.
            (await reporter.SendAsync(Reporter.Body("another"))).Expect(200);
        }

        (await Manager.DeleteAsync($"apps/{app.Id}")).Expect(200);

        Assert.Empty(await own.CountedAsync());
        Assert.Equal(2, (await other.OfMonthAsync()).Sum(one => one.Devices));
        await Reporter.UntilAsync(Server, own.Key.Key, 401);
        Assert.Null(await Server.Services.GetRequiredService<ReadinessKeyStore>().FindAsync(own.Key.Id, CancellationToken.None));
    }
}
