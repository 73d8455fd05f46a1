using System.Diagnostics;
using OpenPassage.Proof.Tests.Crowds;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Sessions;

/// <summary>Refresh tokens shown many times at once, on three servers that know each other through the database alone.</summary>
public sealed class RefreshOnThreeNodes(ThreeNodes nodes, ITestOutputHelper output) : IClassFixture<ThreeNodes>
{
    private const int Callers = 64;

    /// <summary>20 unless <c>OPENPASSAGE_REFRESH_GENERATIONS</c> says otherwise; and so many thefts.</summary>
    private static readonly int Generations =
        Environment.GetEnvironmentVariable("OPENPASSAGE_REFRESH_GENERATIONS") is { Length: > 0 } text ? int.Parse(text) : 20;

    [Fact]
    public async Task Sixty_four_callers_over_many_generations_get_one_successor_each_time_and_nobody_is_signed_out()
    {
        var apis = nodes.Apis(ServerProcess.CompleteAppId);
        var member = new Member(apis[0], "shared");
        await member.RegisterAsync();
        var token = Assert.Single(member.RefreshTokens);
        var clock = Stopwatch.StartNew();

        for (var generation = 0; generation < Generations; generation++)
        {
            var shown = token;
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
                Member.RefreshAsync(apis[(caller + generation) % apis.Length], shown)));
            Assert.All(answers, answer => Assert.True(answer.Ok, $"Generation {generation}: {answer}"));
            token = Assert.Single(answers.Select(Member.RefreshTokenOf).Distinct());
            Assert.NotEqual(shown, token);
        }

        output.WriteLine($"{Callers} callers through {Generations} generations: {Callers * Generations} refreshes in {clock.Elapsed}");
        // One step each, however many have asked for it.
        Assert.Equal(1L, await nodes.AskAsync($"SELECT COUNT(*) FROM sessions WHERE app_id = '{ServerProcess.CompleteAppId}'"));
        Assert.Equal(
            Generations + 1L,
            await nodes.AskAsync($"SELECT generation FROM sessions WHERE app_id = '{ServerProcess.CompleteAppId}' AND revoked_at = 0"));
        Assert.Equal(0L, await nodes.AskAsync($"SELECT COUNT(*) {Reuses(ServerProcess.CompleteAppId)}"));
    }

    /// <summary>Threat 7, with three thieves of each token, while its owner goes on.</summary>
    [Fact]
    public async Task A_stolen_token_used_after_the_grace_is_caught_every_time()
    {
        var apis = nodes.Apis(ServerProcess.ShortGraceAppId);
        var before = await nodes.CountedAsync("openpassage_refresh_token_reused_total");
        using var atOnce = new SemaphoreSlim(Callers);

        await Task.WhenAll(Enumerable.Range(0, Generations).Select(async person =>
        {
            await atOnce.WaitAsync();
            try
            {
                await StealAsync(apis, person);
            }
            finally
            {
                atOnce.Release();
            }
        }));

        const string App = ServerProcess.ShortGraceAppId;
        // Of each theft one event, one count, and no session.
        Assert.Equal((long)Generations, await nodes.AskAsync($"SELECT COUNT(*) {Reuses(App)}"));
        Assert.Equal((long)Generations, await nodes.AskAsync($"SELECT COUNT(DISTINCT user_id) {Reuses(App)}"));
        Assert.Equal(0L, await nodes.AskAsync($"SELECT COUNT(*) FROM sessions WHERE app_id = '{App}' AND revoked_at = 0"));
        Assert.Equal(Generations, await nodes.CountedAsync("openpassage_refresh_token_reused_total") - before);
        output.WriteLine($"{Generations} thefts, {Generations} caught");
    }

    private static async Task StealAsync(Api[] apis, int person)
    {
        var member = new Member(apis[person % apis.Length], $"robbed-{person}");
        await member.RegisterAsync();
        var newest = Assert.Single(member.RefreshTokens);
        // Stolen once from the start, once on the way.
        for (var refreshes = 0; refreshes < person % 3; refreshes++)
            newest = Member.RefreshTokenOf((await Member.RefreshAsync(apis[refreshes], newest)).Expect());
        var stolen = newest;
        newest = Member.RefreshTokenOf((await Member.RefreshAsync(apis[2], stolen)).Expect());
        await Task.Delay(ServerProcess.ShortGrace + TimeSpan.FromMilliseconds(200));

        var owner = person % 2 == 0 ? Member.RefreshAsync(apis[0], newest) : null;
        var thieves = await Task.WhenAll(apis.Select(api => Member.RefreshAsync(api, stolen)));

        Assert.All(thieves, thief => Assert.Equal((401, "invalid_refresh_token"), (thief.Status, thief.Code)));
        if (owner is not null && await owner is { Ok: true } answered)
            newest = Member.RefreshTokenOf(answered);
        foreach (var api in apis)
            Assert.Equal("invalid_refresh_token", (await Member.RefreshAsync(api, newest)).Code);
    }

    private static string Reuses(string app) => $"FROM events WHERE app_id = '{app}' AND type = 'refresh_token_reused'";
}
