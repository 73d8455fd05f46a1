using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using OpenPassage.Proof.Tests.Crowds;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crash;

/// <summary><c>kill -9</c> of the server while people register, sign in and refresh their tokens.</summary>
public sealed class ServerCrash(ITestOutputHelper output)
{
    private const int Clients = 12;

    [Fact]
    public async Task A_server_on_SQLite_that_is_killed_has_kept_what_it_answered_and_nothing_else()
    {
        await using var server = new ServerProcess();

        await KillAgainAndAgainAsync(server);

        await server.KillAsync();
        using var connection = new SqliteConnection($"Data Source={server.SqliteFile};Pooling=false");
        connection.Open();
        Assert.Equal("ok", One(connection, "PRAGMA integrity_check"));
        Assert.Equal(0L, One(connection, Statements.HalfSaved));
    }

    [Fact]
    public async Task A_server_on_PostgreSQL_that_is_killed_has_kept_what_it_answered_and_nothing_else()
    {
        Assert.SkipWhen(Programs.PostgresBinaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresDaemon.StartNewAsync();
        await using var server = new ServerProcess(postgres.ConnectionString);

        await KillAgainAndAgainAsync(server);

        Assert.Equal(0L, await postgres.AskAsync(Statements.HalfSaved));
    }

    private async Task KillAgainAndAgainAsync(ServerProcess server)
    {
        using var crowd = new Crowd(server, Clients);
        await server.StartAsync();
        for (var round = 1; round <= Rounds.Count; round++)
        {
            var (lost, signIns, refreshes) = (crowd.Lost, crowd.SignIns, crowd.Refreshes);
            crowd.Start();
            Assert.NotNull(await crowd.NextAnswerAsync(TimeSpan.FromSeconds(30)));
            await Task.Delay(RandomNumberGenerator.GetInt32(100, 700));
            await server.KillAsync();
            await crowd.StopAsync();
            Assert.Empty(crowd.Wrong);
            Assert.Equal(Clients, crowd.Lost - lost); // Nobody was idle, so the kill fell into work.
            output.WriteLine(
                $"round {round}: {crowd.SignIns - signIns} sign-ins and {crowd.Refreshes - refreshes} refreshes answered, "
                    + $"{crowd.InDoubt} calls in doubt");

            await server.StartAsync();
            await crowd.JudgeAsync(all: round == Rounds.Count);
        }
        output.WriteLine($"{Rounds.Count} kills, and kept: {crowd.Tally}");
    }

    private static object? One(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
