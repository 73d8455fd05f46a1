using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests;

/// <summary>Three server processes that start together on one new PostgreSQL database.</summary>
public class SeveralNodesTests : IAsyncLifetime, IOnPostgres
{
    private const int Players = 16;
    private const int CallsAtOnce = 4;

    private TestDatabase database = null!;
    private ServerProcess[] nodes = [];

    /// <summary>How long the replaying goes on; <c>OPENPASSAGE_REPLAY_SECONDS=60 ./test Replayed</c> for longer than 10 seconds.</summary>
    private static TimeSpan Duration =>
        TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("OPENPASSAGE_REPLAY_SECONDS"), out var seconds) ? seconds : 10);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        nodes = [.. Enumerable.Range(0, 3).Select(_ => new ServerProcess(database.Setting))];
        await Task.WhenAll(nodes.Select(node => node.InitializeAsync().AsTask()));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in nodes)
            await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task What_one_node_sealed_the_others_open()
    {
        foreach (var (first, second) in nodes.Zip(nodes.Skip(1).Append(nodes[0])))
        {
            var (here, there) = (new Page(first, ServerFixture.App), new Page(second, ServerFixture.App));
            var transaction = (await new Backend(first, ServerFixture.App).CreateRegisterTransactionAsync("alice"))
                .Expect(201)["transaction_id"]!;
            var started = (await there.StartRegistrationAsync(transaction)).Expect(200);
            var body = here.Authenticator.Create(Page.OptionsOf(started), ServerFixture.App.Origin).ToJsonObject(ResponseShape.FlexJs);
            var finished = (await here.FinishAsync("register", started, transaction, body)).Expect(200);
            Assert.Equal(
                "alice", (await new Backend(second, ServerFixture.App).VerifyNonceAsync(finished["nonce"]!)).Expect(200)["external_id"]);
        }
    }

    /// <summary>Threats 2 and 7, with 64 clients: each player replays what it has on all nodes at once.</summary>
    [Fact]
    public async Task Replayed_on_all_nodes_at_once_every_handshake_and_every_nonce_is_accepted_once()
    {
        var accepted = new ConcurrentBag<(int Handshakes, int Nonces)>();
        var patience = Stopwatch.StartNew();

        await Task.WhenAll(
            Enumerable.Range(0, Players).Select(player => Task.Run(() => PlayAsync($"player {player}", patience, accepted))));

        TestContext.Current.SendDiagnosticMessage(
            "{0} handshakes and nonces, each sent {1} times, in {2}", accepted.Count, CallsAtOnce, patience.Elapsed);
        Assert.NotEmpty(accepted);
        Assert.All(accepted, times => Assert.Equal((1, 1), times));
        var backend = new Backend(nodes[0], ServerFixture.App);
        var counted = 0L;
        foreach (var user in (await backend.ListUsersAsync("?limit=500")).Expect(200).Json["users"]!.AsArray())
            counted += (long)(await backend.GetUserAsync((string)user!["id"]!)).Expect(200).Json["user"]!["login_count"]!;
        Assert.Equal(accepted.Count, counted);
    }

    private async Task PlayAsync(string user, Stopwatch patience, ConcurrentBag<(int Handshakes, int Nonces)> accepted)
    {
        var authenticator = new SoftwareAuthenticator();
        Page[] pages = [.. nodes.Select(node => new Page(node, ServerFixture.App) { Authenticator = authenticator })];
        Backend[] backends = [.. nodes.Select(node => new Backend(node, ServerFixture.App))];
        (await pages[0].RegisterAsync((await backends[0].CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"]!)).Expect(200);
        for (var round = 0; patience.Elapsed < Duration; round++)
        {
            var home = round % nodes.Length;
            // With and without a transaction: what is spent differs.
            var transaction = round % 2 == 0
                ? null
                : (await backends[home].CreateAuthenticateTransactionAsync(user)).Expect(201)["transaction_id"];
            var started = (await pages[home].StartAuthenticationAsync(transaction)).Expect(200);
            var body = new JsonObject
            {
                ["handshake_id"] = (string)started.Json["handshake"]!["id"]!,
                ["handshake_response"] = pages[home].Answer(started),
            };
            if (transaction is not null)
                body["transaction_id"] = transaction;
            var text = body.ToJsonString();

            var nonce = await OnceAsync(call => pages[call % nodes.Length].PostAsync("authenticate/transactions/webauthn/finish", text));
            var told = await OnceAsync(call => backends[call % nodes.Length].VerifyNonceAsync(nonce.First["nonce"]!));

            accepted.Add((nonce.Times, told.Times));
            Assert.Equal(user, told.First["external_id"]);
        }
    }

    // The same call to all nodes; how often it was accepted.
    private static async Task<(int Times, Reply First)> OnceAsync(Func<int, Task<Reply>> call)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, CallsAtOnce).Select(call));
        Assert.All(replies, reply => Assert.True(reply.Status is 200 or 401 or 404, $"{reply.Status} {reply.Text}"));
        return (replies.Count(reply => reply.Status == 200), replies.First(reply => reply.Status == 200));
    }
}
