using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Npgsql;

namespace OpenPassage.Server.Tests.Http;

/// <summary>
/// Threat 23, of tickets: what a stranger sends starts no read of the key ring of its own, and nobody's request waits for a database
/// on a thread. The reads are counted where they arrive, in PostgreSQL's log.
/// </summary>
public sealed class StrangersKeysTests : IAsyncLifetime, IOnPostgres
{
    private PostgresServer postgres = null!;
    private string database = null!;

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresServer.SharedAsync();
        database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync("postgres", $"ALTER DATABASE {Name} SET log_statement = 'all'");
    }

    public async ValueTask DisposeAsync() => await postgres.DropDatabaseAsync(Name);

    private string Name => new NpgsqlConnectionStringBuilder(database).Database!;

    [Fact]
    public async Task Six_hundred_tickets_with_keys_that_nobody_has_cost_a_read_a_second_together_while_the_ring_is_young()
    {
        await using var node = await NodeAsync();
        var page = new Page(node, ServerFixture.App);
        var genuine = Base64Url.DecodeFromChars(await TicketAsync(node));
        var (readAtStart, answers, since) = (await ReadsAsync(), new ConcurrentBag<(int, string)>(), Stopwatch.StartNew());

        var flood = Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (_, _) =>
            answers.Add((await page.StartAuthenticationAsync(WithAnotherKey(genuine))).Refused));
        while (!flood.IsCompleted)
            Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("health/live")).StatusCode);
        await flood;

        Assert.Equal(600, answers.Count);
        Assert.All(answers, answer => Assert.Equal((404, "transaction_not_found"), answer));
        Assert.InRange(await ReadsAsync() - readAtStart, 1, (int)since.Elapsed.TotalSeconds + 2);
    }

    [Fact]
    public async Task A_ticket_under_a_key_that_this_node_has_not_read_is_good_after_one_read_that_all_share()
    {
        await using var old = await NodeAsync();
        await using var young = await WithoutKeysAsync();
        var ticket = await TicketAsync(young);
        var (readBefore, since) = (await ReadsAsync(), Stopwatch.StartNew());

        var page = new Page(old, ServerFixture.App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => page.StartAuthenticationAsync(ticket)));

        Assert.All(answers, answer => answer.Expect(200));
        Assert.InRange(await ReadsAsync() - readBefore, 1, (int)since.Elapsed.TotalSeconds + 2);
        // And the other way round, where the key is gone for good.
        var lost = await new Page(young, ServerFixture.App).StartAuthenticationAsync(await TicketAsync(old));
        Assert.Equal((404, "transaction_not_found"), lost.Refused);
    }

    [Fact]
    public async Task While_the_ring_cannot_be_read_a_ticket_with_an_unknown_key_is_told_to_come_again_and_others_need_no_ring()
    {
        await using var node = await NodeAsync();
        var ticket = await TicketAsync(node);
        await postgres.ExecuteAsync(Name, "ALTER TABLE ticket_keys RENAME TO elsewhere");

        var (page, unknown) = (new Page(node, ServerFixture.App), WithAnotherKey(Base64Url.DecodeFromChars(ticket)));
        var reply = await page.StartAuthenticationAsync(unknown);
        Assert.Equal((503, "internal_server_error", "1"), (reply.Refused.Status, reply.Refused.Code, reply.Header("Retry-After")));
        (await page.StartAuthenticationAsync(ticket)).Expect(200);
        await postgres.ExecuteAsync(Name, "ALTER TABLE elsewhere RENAME TO ticket_keys");
        (await page.StartAuthenticationAsync(unknown)).Expect(404);
    }

    private async Task<ServerFixture> NodeAsync()
    {
        var node = new ServerFixture { SharedDatabase = database };
        await node.InitializeAsync();
        return node;
    }

    // One more node, which finds no key and makes one that no other has read.
    private async Task<ServerFixture> WithoutKeysAsync()
    {
        await postgres.ExecuteAsync(Name, "DELETE FROM ticket_keys");
        return await NodeAsync();
    }

    private static async Task<string> TicketAsync(ServerFixture node)
    {
        var (backend, page) = (new Backend(node, ServerFixture.App), new Page(node, ServerFixture.App));
        var user = $"user-{Guid.NewGuid():N}";
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"])).Expect(200);
        return (await backend.CreateAuthenticateTransactionAsync(user)).Expect(201)["transaction_id"]!;
    }

    // What stands there, of the ticket as it is and as it was once, is the id of the key in the ring.
    private static string WithAnotherKey(byte[] ticket)
    {
        byte[] made = [.. ticket];
        RandomNumberGenerator.Fill(made.AsSpan(5, 12));
        return Base64Url.EncodeToString(made);
    }

    private async Task<int> ReadsAsync()
        => (await postgres.LogOfAsync(Name)).Count(line => line.Contains("FROM ticket_keys ORDER BY", StringComparison.Ordinal));
}
