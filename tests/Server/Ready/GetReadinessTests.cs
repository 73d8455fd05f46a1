using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Values;
using CounterKinds = OpenPassage.Server.Statistics.Counted;
using static OpenPassage.Server.Tests.Ready.SeededCounts;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>The clock stands on the 1st of March 2026, a Sunday.</summary>
public class GetReadinessTests(ServerFixture server) : ServerTests(server)
{
    private static readonly DateOnly February = new(2026, 2, 1);
    private static readonly DateOnly March = new(2026, 3, 1);

    private async Task<(string App, SeededCounts Counts)> AppAsync(string type = "flex")
    {
        var app = (await Manager.AppAsync(new JsonObject { ["type"] = type })).Id;
        return (app, new(Server, app));
    }

    private async Task<JsonNode> ReadinessAsync(string app, string query = "")
        => (await Manager.GetAsync($"readiness?app_id={app}{query}")).Expect(200).Json;

    private static IEnumerable<string> Groups(JsonNode readiness) => readiness["groups"]!.AsArray().Select(
        group => $"{group!["name"]} {group["major"]?.ToJsonString() ?? "-"}: {(double)group["share"]! * (long)group["devices"]!:0} "
            + $"of {group["devices"]}");

    [Fact]
    public async Task Each_capability_has_its_share_and_says_what_it_is_made_of()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(March, Kind(All), 50)
            .Month(March, Kind(Capabilities.SecurityKey | Capabilities.Platform), 20)
            .Month(March, Kind(Capabilities.SecurityKey | Capabilities.CrossDevice), 15)
            .Month(March, Kind(Capabilities.SecurityKey), 10)
            .Month(March, Kind(Capabilities.None), 5)
            .WriteAsync();

        var readiness = await ReadinessAsync(app);

        Assert.Equal(100, (long)readiness["devices"]!);
        Assert.Equal(
            ["local 70 0.7 reported", "synced 50 0.5 reported", "autofill 50 0.5 both", "phone 65 0.65 reported",
                "key_only 10 0.1 reported", "none 5 0.05 reported"],
            readiness["capabilities"]!.AsArray().Select(one => $"{one!["name"]} {one["devices"]} {one["share"]} {one["uses"]}"));
        var local = readiness["capabilities"]![0]!;
        Assert.Equal((0.6042, 0.7811, 70), ((double)local["low"]!, (double)local["high"]!, (long)local["reported"]!));
    }

    [Fact]
    public async Task Two_months_are_told_as_one_of_them_would_be_and_no_surer()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(February, Kind(All), 60)
            .Month(February, Kind(Capabilities.None), 40)
            .Month(March, Kind(All), 80, nameless: 7)
            .Month(March, Kind(Capabilities.None), 20)
            .Month(new(2026, 1, 1), Kind(All), 1000)
            .WriteAsync();

        var both = await ReadinessAsync(app);

        Assert.Equal(("2026-02-01", "2026-03-31"), ((string)both["from"]!, (string)both["to"]!));
        Assert.Equal((100, 4), ((long)both["devices"]!, (long)both["nameless"]!));
        var local = both["capabilities"]![0]!;
        Assert.Equal(
            (70, 0.7, 0.6042, 0.7811), ((long)local["devices"]!, (double)local["share"]!, (double)local["low"]!, (double)local["high"]!));
        var march = await ReadinessAsync(app, "&from=2026-03-01&to=2026-03-01");
        Assert.Equal(("2026-03-01", 0.8), ((string)march["from"]!, (double)march["capabilities"]![0]!["share"]!));
        // Nothing was counted in the year before: a mean of three months.
        Assert.Equal(400, (long)(await ReadinessAsync(app, "&from=2025-02-02"))["devices"]!);
        Assert.Equal("2025-12-01", (string)(await ReadinessAsync(app, "&to=2026-01-31"))["from"]!);
    }

    [Fact]
    public async Task Groups_are_by_platform_system_browser_or_app()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(March, Kind(All, "web", "Windows", 11, "Chrome", 140), 40)
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Windows", 11, "Chrome", 140), 10)
            .Month(March, Kind(All, "web", "Android", 0, "Chrome", 141), 30)
            .Month(March, Kind(All, "android", "Android", 15), 20)
            .Month(March, Kind(Capabilities.None, "other"), 12)
            .WriteAsync();

        Assert.Equal(["web -: 70 of 80", "android -: 20 of 20", "unknown -: 0 of 12"], Groups(await ReadinessAsync(app)));
        Assert.Equal(
            ["Windows 11: 40 of 50", "Android -: 30 of 30", "Android 15: 20 of 20", "unknown -: 0 of 12"],
            Groups(await ReadinessAsync(app, "&by=system")));
        Assert.Equal(
            ["Chrome 140: 40 of 50", "app -: 20 of 32", "Chrome 141: 30 of 30"], Groups(await ReadinessAsync(app, "&by=browser")));
        Assert.Equal([$"{app} -: 90 of 112"], Groups(await ReadinessAsync(app, "&by=app")));
    }

    [Fact]
    public async Task Devices_of_another_app_are_in_no_figure_and_all_are_in_those_of_the_server()
    {
        var (app, counts) = await AppAsync();
        var (other, others) = await AppAsync();
        var start = new DateOnly(2024, 1, 1);
        await counts.Month(start, Kind(All, "web", "Windows", 11, "Chrome", 140), 40).Week(new(2024, 1, 8), Kind(All), 40).WriteAsync();
        await others.Month(start, Kind(Capabilities.None, "web", "Linux", 0, "Firefox", 140), 30)
            .Week(new(2024, 1, 8), Kind(Capabilities.None), 30)
            .WriteAsync();
        await new SeededCounts(Server, "").Month(start, Kind(All, "web", "Windows", 10), 20).WriteAsync();

        var mine = await ReadinessAsync(app, "&from=2024-01-01&to=2024-01-31&by=system");

        Assert.Equal(["Windows 11: 40 of 40"], Groups(mine));
        Assert.Equal((40, 40), ((long)mine["devices"]!, (long)mine["weeks"]![0]!["devices"]!));
        Assert.NotNull(mine["funnel"]);
        var all = (await Manager.GetAsync("readiness?from=2024-01-01&to=2024-01-31&by=app")).Expect(200).Json;
        Assert.Equal([$"{app} -: 40 of 40", $"{other} -: 0 of 30", " -: 20 of 20"], Groups(all));
        Assert.Equal((90, 70), ((long)all["devices"]!, (long)all["weeks"]![0]!["devices"]!));
        Assert.Null(all["funnel"]);
    }

    [Fact]
    public async Task Nothing_is_told_of_fewer_than_ten_devices_but_that_they_are_there()
    {
        var (app, counts) = await AppAsync();
        await counts.Month(March, Kind(All), 9).Week(new(2026, 2, 16), Kind(All), 9).WriteAsync();

        var readiness = await ReadinessAsync(app);

        Assert.Equal(9, (long)readiness["devices"]!);
        foreach (var list in (string[])["capabilities", "groups", "left_behind", "weeks"])
            Assert.Empty(readiness[list]!.AsArray());
        Assert.Null(readiness["funnel"]!["ready"]);
    }

    [Fact]
    public async Task An_app_without_a_report_has_an_empty_picture()
    {
        var (app, _) = await AppAsync();

        var readiness = await ReadinessAsync(app);

        Assert.Equal((0, 0), ((long)readiness["devices"]!, (long)readiness["nameless"]!));
        Assert.Empty(readiness["capabilities"]!.AsArray());
        Assert.Null(readiness["forecast"]);
        Assert.Null(readiness["funnel"]);
    }

    [Fact]
    public async Task Small_groups_are_one_and_cannot_be_told_by_subtraction()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(March, Kind(All, "web"), 60)
            .Month(March, Kind(All, "android"), 30)
            .Month(March, Kind(Capabilities.None, "tvos"), 9)
            .WriteAsync();

        Assert.Equal(["web -: 60 of 60", "other -: 30 of 39"], Groups(await ReadinessAsync(app)));
    }

    [Fact]
    public async Task Who_is_left_behind_is_told_with_what_an_update_gains()
    {
        var (app, counts) = await AppAsync();
        await counts
            // A newer system of the same browser.
            .Month(March, Kind(Capabilities.SecurityKey, "android", "Android", 8), 40)
            .Month(March, Kind(All, "android", "Android", 14), 90)
            .Month(March, Kind(Capabilities.SecurityKey, "android", "Android", 14), 10)
            // A newer version on the same system; those of other systems tell nothing.
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Linux", 0, "Falkon", 3), 20)
            .Month(March, Kind(All, "web", "Linux", 0, "Falkon", 24), 12)
            // Nobody of this family can.
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Linux", 0, "Links", 2), 50)
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Linux", 0, "Links", 3), 50)
            // Too few to show, and half of what others can.
            .Month(March, Kind(Capabilities.None, "android", "Android", 7), 9)
            .Month(March, Kind(All, "android", "Android", 13), 12)
            .Month(March, Kind(Capabilities.None, "android", "Android", 13), 8)
            .WriteAsync();

        var left = (await ReadinessAsync(app))["left_behind"]!.AsArray();

        Assert.Equal(
            [
                "Android 8, app -: 0 of 40 can; Android 13, reported, gains 34",
                "Linux -, Falkon 3: 0 of 20 can; Falkon 24, reported, gains 20",
            ],
            left.Select(kind => $"{kind!["system"]} {kind["system_major"]?.ToJsonString() ?? "-"}, "
                + $"{kind["browser"]} {kind["browser_major"]?.ToJsonString() ?? "-"}: {kind["share"]} of {kind["devices"]} can; "
                + $"{kind["update_to"]!["name"]} {kind["update_to"]!["major"]}, {kind["update_to"]!["by"]}, gains {kind["gain"]}"));
    }

    [Fact]
    public async Task What_is_known_of_a_browser_tells_what_to_update_to()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(March, Kind(Capabilities.SecurityKey, "web", "iOS", 15, "Safari", 15), 40)
            .Month(March, Kind(All, "web", "iOS", 18, "Safari", 18), 75)
            .Month(March, Kind(Capabilities.SecurityKey, "web", "iOS", 18, "Safari", 18), 25)
            // Nobody has a newer one: what it would gain is not known.
            .Month(March, Kind(Capabilities.None, "web", "Windows", 10, "Chrome", 60), 20)
            .WriteAsync();

        var left = (await ReadinessAsync(app))["left_behind"]!.AsArray();

        Assert.Equal(
            ["""Safari 15: {"name":"iOS","major":16,"by":"known"} 30""", """Chrome 60: {"name":"Chrome","major":67,"by":"known"} """],
            left.Select(kind => $"{kind!["browser"]} {kind["browser_major"]}: {kind["update_to"]!.ToJsonString()} {kind["gain"]}"));
    }

    /// <summary>Helpers of Passage's report autofill as false in current browsers.</summary>
    [Fact]
    public async Task A_browser_that_is_known_to_have_autofill_counts_although_it_says_no()
    {
        var (app, counts) = await AppAsync();
        var chrome = Kind(Capabilities.SecurityKey | Capabilities.Platform, "web", "Windows", 11, "Chrome", 141);
        await counts
            .Month(March, chrome, 60)
            .Month(March, Kind(Capabilities.ConditionalUi, "web"), 20)
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Windows", 11, "Chrome", 90), 20)
            .Week(new(2026, 2, 16), chrome, 30)
            .WriteAsync();

        var readiness = await ReadinessAsync(app, "&capability=autofill");

        Assert.Equal(
            """{"name":"autofill","devices":80,"share":0.8,"low":0.7112,"high":0.8666,"reported":20,"known":60,"uses":"both"}""",
            readiness["capabilities"]![2]!.ToJsonString());
        Assert.Equal(["web -: 80 of 100"], Groups(readiness));
        Assert.Equal(1, (double)readiness["weeks"]![0]!["share"]!);
    }

    [Fact]
    public async Task The_forecast_is_made_of_whole_weeks()
    {
        var (app, counts) = await AppAsync();
        var (other, others) = await AppAsync();
        for (var week = 1; week <= 20; week++)
        {
            var monday = new DateOnly(2026, 2, 23).AddDays(-7 * week);
            counts.Week(monday, Kind(All), 800 - (10 * week)).Week(monday, Kind(Capabilities.None), 200 + (10 * week));
            others.Week(monday, Kind(All), 800 - (10 * week)).Week(monday, Kind(Capabilities.None), 200 + (10 * week));
        }

        await counts.WriteAsync();
        // In the week that it is now, nobody can yet.
        await others.Week(new(2026, 2, 23), Kind(Capabilities.None), 5000).WriteAsync();

        var forecast = (await ReadinessAsync(app))["forecast"]!;

        Assert.Equal(["2026-05-01", "2026-08-01", "2027-02-01"], forecast["months"]!.AsArray().Select(month => (string?)month!["month"]));
        Assert.All(
            forecast["months"]!.AsArray(),
            month => Assert.InRange((double)month!["share"]!, (double)month["low"]!, (double)month["high"]!));
        Assert.InRange((double)forecast["months"]![0]!["share"]!, 0.8, 1);
        Assert.InRange((double)forecast["past_error"]!, 0, 0.05);
        Assert.True(JsonNode.DeepEquals(forecast, (await ReadinessAsync(other))["forecast"]));
    }

    [Fact]
    public async Task Weeks_are_told_of_the_capability_that_is_asked_for()
    {
        var (app, counts) = await AppAsync();
        await counts
            .Month(March, Kind(All), 100)
            .Week(new(2026, 2, 23), Kind(All), 30)
            .Week(new(2026, 2, 16), Kind(All), 15)
            .Week(new(2026, 2, 16), Kind(Capabilities.Platform), 15)
            .Week(new(2026, 2, 9), Kind(All), 9)
            // Before the year up to the last month.
            .Week(new(2025, 3, 31), Kind(All), 50)
            .WriteAsync();

        Assert.Equal(["2026-02-16 30 1", "2026-02-23 30 1"], Weeks(await ReadinessAsync(app)));
        Assert.Equal(["2026-02-16 30 0.5", "2026-02-23 30 1"], Weeks(await ReadinessAsync(app, "&capability=synced")));
        Assert.Equal(["2026-02-16 30 0.5", "2026-02-23 30 1"], Weeks(await ReadinessAsync(app, "&capability=autofill")));
        Assert.Equal(
            ["2025-03-31 50 1", "2026-02-16 30 1", "2026-02-23 30 1"], Weeks(await ReadinessAsync(app, "&from=2025-03-31")));

        static IEnumerable<string> Weeks(JsonNode readiness)
            => readiness["weeks"]!.AsArray().Select(week => $"{week!["week"]} {week["devices"]} {week["share"]}");
    }

    [Fact]
    public async Task The_funnel_names_the_weakest_of_what_is_known()
    {
        var (app, counts) = await AppAsync();
        await counts.Month(March, Kind(All), 80).Month(March, Kind(Capabilities.None), 20).WriteAsync();
        await CountAsync(
            app, (CounterKinds.Started, "register", 40), (CounterKinds.Answered, "register", 30), (CounterKinds.Succeeded, "register", 10));

        // Of 80 devices that can, 40 were asked; nobody has a passkey whose use could be known.
        Assert.Equal(
            """{"ready":0.8,"asked":0.5,"made":0.25,"used":null,"weakest":"made"}""",
            (await ReadinessAsync(app))["funnel"]!.ToJsonString());
    }

    [Fact]
    public async Task Of_an_app_of_Complete_use_is_the_share_of_sign_ins()
    {
        var (app, counts) = await AppAsync("complete");
        await counts.Month(March, Kind(All), 100).WriteAsync();
        await CountAsync(
            app,
            (CounterKinds.Active, "", 60),
            (CounterKinds.Started, "register", 40),
            (CounterKinds.Succeeded, "register", 40),
            (CounterKinds.Provider, "Maker", 40),
            (CounterKinds.Succeeded, "authenticate", 15),
            (CounterKinds.Succeeded, "discoverable", 15),
            (CounterKinds.Browser, "Chrome", 140));

        // 40 users were not signed in yet, and 40 registrations begun; 30 of 100 sign-ins were by passkey.
        Assert.Equal(
            """{"ready":1,"asked":1,"made":1,"used":0.3,"weakest":"used"}""",
            (await ReadinessAsync(app))["funnel"]!.ToJsonString());
    }

    [Theory]
    [InlineData("?from=yesterday", "from is a day")]
    [InlineData("?to=2026-02-30", "to is a day")]
    [InlineData("?from=2026-03-01&to=2026-02-01", "not after to")]
    [InlineData("?from=2010-01-01", "120 months")]
    [InlineData("?to=1969-12-31", "from 1970 on")]
    [InlineData("?to=0001-01-01", "from 1970 on")]
    [InlineData("?to=2026-04-01", "a month to come")]
    [InlineData("?to=9999-12-31", "a month to come")]
    [InlineData("?by=weather", "by is one of platform, system, browser, app")]
    [InlineData("?capability=none", "capability is one of local, synced, autofill, phone")]
    public async Task What_is_asked_wrongly_is_refused_with_what_to_ask(string query, string told)
    {
        var refused = await RefusedAsync(400, "invalid_request", () => Manager.GetAsync($"readiness{query}"));

        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_app_that_is_not_there_nothing_is_told()
        => await RefusedAsync(404, "app_not_found", () => Manager.GetAsync("readiness?app_id=nobody"));

    [Fact]
    public async Task A_key_of_an_app_sees_nothing()
        => await RefusedAsync(401, "invalid_access_token", () => new Manager(Server, App.ApiKey).GetAsync("readiness"));

    private async Task CountAsync(string app, params (string Kind, string Label, long Number)[] counted)
        => await Server.Services.GetRequiredService<CounterStore>().AddAsync(
            [.. counted.Select(one => KeyValuePair.Create(
                new Counter(new AppId(app), one.Kind, Days.Of(Server.Clock.GetUtcNow()), one.Label), one.Number))],
            CancellationToken.None);
}
