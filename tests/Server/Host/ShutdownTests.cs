using System.Net.Sockets;
using System.Text;

namespace OpenPassage.Server.Tests.Host;

public sealed class ShutdownTests : IDisposable
{
    private const int InFlight = 64;

    private static readonly TestApp App = ServerFixture.App;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-tests-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task SIGTERM_under_load_answers_every_request_that_was_accepted()
    {
        await using var server = await Executable.ServeAsync([$"--OpenPassage:DataDirectory={data.FullName}", .. App.Settings(0)]);
        using var ended = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(person => CallUntilItIsGoneAsync(server.Address, person, ended.Token)).ToArray();
        var accepted = await Task.WhenAll(Enumerable.Range(0, InFlight).Select(person => AcceptedCall.BeginAsync(server.Address, person)));

        await server.TerminateAsync();
        await GoneAsync(server.Address);
        // Every one of them is in the middle of its request, and nobody can begin another any more.
        foreach (var call in accepted)
            await call.SendRestAsync();
        var answers = await Task.WhenAll(accepted.Select(call => call.AnswerAsync()));

        Assert.All(answers, answer => Assert.Matches("""^HTTP/1\.1 201 [\s\S]*\r\n\r\n\{"transaction_id":"[^"]+"\}$""", answer));
        Assert.Equal(0, await server.EndAsync());
        Assert.DoesNotContain("fail: ", server.Output, StringComparison.Ordinal);
        await ended.CancelAsync();
        // What the others sent was answered in full or not begun: nobody was told of a fault.
        Assert.All(await Task.WhenAll(load), calls => Assert.True(calls > 0));
    }

    // The number of answers until the server takes no more calls.
    private static async Task<int> CallUntilItIsGoneAsync(Uri address, int person, CancellationToken ended)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {App.ApiKey}");
        for (var calls = 0; ; calls++)
        {
            try
            {
                using var content = new StringContent(AcceptedCall.Body($"loud-{person}-{calls}"));
                using var answer = await http.PostAsync(new Uri(AcceptedCall.Path, UriKind.Relative), content, ended);
                Assert.Equal(201, (int)answer.StatusCode);
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                return calls;
            }
        }
    }

    private static async Task GoneAsync(Uri address)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port);
                await Task.Delay(5);
            }
            catch (SocketException)
            {
                return;
            }
        }

        Assert.Fail("The server still takes connections.");
    }

    /// <summary>
    /// A call whose head is sent and whose body is held back. The server asks for the body with <c>100 Continue</c>, so it is
    /// known to have the call in hand.
    /// </summary>
    private sealed class AcceptedCall(TcpClient client, string body)
    {
        public const string Path = "/v1/apps/acme/transactions/register";

        public static string Body(string user) => $$"""{"external_id":"{{user}}","passkey_display_name":"{{user}}"}""";

        public static async Task<AcceptedCall> BeginAsync(Uri address, int person)
        {
            var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            var body = Body($"slow-{person}");
            var head = $"POST {Path} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {App.ApiKey}\r\nExpect: "
                + $"100-continue\r\nContent-Length: {body.Length}\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            var asked = new byte[25];
            await client.GetStream().ReadExactlyAsync(asked);
            Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(asked));
            return new AcceptedCall(client, body);
        }

        public async Task SendRestAsync() => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(body));

        /// <summary>All that comes until the server closes the connection, which it must.</summary>
        public async Task<string> AnswerAsync()
        {
            using (client)
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
            }
        }
    }
}
