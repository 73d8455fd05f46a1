using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Manage;

public class StatisticsRouteTests(ServerFixture server) : ServerTests(server)
{
    private async Task<JsonNode> StatisticsAsync(string app, string query = "")
    {
        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        return (await Manager.GetAsync($"apps/{app}/statistics{query}")).Expect(200).Json;
    }

    private string Day(int ago = 0) => Server.Clock.GetUtcNow().AddDays(-ago).ToString("yyyy-MM-dd");

    private static long Sum(JsonNode list) => list.AsArray().Sum(one => (long)one!["number"]!);

    [Fact]
    public async Task What_happened_in_an_app_is_counted_for_it_and_for_no_other()
    {
        var (app, other) = (await Manager.AppAsync(), await Manager.AppAsync());
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);
        var transaction = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        var started = (await page.StartAuthenticationAsync(transaction)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(7.5));
        (await page.FinishAuthenticationAsync(started, transaction)).Expect(200);

        var statistics = await StatisticsAsync(app.Id);

        Assert.Equal((1, 1), ((int)statistics["sign_ins"]!, (int)statistics["registrations"]!));
        Assert.Equal((1, 1), ((int)statistics["users"]!["all"]!, (int)statistics["users"]!["with_passkey"]!));
        Assert.Equal((1, 2), ((int)statistics["active_this_month"]!, (int)statistics["never_verified"]!));
        Assert.Equal((1, 7.5), ((int)statistics["duration"]!["timed"]!, (double)statistics["duration"]!["mean_seconds"]!));
        Assert.Equal(1, (int)statistics["duration"]!["by_second"]![7]!["number"]!);
        Assert.Equal(
            ["authenticate", "discoverable", "register"], statistics["ceremonies"]!.AsArray().Select(one => (string)one!["ceremony"]!));
        foreach (var list in (string[])["sign_ins_by_day", "registrations_by_day", "active_by_month", "providers", "synced"])
            Assert.Equal(1, Sum(statistics[list]!));
        Assert.Equal((30, 12), (statistics["sign_ins_by_day"]!.AsArray().Count, statistics["active_by_month"]!.AsArray().Count));

        var none = await StatisticsAsync(other.Id);
        Assert.Equal((0, 0, 0), ((int)none["sign_ins"]!, (int)none["registrations"]!, (int)none["users"]!["all"]!));
        Assert.Null(none["duration"]!["median_seconds"]);
        Assert.Empty(none["providers"]!.AsArray());
    }

    [Fact]
    public async Task The_days_that_are_asked_for_are_counted_the_last_one_too_and_no_others()
    {
        var app = await Manager.AppAsync();
        var today = Days.Of(Server.Clock.GetUtcNow());
        await Server.Services.GetRequiredService<CounterStore>().AddAsync(
            [.. Enumerable.Range(0, 5).Select(ago => KeyValuePair.Create(
                new Counter(new AppId(app.Id), Counted.Succeeded, today - ago, CeremonyKinds.Authenticate), 1L << ago))],
            CancellationToken.None);

        var statistics = await StatisticsAsync(app.Id, $"?from={Day(3)}&to={Day(1)}");

        Assert.Equal(
            [(Day(3), 8L), (Day(2), 4L), (Day(1), 2L)],
            statistics["sign_ins_by_day"]!.AsArray().Select(one => ((string)one!["day"]!, (long)one!["number"]!)));
        Assert.Equal((14, Day(3), Day(1)), ((int)statistics["sign_ins"]!, (string)statistics["from"]!, (string)statistics["to"]!));
    }

    [Fact]
    public async Task Every_label_is_answered_however_many_there_are()
    {
        var app = await Manager.AppAsync();
        var today = Days.Of(Server.Clock.GetUtcNow());
        await Server.Services.GetRequiredService<CounterStore>().AddAsync(
            [.. Enumerable.Range(1, 15)
                .Select(i => KeyValuePair.Create(new Counter(new AppId(app.Id), Counted.Provider, today, $"Maker {i}"), (long)i))],
            CancellationToken.None);

        var providers = (await StatisticsAsync(app.Id))["providers"]!.AsArray();

        Assert.Equal((15, "Maker 15"), (providers.Count, (string)providers[0]!["label"]!));
    }

    [Theory]
    [InlineData("?from=yesterday")]
    [InlineData("?to=2026-02-30")]
    [InlineData("?from=2026-01-02&to=2026-01-01")]
    [InlineData("?from=2000-01-01&to=2026-01-01")]
    [InlineData("?to=1970-01-05")]
    [InlineData("?from=9999-12-01&to=9999-12-31")]
    public async Task Days_that_are_none_are_refused(string query)
        => await RefusedAsync(400, "invalid_request", () => Manager.GetAsync($"apps/{App.Id}/statistics{query}"));
}
