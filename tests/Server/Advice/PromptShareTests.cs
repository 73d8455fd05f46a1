using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Advice;

/// <summary>An app asks some of its users, and compares.</summary>
public class PromptShareTests(ServerFixture server) : ServerTests(server)
{
    private App Of(TestApp app) => Server.Services.GetRequiredService<AppDirectory>().Find(app.Id)!;

    [Fact]
    public async Task A_user_stays_in_or_out_and_a_larger_share_leaves_everybody_in()
    {
        var app = Of(await Manager.AppAsync());
        string[] users = [.. Enumerable.Range(0, 2_000).Select(user => $"user-{user}")];
        HashSet<string> Within(int share) => [.. users.Where(user => PromptShare.Has(app with { PromptShare = share }, user))];

        var (few, half) = (Within(20), Within(50));

        Assert.Empty(Within(0));
        Assert.Equal(users.Length, Within(100).Count);
        Assert.Equal(few, Within(20));
        Assert.Subset(half, few);
        Assert.InRange(few.Count, 300, 500);
        Assert.InRange(half.Count, 880, 1_120);
    }

    [Fact]
    public async Task Advice_asks_those_in_the_share_alone_and_both_groups_are_counted()
    {
        var app = await Manager.AppAsync(new JsonObject { ["prompt_share"] = 50 });
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        var (inside, outside) = (0, 0);
        for (var person = 0; person < 12; person++)
        {
            var name = $"person-{person}";
            var transaction = (string)(await backend.CreateRegisterTransactionAsync(name)).Expect(201).Json["transaction_id"]!;
            var isIn = PromptShare.Has(Of(app), await backend.UserIdAsync(name));
            var told = (await page.PostAsync(
                "register/advice",
                new JsonObject { ["transaction_id"] = transaction, ["capabilities"] = new JsonObject { ["local"] = true } })).Expect(200);
            Assert.Equal(
                isIn ? ("ask_now", "device_can") : ("no", "not_in_share"), (told["advice"]!, told["reason"]!));
            _ = isIn ? inside++ : outside++;
            if (!isIn && outside > 1)
                continue;
            // One of those outside asks for it.
            (await page.RegisterAsync(transaction)).Expect(200);
        }

        (await page.AuthenticateAsync()).Expect(200);

        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        var shares = (await Manager.GetAsync($"apps/{app.Id}/statistics")).Expect(200).Json["prompt_share"]!.AsArray();
        Assert.Equal(["in", "out"], shares.Select(share => (string)share!["group"]!));
        Assert.Equal([inside, Math.Min(1, outside)], shares.Select(share => (int)share!["asked"]!));
        Assert.Equal([inside, Math.Min(1, outside)], shares.Select(share => (int)share!["made"]!));
        Assert.Equal(1, shares.Sum(share => (int)share!["used"]!));

        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var overview = (await viewer.GetAsync($"/console/apps/{app.Id}")).Expect(200).Text;
        Assert.Contains("asks 50 % of the users", overview, StringComparison.Ordinal);
        Assert.StartsWith(
            "label,number\r\nin: asked,", (await viewer.GetAsync($"/console/apps/{app.Id}/data?chart=share")).Expect(200).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_are_asked_alike_there_is_nothing_to_compare()
    {
        var app = await Manager.AppAsync();
        var transaction = (await new Backend(Server, app).CreateRegisterTransactionAsync("ann")).Expect(201)["transaction_id"];
        (await new Page(Server, app).RegisterAsync(transaction)).Expect(200);

        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);

        Assert.Empty((await Manager.GetAsync($"apps/{app.Id}/statistics")).Expect(200).Json["prompt_share"]!.AsArray());
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("\"half\"")]
    [InlineData("12.5")]
    public async Task What_is_no_percentage_is_refused(string share)
        => Assert.Equal(400, (await Manager.PostAsync("apps", JsonNode.Parse(
            $$"""{"rp_id":"example.com","origins":["https://example.com"],"prompt_share":{{share}}}""")!.AsObject())).Status);
}
