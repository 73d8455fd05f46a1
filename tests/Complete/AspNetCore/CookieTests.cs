namespace OpenPassage.Complete.Tests.AspNetCore;

/// <summary>The cookie that the browser SDK sets counts, and not for what other sites' pages send.</summary>
public sealed class CookieTests : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private KeyServer server = null!;
    private ApiSite site = null!;
    private string token = "";

    public async ValueTask InitializeAsync()
    {
        server = await KeyServer.StartAsync(TokenMaker.Right);
        site = await StartAsync();
        token = new TokenMaker(TokenMaker.Right, time).Make();
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await server.DisposeAsync();
    }

    private Task<ApiSite> StartAsync(string? cookieName = null) => ApiSite.StartAsync(
        options =>
        {
            (options.AppId, options.BaseAddress) = (TokenMaker.AppId, server.Address);
            options.CookieName = cookieName ?? options.CookieName;
        },
        time);

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task What_only_reads_is_let_in_by_the_cookie_wherever_it_comes_from(string method)
    {
        Assert.Equal(200, (await site.SendAsync(method, "/who", cookie: token)).Status);
        Assert.Equal(200, (await site.SendAsync(method, "/who", cookie: token, headers: ("Sec-Fetch-Site", "cross-site"))).Status);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("SOMETHING")]
    public async Task What_changes_something_is_let_in_from_pages_of_this_origin_alone(string method)
    {
        Assert.Equal(200, (await site.SendAsync(method, "/who", cookie: token, headers: ("Sec-Fetch-Site", "same-origin"))).Status);
        Assert.Equal(200, (await site.SendAsync(method, "/who", cookie: token, headers: ("Origin", site.Origin))).Status);
        foreach (var headers in Foreign)
            Assert.Equal((401, "cross_site"), (await site.SendAsync(method, "/who", cookie: token, headers: headers)).Refused);
    }

    [Fact]
    public async Task A_WebSocket_is_let_in_from_pages_of_this_origin_alone()
    {
        (string, string)[] upgrade = [("Connection", "Upgrade"), ("Upgrade", "websocket")];

        Assert.Equal(200, (await site.SendAsync("GET", "/who", cookie: token, headers: [.. upgrade, ("Origin", site.Origin)])).Status);
        Assert.Equal(
            (401, "cross_site"),
            (await site.SendAsync("GET", "/who", cookie: token, headers: [.. upgrade, ("Origin", "https://evil.example")])).Refused);
    }

    [Fact]
    public async Task A_bearer_is_let_in_from_anywhere_and_wins()
    {
        foreach (var headers in Foreign)
            Assert.Equal(200, (await site.SendAsync("POST", "/who", bearer: token, headers: headers)).Status);
        Assert.Equal(200, (await site.SendAsync("POST", "/who", bearer: token, cookie: "old", ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal((401, "invalid_token"), (await site.SendAsync("GET", "/who", bearer: "bent", cookie: token)).Refused);
    }

    [Fact]
    public async Task Another_kind_of_authorization_leaves_the_cookie_its_say()
    {
        var answer = await site.SendAsync("GET", "/who", cookie: token, headers: ("Authorization", "Basic c3RhZ2luZzpzaXRl"));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_cookie_without_a_good_token_is_refused_as_a_bearer_is()
    {
        Assert.Equal((401, "invalid_token"), (await site.SendAsync("GET", "/who", cookie: "bent")).Refused);
        Assert.Equal((401, "signed_out"), (await site.SendAsync("GET", "/who", cookie: "")).Refused);
    }

    [Fact]
    public async Task The_cookie_can_be_turned_off()
    {
        await using var strict = await StartAsync(cookieName: "");

        Assert.Equal((401, "signed_out"), (await strict.SendAsync("GET", "/who", cookie: token)).Refused);
        Assert.Equal(200, (await strict.SendAsync("GET", "/who", bearer: token)).Status);
    }

    private (string, string)[][] Foreign =>
    [
        [],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "none")],
        [("Sec-Fetch-Site", "cross-site"), ("Origin", site.Origin)],
        [("Origin", "https://evil.example")],
        [("Origin", "null")],
        [("Origin", $"{site.Origin}.evil.example")],
        [("Origin", site.Origin.Replace("http:", "https:", StringComparison.Ordinal))],
    ];
}
