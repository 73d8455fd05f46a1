using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Advice;

public class AdviseRegistrationTests(ServerFixture server) : ServerTests(server)
{
    private const string Path = "register/advice";
    private const string OnWindows =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private const string OnLinux = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static JsonObject Body(string transaction, int? askedDaysAgo = null) => new()
    {
        ["transaction_id"] = transaction,
        ["capabilities"] = new JsonObject { ["local"] = true, ["phone"] = false },
        ["asked_days_ago"] = askedDaysAgo,
    };

    private static (string, string) Told(Reply reply)
    {
        var answer = reply.Expect(200).Json.AsObject();
        Assert.Equal(["advice", "reason"], answer.Select(member => member.Key));
        return ((string)answer["advice"]!, (string)answer["reason"]!);
    }

    [Fact]
    public async Task Somebody_without_a_passkey_is_asked_and_nothing_is_written()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var before = Server.Rows();

        Assert.Equal(("ask_now", "device_can"), Told(await Page.PostAsync(Path, Body(transaction))));
        Assert.Equal(("later", "asked_of_late"), Told(await Page.PostAsync(Path, Body(transaction, askedDaysAgo: 2))));

        Assert.Equal(before, Server.Rows());
    }

    [Fact]
    public async Task Somebody_with_a_passkey_of_this_device_is_not()
    {
        var (user, page) = (NewUser(), new Page(Server, App) { UserAgent = OnWindows });
        (await page.RegisterAsync(await RegisterTransactionAsync(user), ceremony => ceremony.Transports = ["internal"])).Expect(200);
        var transaction = await RegisterTransactionAsync(user);

        Assert.Equal(("no", "made_on_this_system"), Told(await page.PostAsync(Path, Body(transaction))));
        Assert.Equal(
            ("ask_now", "second_device"),
            Told(await new Page(Server, App) { UserAgent = OnLinux }.PostAsync(Path, Body(transaction))));
    }

    [Fact]
    public async Task Two_refusals_within_a_week_are_enough()
    {
        var user = NewUser();
        foreach (var origin in (string[])["https://evil.example", "https://worse.example"])
        {
            Assert.Equal(401, (await Page.RegisterAsync(
                await RegisterTransactionAsync(user), ceremony => ceremony.ClientData.Origin = origin)).Status);
        }

        Assert.Equal(
            ("later", "failed_of_late"), Told(await Page.PostAsync(Path, Body(await RegisterTransactionAsync(user)))));
        Server.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(("ask_now", "device_can"), Told(await Page.PostAsync(Path, Body(await RegisterTransactionAsync(user)))));
    }

    [Theory]
    [InlineData(5, "later", "rarely_succeeds")]
    [InlineData(30, "ask_now", "often_succeeds")]
    public async Task A_kind_of_device_is_judged_by_the_apps_own_counters(int made, string advice, string reason)
    {
        var app = await Manager.AppAsync();
        var today = Days.Of(Server.Clock.GetUtcNow());
        await Server.Services.GetRequiredService<CounterStore>().AddAsync(
            [
                KeyValuePair.Create(new Counter(new AppId(app.Id), Counted.Asked, today - 1, "Chrome on Linux"), 100L),
                KeyValuePair.Create(new Counter(new AppId(app.Id), Counted.Made, today - 1, "Chrome on Linux"), (long)made),
                KeyValuePair.Create(new Counter(new AppId(app.Id), Counted.Asked, today - 60, "Chrome on Windows"), 100L),
            ],
            CancellationToken.None);
        var transaction = (string)(await new Backend(Server, app).CreateRegisterTransactionAsync("ann")).Json["transaction_id"]!;

        Assert.Equal((advice, reason), Told(await new Page(Server, app) { UserAgent = OnLinux }.PostAsync(Path, Body(transaction))));
        Assert.Equal(
            ("ask_now", "device_can"), Told(await new Page(Server, app) { UserAgent = OnWindows }.PostAsync(Path, Body(transaction))));
    }

    [Fact]
    public async Task Where_the_start_refuses_so_does_advice()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        (await Page.RegisterAsync(transaction)).Expect(200);
        await RefusedAsync(404, "transaction_not_found", () => Page.PostAsync(Path, Body(transaction)));

        var user = await RegisteredAsync();
        var other = await RegisterTransactionAsync(user);
        await DeactivateAsync(user);
        await RefusedAsync(403, "user_not_active", () => Page.PostAsync(Path, Body(other)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"transaction_id":""}""")]
    [InlineData("""{"transaction_id":"a","asked_days_ago":-1}""")]
    [InlineData("""{"transaction_id":"a","asked_days_ago":"never"}""")]
    public async Task What_is_no_question_is_refused(string body)
        => await RefusedAsync(400, "invalid_request", () => Page.PostAsync(Path, body));
}
