using System.Diagnostics;

namespace OpenPassage.Server.Tests.Http;

public sealed class DatabaseAwayTests : IOnPostgres
{
    [Fact]
    public async Task While_the_database_is_away_calls_are_answered_with_503_and_the_server_recovers_by_itself()
    {
        await using var postgres = await PostgresServer.CreateAsync();
        await using var server = new ServerFixture { SharedDatabase = await postgres.CreateDatabaseAsync() };
        await server.InitializeAsync();
        var backend = new Backend(server, ServerFixture.App);
        var page = new Page(server, ServerFixture.App);
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"]!)).Expect(200);
        var started = await page.StartAuthenticationAsync();

        await postgres.StopAsync();

        foreach (var call in (Func<Task<Reply>>[])[
            () => backend.CreateAuthenticateTransactionAsync("alice"),
            () => backend.CreateRegisterTransactionAsync("bob"),
            () => page.FinishAuthenticationAsync(started),
        ])
        {
            var reply = await call();
            Assert.Equal((503, "internal_server_error"), reply.Refused);
            Assert.Equal("1", reply.Header("Retry-After"));
        }

        Assert.Equal(503, await StatusAsync("health/ready"));
        Assert.Equal(200, await StatusAsync("health/live"));
        Assert.DoesNotContain("Error:", server.Log, StringComparison.Ordinal);

        await postgres.StartAsync();

        (await backend.CreateRegisterTransactionAsync("bob")).Expect(201);
        // Readiness is asked now and then for all who want to know, so it follows a moment later.
        for (var since = Stopwatch.StartNew(); await StatusAsync("health/ready") != 200; await Task.Delay(20))
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), "It is not ready ten seconds after its database is back.");
        (await page.FinishAuthenticationAsync(started)).Expect(200);

        async Task<int> StatusAsync(string path) => (int)(await server.Http.GetAsync(path)).StatusCode;
    }
}
