namespace OpenPassage.Server.Tests.Http;

/// <summary>Cross-origin calls as browsers make them.</summary>
public class BrowserOriginsTests(ServerFixture server) : ServerTests(server)
{
    private const string Start = "v1/apps/acme/authenticate/transactions/webauthn/start";

    private async Task<Reply> PreflightAsync(
        string origin, string path = Start, string method = "POST", string headers = "content-type,passage-flex-version,x-anything")
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://shop.example.com")]
    public async Task An_origin_of_the_app_may_call_with_any_header_and_without_credentials(string origin)
    {
        var reply = (await PreflightAsync(origin)).Expect(204);

        Assert.Equal(origin, reply.Header("Access-Control-Allow-Origin"));
        Assert.Equal(
            "content-type,passage-flex-version,x-anything",
            reply.Header("Access-Control-Allow-Headers")?.Replace(", ", ",", StringComparison.Ordinal));
        Assert.All(
            ["GET", "POST", "PATCH", "DELETE"],
            method => Assert.Contains(method, reply.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal));
        Assert.Null(reply.Header("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://evil.example", Start)]
    [InlineData("http://login.example.com", Start)]
    [InlineData("null", Start)]
    [InlineData("https://shop.example.com", "v1/apps/other/authenticate/transactions/webauthn/start")]
    [InlineData("https://login.example.com", "v1/apps/nobody/authenticate/transactions/webauthn/start")]
    public async Task A_foreign_origin_may_not(string origin, string path)
    {
        var reply = await PreflightAsync(origin, path);

        Assert.Null(reply.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_page_can_read_answers_and_refusals()
    {
        Reply[] replies =
        [
            await Page.StartAuthenticationAsync(),
            await Page.StartAuthenticationAsync("unknown"),
            await Page.PostAsync("authenticate/transactions/webauthn/start", "{"),
            await Page.PostAsync("authenticate/transactions/webauthn/start", new string(' ', 70_000)),
            await Page.PostAsync("nothing", "{}"),
            await Page.PostAsync("users/u/devices", "{}"),
        ];

        Assert.Equal([200, 404, 400, 413, 404, 405], replies.Select(reply => reply.Status));
        Assert.All(replies, reply => Assert.Equal(App.Origin, reply.Header("Access-Control-Allow-Origin")));
    }
}
