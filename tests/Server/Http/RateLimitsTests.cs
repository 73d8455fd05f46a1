namespace OpenPassage.Server.Tests.Http;

public sealed class LimitedServer : ServerFixture
{
    protected override IEnumerable<string> Settings
        => ["--OpenPassage:Limits:BrowserCallsPerMinute=5", "--OpenPassage:Limits:FailedKeysPerMinute=3"];
}

/// <summary>Threats 4 and 37: guessing is slow, and a forwarded address that no trusted proxy wrote changes nothing.</summary>
public class RateLimitsTests(LimitedServer server) : IClassFixture<LimitedServer>
{
    [Fact]
    public async Task Calls_beyond_the_limit_are_told_to_wait_and_other_apps_and_right_keys_are_not_counted()
    {
        var page = new Page(server, ServerFixture.App);
        for (var call = 0; call < 5; call++)
            (await page.StartAuthenticationAsync()).Expect(200);

        var reply = await page.StartAuthenticationAsync();

        Assert.Equal((429, "exceeded_attempts"), reply.Refused);
        Assert.InRange(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(ServerFixture.App.Origin, reply.Header("Access-Control-Allow-Origin"));
        (await new Page(server, ServerFixture.OtherApp).StartAuthenticationAsync()).Expect(200);

        using var spoofed = new HttpRequestMessage(HttpMethod.Post, "v1/apps/acme/authenticate/transactions/webauthn/start")
        {
            Content = new StringContent("{}"),
        };
        spoofed.Headers.Add("X-Forwarded-For", "203.0.113.9");
        (await Reply.ReadAsync(await server.Http.SendAsync(spoofed))).Expect(429);

        var wrong = new Backend(server, ServerFixture.App) { ApiKey = "wrong-key-0123456789abcdef" };
        var right = new Backend(server, ServerFixture.App);
        for (var call = 0; call < 3; call++)
            (await wrong.ListUsersAsync()).Expect(401);
        Assert.Equal((429, "exceeded_attempts"), (await wrong.ListUsersAsync()).Refused);
        for (var call = 0; call < 10; call++)
            (await right.ListUsersAsync()).Expect(200);
    }
}
