using System.Security.Cryptography;
using OpenPassage.Proof.Tests.Crowds;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crash;

/// <summary>
/// <c>kill -9</c> of PostgreSQL, postmaster and every backend, while people register, sign in and refresh their tokens. The server
/// lives on.
/// </summary>
public sealed class PostgresCrash(ITestOutputHelper output)
{
    private const int Clients = 12;

    [Fact]
    public async Task A_PostgreSQL_that_is_killed_has_kept_what_was_answered_and_the_server_goes_on_by_itself()
    {
        Assert.SkipWhen(Programs.PostgresBinaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresDaemon.StartNewAsync();
        await using var server = new ServerProcess(postgres.ConnectionString);
        await server.StartAsync();
        using var crowd = new Crowd(server, Clients);

        for (var round = 1; round <= Rounds.Count; round++)
        {
            var (unavailable, signIns) = (crowd.Unavailable, crowd.SignIns);
            crowd.Start();
            Assert.NotNull(await crowd.NextAnswerAsync(TimeSpan.FromSeconds(30)));
            await Task.Delay(RandomNumberGenerator.GetInt32(100, 700));
            await postgres.KillAsync();
            await Task.Delay(100); // Everybody meets the gap.
            await postgres.StartAsync();
            var outage = await crowd.NextAnswerAsync(TimeSpan.FromSeconds(30));
            await crowd.StopAsync();

            Assert.Empty(crowd.Wrong);
            Assert.Equal(0, crowd.Lost); // The server itself answers, whatever becomes of the database.
            Assert.NotEqual(unavailable, crowd.Unavailable);
            Assert.True(outage is not null, $"Nobody could sign in after PostgreSQL was up again.\n{server.Output}");
            output.WriteLine(
                $"round {round}: {crowd.SignIns - signIns} sign-ins answered, {crowd.Unavailable - unavailable} calls answered 503, "
                    + $"{crowd.InDoubt} in doubt; on its feet {outage.Value.TotalMilliseconds:F0} ms after PostgreSQL");
            await crowd.JudgeAsync(all: round == Rounds.Count);
        }

        output.WriteLine($"{Rounds.Count} kills, and kept: {crowd.Tally}");
        Assert.Equal(0L, await postgres.AskAsync(Statements.HalfSaved));
    }
}
