using System.Net.Http.Headers;
using System.Text;

namespace OpenPassage.Server.Tests.Http;

public class EnvelopeTests(ServerFixture server) : ServerTests(server)
{
    private const string Start = "authenticate/transactions/webauthn/start";

    private async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    [Theory]
    [InlineData("GET", "v1/apps/acme/nothing")]
    [InlineData("POST", "v1/apps/acme/authenticate")]
    [InlineData("GET", "v1/apps")]
    [InlineData("GET", "v1/nothing")]
    [InlineData("DELETE", "v1")]
    public async Task An_unknown_route_gets_an_envelope(string method, string path) =>
        Assert.Equal((404, "invalid_request"), (await SendAsync(new HttpMethod(method), path)).Refused);

    [Theory]
    [InlineData("GET", "v1/apps/acme/transactions/register", "POST, OPTIONS")]
    [InlineData("PUT", "v1/apps/acme/users", "GET, HEAD, POST, OPTIONS")]
    [InlineData("GET", "v1/apps/acme/users/u/devices/d", "PATCH, DELETE, OPTIONS")]
    [InlineData("PUT", "v1/apps/acme/authenticate/transactions/webauthn/start", "POST, OPTIONS")]
    public async Task A_wrong_method_is_told_the_right_one(string method, string path, string allow)
    {
        var reply = await SendAsync(new HttpMethod(method), path);

        Assert.Equal((405, "invalid_request"), reply.Refused);
        Assert.Equal(allow, reply.Header("Allow"));
    }

    [Fact]
    public async Task A_trailing_slash_does_not_matter()
    {
        (await SendAsync(HttpMethod.Post, $"v1/apps/acme/{Start}/", new StringContent("{}"))).Expect(200);
        (await Backend.GetAsync("users/")).Expect(200);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-8")]
    public async Task Json_is_read_under_any_content_type(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        (await SendAsync(HttpMethod.Post, $"v1/apps/acme/{Start}", content)).Expect(200);
    }

    [Fact]
    public async Task Json_without_a_content_type_is_read()
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}']);

        (await SendAsync(HttpMethod.Post, $"v1/apps/acme/{Start}", content)).Expect(200);
    }

    /// <summary>Threat 23.</summary>
    [Fact]
    public async Task A_body_of_1_MiB_is_refused_with_and_without_a_length()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"transaction_id":"{{new string('x', 1024 * 1024)}}"}""");

        await RefusedAsync(413, "invalid_request", () => SendAsync(HttpMethod.Post, $"v1/apps/acme/{Start}", new ByteArrayContent(body)));
        await RefusedAsync(413, "invalid_request", () => SendAsync(HttpMethod.Post, $"v1/apps/acme/{Start}", new Chunked(body)));
    }

    [Fact]
    public async Task A_body_of_64_KiB_is_taken_and_one_byte_more_is_not()
    {
        static string Body(int length) => $$"""{"a":"{{new string('x', length - 8)}}"}""";

        (await Page.PostAsync(Start, Body(64 * 1024))).Expect(200);
        Assert.Equal((413, "invalid_request"), (await Page.PostAsync(Start, Body((64 * 1024) + 1))).Refused);
    }

    /// <summary>Threat 23.</summary>
    [Theory]
    [InlineData(17)]
    [InlineData(20_000)]
    public async Task Deep_json_is_refused(int depth)
    {
        var deep = $$"""{"x":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        await RefusedAsync(400, "invalid_request", () => Page.PostAsync(Start, deep));
        await RefusedAsync(
            400,
            "invalid_request",
            () => Page.PostAsync("authenticate/transactions/webauthn/finish", $$"""{"handshake_id":"x","handshake_response":{{deep}}}"""));
    }

    [Fact]
    public async Task A_huge_ticket_is_refused_fast()
    {
        var huge = new string('A', 60_000);

        await RefusedAsync(404, "transaction_not_found", () => Page.StartAuthenticationAsync(huge));
        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(huge));
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_no_server_name()
    {
        foreach (var reply in new[]
        {
            await Page.StartAuthenticationAsync(), await Backend.ListUsersAsync(), await SendAsync(HttpMethod.Get, "v1/x"),
            await SendAsync(HttpMethod.Get, "v1/apps/nobody/users"), await SendAsync(HttpMethod.Get, "health/live"),
            await Page.PostAsync(Start, "{"),
        })
        {
            Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
            Assert.Equal("no-store", reply.Header("Cache-Control"));
            Assert.Null(reply.Header("Server"));
        }
    }

    [Fact]
    public async Task Health_says_that_the_process_and_its_database_answer()
    {
        (await SendAsync(HttpMethod.Get, "health/live")).Expect(200);
        (await SendAsync(HttpMethod.Get, "health/ready")).Expect(200);
    }

    [Fact]
    public async Task No_secret_is_logged()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var started = await Page.StartAuthenticationAsync(transaction);
        await Page.FinishAuthenticationAsync(started, transaction, ceremony => ceremony.ClientData.Origin = "https://evil.example");
        string nonce = (await Page.FinishAuthenticationAsync(started, transaction)).Expect(200)["nonce"]!;
        (await Backend.VerifyNonceAsync(nonce)).Expect(200);

        string[] secrets =
        [
            App.ApiKey,
            transaction,
            nonce,
            (string)started.Json["handshake"]!["id"]!,
            (string)started.Json["handshake"]!["challenge"]!["publicKey"]!["challenge"]!,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, Server.Log, StringComparison.Ordinal));
        Assert.NotEmpty(Server.Log);
    }

    private sealed class Chunked(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
            => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
