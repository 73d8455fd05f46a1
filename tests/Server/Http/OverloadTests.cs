using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Threat 23, of a whole node: what it takes on at once is bounded, and it says so instead of running out of memory.</summary>
public class OverloadTests(OverloadTests.Fixture server) : IClassFixture<OverloadTests.Fixture>
{
    private const int Requests = 4;
    private const int Connections = 24;

    public sealed class Fixture : ServerFixture
    {
        /// <summary>Ends the requests that are being worked on.</summary>
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override IEnumerable<string> Settings =>
            [$"--OpenPassage:Limits:ConcurrentRequests={Requests}", $"--OpenPassage:Limits:Connections={Connections}"];

        protected override void Map(WebApplication application) => application.MapGet("work", () => Done.Task);
    }

    [Fact]
    public async Task With_as_many_requests_as_it_takes_others_are_told_to_come_again_but_for_questions_of_health_and_files()
    {
        var page = new Page(server, ServerFixture.App);
        var working = Enumerable.Range(0, Requests).Select(_ => WorkAsync()).ToList();
        await UntilAsync(async () => (await page.StartAuthenticationAsync()).Status == 503);

        var refused = await page.StartAuthenticationAsync();
        Assert.Equal((503, "internal_server_error"), refused.Refused);
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.Equal(ServerFixture.App.Origin, refused.Header("Access-Control-Allow-Origin"));
        foreach (var path in (string[])["console/sign-in", "metrics", "v1/apps/acme/.well-known/webauthn", "v1/apps/acme/users", "nowhere"])
            Assert.Equal((path, 503), (path, (await Reply.ReadAsync(await server.Http.GetAsync(path))).Status));
        foreach (var path in (string[])["health/live", "health/ready", "openapi.json", "openpassage.js"])
            Assert.Equal((path, 200), (path, (await Reply.ReadAsync(await server.Http.GetAsync(path))).Status));

        server.Done.SetResult();
        Assert.All(await Task.WhenAll(working), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        // An answer is there a moment before its place is free.
        await UntilAsync(async () => (await page.StartAuthenticationAsync()).Status == 200);
    }

    /// <summary>One address could else keep everybody out, a byte now and then.</summary>
    [Fact]
    public async Task Requests_that_come_slowly_keep_nobody_out_and_are_answered_when_they_are_there()
    {
        // What another test has asked has left.
        await UntilAsync(async () => (await new Page(server, ServerFixture.App).StartAuthenticationAsync()).Status == 200);
        var slow = new List<TcpClient>();
        for (var request = 0; request < 3 * Requests; request++)
            slow.Add(await HalfARequestAsync());
        for (var call = 0; call < 20; call++)
            (await new Page(server, ServerFixture.App).StartAuthenticationAsync()).Expect(200);

        foreach (var client in slow)
        {
            await client.GetStream().WriteAsync("{}"u8.ToArray());
            Assert.StartsWith("HTTP/1.1 200", await AnswerAsync(client), StringComparison.Ordinal);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Connections_that_say_nothing_make_room_for_those_that_come()
    {
        var quiet = new List<TcpClient>();
        for (var connection = 0; connection < 3 * Connections; connection++)
            quiet.Add(await ConnectAsync());

        using var handler = new SocketsHttpHandler();
        using var newcomer = new HttpClient(handler) { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await newcomer.GetAsync("health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await newcomer.GetAsync("openapi.json")).StatusCode);
        // The oldest have gone, and no more than the setting are open.
        await UntilAsync(() => ValueTask.FromResult(quiet.Count(IsOpen) <= Connections));
        Assert.False(IsOpen(quiet[0]));
        quiet.ForEach(client => client.Dispose());
    }

    // What came before may not have left yet, and a connection may just be closed for another: then again, as any client does.
    private async Task<HttpResponseMessage> WorkAsync()
    {
        for (; ; await Task.Delay(10))
        {
            try
            {
                var answer = await server.Http.GetAsync("work");
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return answer;
            }
            catch (HttpRequestException)
            {
                // Closed.
            }
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return client;
    }

    // The end of its body does not come until the test sends it; what comes before keeps Kestrel from calling it too slow.
    private async Task<TcpClient> HalfARequestAsync()
    {
        var client = await ConnectAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/apps/acme/authenticate/transactions/webauthn/start HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 30002\r\n\r\n" + new string(' ', 30_000)));
        return client;
    }

    private static async Task<string> AnswerAsync(TcpClient client)
    {
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
    }

    private static bool IsOpen(TcpClient client) => !(client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0);

    private static async Task UntilAsync(Func<ValueTask<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }
}

/// <summary>Threat 23, of readiness: however many ask, the database is asked once a second.</summary>
public sealed class HealthTests : IOnPostgres
{
    [Fact]
    public async Task However_many_ask_whether_it_is_ready_the_database_is_asked_once_a_second()
    {
        var postgres = await PostgresServer.SharedAsync();
        var database = await postgres.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database!;
        await postgres.ExecuteAsync("postgres", $"ALTER DATABASE {name} SET log_statement = 'all'");
        await using (var server = new ServerFixture { SharedDatabase = database })
        {
            await server.InitializeAsync();
            var since = System.Diagnostics.Stopwatch.StartNew();
            await Parallel.ForAsync(0, 300, async (_, stop) =>
                Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("health/ready", stop)).StatusCode));
            var log = await postgres.LogOfAsync(name);
            var asked = log.Count(line => line.Contains("SELECT CAST(1 AS BIGINT)", StringComparison.Ordinal));
            Assert.InRange(asked, 1, (int)since.Elapsed.TotalSeconds + 2);
        }

        await postgres.DropDatabaseAsync(name);
    }
}
