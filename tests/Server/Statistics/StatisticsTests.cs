using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Statistics;

/// <summary>What is counted as it happens, and what a dashboard makes of it.</summary>
public class StatisticsTests(ServerFixture server) : ServerTests(server)
{
    private const string Firefox = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly AppId Acme = new(App.Id);

    private async Task<Figures> FiguresAsync(string range = "30", AppId? app = null)
    {
        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        return await Server.Services.GetRequiredService<FigureReader>().ReadAsync(app ?? Acme, range, CancellationToken.None);
    }

    private static long Of(IReadOnlyList<Bar> bars, string label) => bars.FirstOrDefault(bar => bar.Label == label)?.Value ?? 0;

    [Fact]
    public async Task Ceremonies_are_counted_by_how_far_they_came()
    {
        var before = await FiguresAsync();
        var name = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(name);
        var started = (await Page.StartAuthenticationAsync(transaction)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(7.5));
        var finished = (await Page.FinishAuthenticationAsync(started, transaction)).Expect(200);
        (await Backend.VerifyNonceAsync(finished["nonce"]!)).Expect(200);
        (await Page.StartAuthenticationAsync()).Expect(200);
        Assert.Equal(401, (await Page.AuthenticateAsync(
            await AuthenticateTransactionAsync(name), ceremony => ceremony.ClientData.Origin = "https://evil.example")).Status);

        var after = await FiguresAsync();

        Assert.Equal(before.SignIns + 1, after.SignIns);
        Assert.Equal(before.Registrations + 1, after.Registrations);
        Assert.Equal(before.Stops[0].Begun + 2, after.Stops[0].Begun);
        Assert.Equal(before.Stops[0].Refused + 1, after.Stops[0].Refused);
        Assert.Equal(before.Stops[1].NeverAnswered + 1, after.Stops[1].NeverAnswered);
        Assert.Equal(Of(before.Bars(Counted.Refused), "wrong_origin") + 1, Of(after.Bars(Counted.Refused), "wrong_origin"));
        Assert.Equal(Of(before.Seconds, "7 s") + 1, Of(after.Seconds, "7 s"));
        Assert.Equal(Of(before.Bars(Counted.Synced), "device-bound") + 1, Of(after.Bars(Counted.Synced), "device-bound"));
    }

    [Fact]
    public async Task How_long_a_sign_in_took_does_not_depend_on_how_long_its_app_lets_browsers_wait()
    {
        var app = await Manager.AppAsync(new JsonObject { ["ceremony_timeout_seconds"] = 90 });
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);
        var transaction = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        var started = (await page.StartAuthenticationAsync(transaction)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(7.5));
        (await page.FinishAuthenticationAsync(started, transaction)).Expect(200);

        Assert.Equal(1, Of((await FiguresAsync(app: new(app.Id))).Seconds, "7 s"));
    }

    [Fact]
    public async Task A_user_is_active_once_a_month_and_every_month()
    {
        var name = await RegisteredAsync();
        var before = await FiguresAsync();
        for (var i = 0; i < 3; i++)
            (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);
        Assert.Equal(before.ActiveThisMonth + 1, (await FiguresAsync()).ActiveThisMonth);
        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);
        Assert.Equal(before.ActiveThisMonth + 1, (await FiguresAsync()).ActiveThisMonth);

        Server.Clock.Advance(TimeSpan.FromDays(31));
        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);
        Assert.Equal(1, (await FiguresAsync()).ActiveThisMonth);
    }

    [Fact]
    public async Task What_a_browser_calls_itself_becomes_a_word_of_a_fixed_set()
    {
        var page = new Page(Server, App) { UserAgent = Firefox };
        await RegisteredAsync(page: page);
        await RegisteredAsync(page: new Page(Server, App) { UserAgent = $"nobody-{Guid.NewGuid()}" });
        var figures = await FiguresAsync();
        Assert.True(Of(figures.Bars(Counted.Browser), "Firefox") >= 1);
        Assert.True(Of(figures.Bars(Counted.System), "macOS") >= 1);
        Assert.True(Of(figures.Bars(Counted.Browser), "Other") >= 1);
        Assert.DoesNotContain(figures.Bars(Counted.Browser), bar => bar.Label.StartsWith("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_written_waits_and_nothing_is_lost_or_counted_twice()
    {
        var counting = new Counting(Server.Clock);
        counting.Started(Acme, CeremonyKinds.Register);
        var (numbers, active) = counting.Take();
        counting.Started(Acme, CeremonyKinds.Register);
        counting.PutBack(numbers, active);
        Assert.Equal(2, counting.Take().Numbers.Single().Value);
        Assert.Empty(counting.Take().Numbers);
    }

    [Fact]
    public async Task Two_nodes_add_to_the_same_counter()
    {
        var store = Server.Services.GetRequiredService<CounterStore>();
        var counter = new Counter(Acme, Counted.Provider, Days.Of(Server.Clock.GetUtcNow()), $"Maker {Guid.NewGuid():N}");
        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => store.AddAsync([KeyValuePair.Create(counter, 3L)], CancellationToken.None).AsTask()));
        var sums = await store.SumAsync(Acme, counter.Day, counter.Day, CancellationToken.None);
        Assert.Equal(24, sums.Single(sum => sum.Label == counter.Label).Number);
    }

    [Fact]
    public async Task A_dashboard_of_ten_years_and_a_million_events_is_drawn_within_a_second()
    {
        var store = Server.Services.GetRequiredService<CounterStore>();
        var today = Days.Of(Server.Clock.GetUtcNow());
        string[] kinds = [Counted.Started, Counted.Answered, Counted.Succeeded];
        var counters = from day in Enumerable.Range(0, 3650)
            from kind in kinds
            select KeyValuePair.Create(new Counter(new(OtherApp.Id), kind, today - day, CeremonyKinds.Authenticate), 100L);
        foreach (var batch in counters.Chunk(CounterStore.Batch))
            await store.AddAsync(batch, CancellationToken.None);
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        (await viewer.GetAsync($"/console/apps/{OtherApp.Id}")).Expect(200);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var page = (await viewer.GetAsync($"/console/apps/{OtherApp.Id}?range=all")).Expect(200);

        Assert.Contains("365,000", page.Text, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Of_a_median_within_the_first_second_no_more_is_said()
    {
        var app = await Manager.AppAsync();
        var today = Days.Of(Server.Clock.GetUtcNow());
        await Server.Services.GetRequiredService<CounterStore>().AddAsync(
            [
                KeyValuePair.Create(new Counter(new(app.Id), Counted.Seconds, today, "0"), 10L),
                KeyValuePair.Create(new Counter(new(app.Id), Counted.Milliseconds, today, ""), 1000L),
            ],
            CancellationToken.None);
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var page = (await viewer.GetAsync($"/console/apps/{app.Id}")).Expect(200).Text;
        Assert.Contains("under 1 s <small>mean 0.1 s", page, StringComparison.Ordinal);
        Assert.Contains("median under 1 s", page, StringComparison.Ordinal);
        Assert.DoesNotContain("0.5 s", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("30", 30)]
    [InlineData("90", 90)]
    [InlineData("365", 53)]
    [InlineData("all", 7)]
    [InlineData("nonsense", 30)]
    public void A_range_has_as_many_columns_as_can_be_told_apart(string word, int columns)
    {
        var range = DayRange.Of(word, today: 20_000, first: 19_999);
        Assert.Equal(columns, range.Columns([]).Count);
        Assert.Equal(2, range.Columns([new(range.From, "", "", 1), new(range.To, "", "", 1)]).Sum(bar => bar.Value));
    }

    [Fact]
    public async Task The_numbers_of_every_chart_can_be_had_as_a_file()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        foreach (var chart in (await FiguresAsync()).Charts.Keys)
        {
            var file = (await viewer.GetAsync($"/console/apps/acme/data?chart={chart}&range=7")).Expect(200);
            Assert.StartsWith("label,number\r\n", file.Text, StringComparison.Ordinal);
        }

        Assert.Equal(404, (await viewer.GetAsync("/console/apps/acme/data?chart=none")).Status);
    }
}
