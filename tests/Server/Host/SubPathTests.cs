using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Tests.Http;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Host;

/// <summary>
/// The server as a site's part below <c>/passkeys</c>, behind a real proxy: everything works, and nothing leads out of it.
/// </summary>
public abstract partial class SubPathTests : ServerTests
{
    private readonly SubPathServer server;

    protected SubPathTests(SubPathServer server)
        : base(server)
    {
        Assert.SkipWhen(server.Missing is not null, $"{server.Missing} is not installed: apt-get install {server.Missing}");
        this.server = server;
    }

    private string Console => $"{server.Site}/passkeys/console";

    private async Task<Reply> AskAsync(
        string path, string? key = null, string? host = null, (string, string)? header = null, string? accept = null)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{server.Site}{path}", asWritten));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (host is not null)
            request.Headers.Host = host;
        if (header is var (name, value))
            request.Headers.TryAddWithoutValidation(name, value);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    private Visitor Somebody() => new(Server, "/passkeys", server.Site);

    private async Task<Visitor> AdminAsync()
    {
        var visitor = Somebody();
        (await visitor.SetUpAsync(await Visitor.InviteAsync(Server, OperatorRole.Admin, $"operator-{Guid.NewGuid():N}"))).Expect(200);
        (await visitor.GetAsync("/console/account")).Expect(200);
        return visitor;
    }

    [Fact]
    public async Task The_rest_of_the_site_is_the_sites()
    {
        string[] others = ["/", "/console", "/v1/apps/acme/users", "/openpassage.js", "/health/ready", "/metrics", "/passkeysnot/console"];
        foreach (var path in others)
            Assert.Equal("the site", (await AskAsync(path)).Expect(200).Text);
    }

    [Fact]
    public async Task Its_root_leads_to_the_console_and_from_there_to_signing_in()
    {
        foreach (var root in (string[])["/passkeys/", "/passkeys"])
        {
            var reply = await AskAsync(root, accept: "text/html");
            if (reply.Status == 308)
                reply = await AskAsync("/passkeys/", accept: "text/html");
            Assert.Equal((302, "/passkeys/console"), (reply.Status, reply.Header("Location")));
        }

        var asked = await AskAsync("/passkeys/console/events?type=login");
        Assert.Equal((303, "/passkeys/console/sign-in?to=%2Fconsole%2Fevents%3Ftype%3Dlogin"), (asked.Status, asked.Header("Location")));
        using var admin = await AdminAsync();
        (await admin.GetAsync("/console/account")).Expect(200);
        Assert.Equal("/passkeys/console/sign-in", (await admin.PostAsync("/console/sign-out")).Expect(303).Header("Location"));
        var signedIn = (await admin.SignInAsync("/console/events?type=login")).Expect(200);
        Assert.Equal("/passkeys/console/events?type=login", signedIn["location"]);
    }

    [Fact]
    public async Task No_page_of_the_console_leads_out_of_it()
    {
        using var admin = await AdminAsync();
        using var stranger = Somebody();
        var pages = 0;
        foreach (var route in new RouteTable(Server.Services).All.Where(route => route.IsConsole && route.Takes(HttpMethod.Get)))
        {
            foreach (var visitor in (Visitor[])[admin, stranger])
            {
                var reply = await visitor.GetAsync(route.Path(App.Id));
                if (reply.Header("Location") is { } location)
                    Assert.StartsWith("/passkeys/console", location, StringComparison.Ordinal);
                foreach (Match link in Links().Matches(reply.Text))
                {
                    Assert.StartsWith("/passkeys/", link.Groups["to"].Value, StringComparison.Ordinal);
                    pages++;
                }
            }
        }

        Assert.True(pages >= 100, $"{pages} links");
        var page = (await stranger.GetAsync("/console/sign-in")).Expect(200).Text;
        Assert.Contains("data-root=\"/passkeys/console\"", page, StringComparison.Ordinal);
        foreach (Match file in Links().Matches(page))
            Assert.Equal(200, (await AskAsync(file.Groups["to"].Value)).Status);
    }

    [Fact]
    public async Task What_the_console_tells_to_use_begins_with_the_path()
    {
        using var admin = await AdminAsync();
        var start = (await admin.GetAsync($"/console/apps/{App.Id}/start")).Expect(200).Text;
        Assert.Contains($"{server.Site}/passkeys/openpassage.js", start, StringComparison.Ordinal);
        Assert.Contains($"{server.Site}/passkeys/v1/apps/{App.Id}", start, StringComparison.Ordinal);
        var name = $"n{Guid.NewGuid():N}";
        var invited = (await admin.PostAsync("/console/operators/invite", ("name", name), ("role", "viewer"))).Expect(200);
        Assert.Contains($"{Console}/setup#opi_", invited.Text, StringComparison.Ordinal);
        var made = (await Manager.PostAsync("operators/invitations", new() { ["name"] = "m" + name, ["role"] = "viewer" })).Expect(200);
        Assert.StartsWith($"{Console}/setup#opi_", made["link"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_cookie_is_sent_to_the_console_alone()
    {
        using var admin = await AdminAsync();
        var set = (await admin.SignInAsync()).Expect(200).Header("Set-Cookie")!;
        Assert.StartsWith("openpassage-console.passkeys=", set, StringComparison.Ordinal);
        Assert.Contains("; path=/passkeys/console;", set, StringComparison.Ordinal);
    }

    /// <summary>Backend, page and management as they are everywhere else, with the site's path before theirs.</summary>
    [Fact]
    public async Task The_API_signs_users_in()
    {
        var user = await RegisteredAsync();
        var signedIn = (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(user))).Expect(200);
        (await Backend.VerifyNonceAsync(signedIn["nonce"]!)).Expect(200);
        var users = (await Backend.ListUsersAsync()).Expect(200);
        Assert.StartsWith("/passkeys/v1/apps/acme/users?", (string)users.Json["_links"]!["self"]!["href"]!, StringComparison.Ordinal);
        Assert.Equal((404, "invalid_request"), (await AskAsync("/passkeys/nothing")).Refused);
        Assert.Equal((404, "invalid_request"), (await AskAsync("/passkeys//v1/apps/acme/users")).Refused);
        Assert.Equal("the site", (await AskAsync("/")).Text);
    }

    [Fact]
    public async Task The_browser_SDK_and_what_its_errors_mean_are_there()
    {
        foreach (var path in (string[])["openpassage.js", "openpassage.json", "openpassage/errors", "openapi.json", "health/ready"])
            (await AskAsync($"/passkeys/{path}")).Expect(200);
    }

    [Fact]
    public async Task The_documents_of_a_domain_stay_at_its_root()
    {
        foreach (var document in (string[])["webauthn", "passkey-endpoints", "assetlinks.json", "apple-app-site-association"])
            Assert.NotEqual("the site", (await AskAsync($"/.well-known/{document}", host: "example.com")).Expect(200).Text);
        Assert.Equal("the site", (await AskAsync("/.well-known/acme-challenge/x", host: "example.com")).Expect(200).Text);
    }

    [Theory]
    [InlineData("/passkeys/metrics")]
    [InlineData("/passkeys/METRICS")]
    [InlineData("/passkeys/metrics/")]
    [InlineData("/passkeys//metrics")]
    [InlineData("//passkeys/metrics")]
    [InlineData("/passkeys/./metrics")]
    [InlineData("/passkeys/x/../metrics")]
    [InlineData("/passkeys/%2e/metrics")]
    [InlineData("/passkeys/%6detrics")]
    [InlineData("/passkeys/passkeys/metrics")]
    [InlineData("/passkeys/metrics?x")]
    [InlineData("/PASSKEYS/metrics")]
    [InlineData("/%70asskeys/metrics")]
    public async Task No_spelling_brings_the_figures_past_the_proxy(string path) =>
        Assert.DoesNotContain("openpassage_operation", (await AskAsync(path, SubPathServer.MetricsKey)).Text, StringComparison.Ordinal);

    /// <summary>Threat 37: what a visitor writes into the header himself goes no further than the proxy.</summary>
    [Theory]
    [InlineData("/evil")]
    [InlineData("//evil.example")]
    [InlineData("/passkeys/evil")]
    public async Task What_a_visitor_says_of_the_path_counts_for_nothing(string said)
    {
        var reply = (await AskAsync("/passkeys/", header: ("X-Forwarded-Prefix", said), accept: "text/html")).Expect(302);
        Assert.Equal("/passkeys/console", reply.Header("Location"));
    }

    [GeneratedRegex("(href|src|action|srcset)=\"(?<to>/[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}

/// <summary>The server, and the site's proxy before it.</summary>
public abstract class SubPathServer(bool haproxy) : ServerFixture
{
    public const string MetricsKey = "prometheus-key-0123456789";

    private readonly int port = Ports.Free();
    private SiteProxy? proxy;

    /// <summary>The proxy that is not installed; null: it is.</summary>
    public string? Missing => (haproxy ? SiteProxy.Haproxy : SiteProxy.Nginx) is not null ? null : haproxy ? "haproxy" : "nginx-light";

    public string Site => $"http://localhost:{port}";

    protected abstract IEnumerable<string> PathSettings { get; }

    protected override IEnumerable<string> Settings =>
    [
        $"--OpenPassage:Console:Origin={Site}",
        $"--OpenPassage:MetricsKey={MetricsKey}",
        "--OpenPassage:TrustedProxies:0=127.0.0.1",
        .. PathSettings,
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (Missing is not null)
            return;
        proxy = await SiteProxy.StartAsync(haproxy, port, Address);
        // From here on tests come by the site.
        Address = new Uri(Site);
        Http.Dispose();
        Http = new HttpClient { BaseAddress = new Uri($"{Site}/passkeys/") };
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (proxy is not null)
            await proxy.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>The setting says the path.</summary>
public sealed class BehindNginx() : SubPathServer(haproxy: false)
{
    protected override IEnumerable<string> PathSettings => ["--OpenPassage:PathBase=/passkeys"];
}

/// <summary>The proxy says the path.</summary>
public sealed class BehindHaproxy() : SubPathServer(haproxy: true)
{
    protected override IEnumerable<string> PathSettings => [];
}

public sealed class SubPathBehindNginxTests(BehindNginx server) : SubPathTests(server), IClassFixture<BehindNginx>;

public sealed class SubPathBehindHaproxyTests(BehindHaproxy server) : SubPathTests(server), IClassFixture<BehindHaproxy>;
