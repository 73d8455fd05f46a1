using OpenPassage.Proof.Tests.Crowds;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Failover;

/// <summary>
/// The leader of two PostgreSQL is killed while people register, sign in and refresh their tokens; the other one takes over.
/// </summary>
public sealed class LeaderCrash(ITestOutputHelper output)
{
    private const int Kills = 5, Clients = 4;

    /// <summary>Patroni's own limit, and two seconds for the proxy to see it and the server to connect.</summary>
    private static readonly TimeSpan Limit = PatroniCluster.Ttl + PatroniCluster.LoopWait + TimeSpan.FromSeconds(2);

    // Explicit: takes minutes, so it runs when asked for.
    [Fact(Explicit = true, Timeout = 360_000)]
    public async Task A_leader_that_is_killed_takes_no_answer_with_it_and_is_replaced_in_time()
    {
        if (PatroniCluster.Missing is [_, ..] missing)
            Assert.Skip($"Not installed: {string.Join(", ", missing)}.");
        await using var cluster = await PatroniCluster.StartAsync();
        await using var server = new ServerProcess(cluster.ConnectionString);
        await server.StartAsync();
        using var crowd = new Crowd(server, Clients);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var (unavailable, signIns) = (crowd.Unavailable, crowd.SignIns);
            crowd.Start();
            Assert.NotNull(await crowd.NextAnswerAsync(TimeSpan.FromSeconds(30)));
            await Task.Delay(1000);
            var killed = await cluster.KillLeaderAsync();
            var outage = await crowd.NextAnswerAsync(Limit + TimeSpan.FromSeconds(20));
            await crowd.StopAsync();

            Assert.Empty(crowd.Wrong);
            Assert.Equal(0, crowd.Lost); // The server itself answers, whatever becomes of the database.
            Assert.NotEqual(unavailable, crowd.Unavailable);
            Assert.True(outage is not null, $"Nobody could sign in any more.\n{server.Output}\n{cluster.Output}");
            Assert.True(
                outage <= Limit,
                $"Nobody could sign in for {outage.Value.TotalSeconds:F1} s; the limit is {Limit.TotalSeconds} s.\n"
                    + $"{server.Output}\n{cluster.Output}");
            output.WriteLine(
                $"kill {kill} (node {killed.Name}): back after {outage.Value.TotalSeconds:F1} s; {crowd.SignIns - signIns} sign-ins "
                    + $"answered, {crowd.Unavailable - unavailable} calls answered 503, {crowd.InDoubt} in doubt");
            await crowd.JudgeAsync(all: kill == Kills);

            killed.Start();
            await cluster.BothServeAsync();
        }
        output.WriteLine($"{Kills} kills, and kept: {crowd.Tally}");
    }
}
