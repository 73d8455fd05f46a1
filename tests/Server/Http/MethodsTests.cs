using System.Net.Http.Headers;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Http;

/// <summary>From the route table: which methods every path takes, and what it says to the others.</summary>
public class MethodsTests(MethodsTests.Fixture server) : OwnServerTests(server), IClassFixture<MethodsTests.Fixture>
{
    private const string MetricsKey = "prometheus-key-0123456789";

    private static readonly string[] Every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings => [$"--OpenPassage:MetricsKey={MetricsKey}"];
    }

    private RouteTable Routes => new(Server.Services);

    private async Task<Reply> SendAsync(string method, string path, string? key = null, string? cookie = null, string? accept = null)
    {
        // Whole addresses: a path may begin with two slashes.
        var address = $"{Server.Address.GetLeftPart(UriPartial.Authority)}{path}";
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    private static string KeyFor(Route route) => route.Pattern == "/metrics" ? MetricsKey
        : route.Audience == Audience.Server || route.Pattern.StartsWith("/v1/manage", StringComparison.Ordinal) ? ServerFixture.AdminKey
        : App.ApiKey;

    [Fact]
    public async Task HEAD_is_answered_wherever_GET_is_as_GET_is_but_without_the_body()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var routes = Routes.All.Where(route => route.Takes(HttpMethod.Get)).ToList();
        Assert.True(routes.Count >= 50, $"{routes.Count} routes");
        string[] changing = ["Date", "Content-Length", "Transfer-Encoding"];
        foreach (var route in routes)
        {
            foreach (var (key, cookie) in ((string?, string?)[])[(KeyFor(route), admin.Cookie), (null, null)])
            {
                var (path, what) = (route.Path(App.Id), $"{route} {key}");
                var get = await SendAsync("GET", path, key, cookie);
                var head = await SendAsync("HEAD", path, key, cookie);
                Assert.True(head.Status == get.Status, $"{what}: GET {get.Status}, HEAD {head.Status}");
                Assert.Equal("", head.Text);
                Assert.Equal(
                    get.Message.Headers.Concat(get.Message.Content.Headers).Select(header => header.Key).Except(changing).Order(),
                    head.Message.Headers.Concat(head.Message.Content.Headers).Select(header => header.Key).Except(changing).Order());
                Assert.Equal(get.Message.Content.Headers.ContentType, head.Message.Content.Headers.ContentType);
            }
        }
    }

    [Fact]
    public async Task Every_other_method_is_told_those_that_the_endpoints_take()
    {
        var table = Routes;
        // Who is not signed in to the console is led to sign in first.
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var paths = table.All.Where(route => !route.IsCatchAll).Select(route => route.Path(App.Id)).Distinct().ToList();
        Assert.True(paths.Count >= 80, $"{paths.Count} paths");
        foreach (var path in paths)
        {
            var own = table.MethodsAt(path);
            Assert.NotEmpty(own);
            foreach (var method in Every.Except(own))
            {
                var reply = await SendAsync(method, path, ServerFixture.AdminKey, admin.Cookie, "application/json");
                Assert.True(reply.Status == 405, $"{method} {path}: {reply.Status}");
                Assert.Equal([.. own.Append("OPTIONS").Order()], reply.Message.Content.Headers.Allow.Order());
                // What may read the answer can: the API's clients a code, the console's operator a sentence.
                if (method != "HEAD" && !path.StartsWith("/console", StringComparison.Ordinal))
                    Assert.Equal((405, "invalid_request"), reply.Refused);
                if (method != "HEAD" && path.StartsWith("/console", StringComparison.Ordinal))
                    Assert.Matches(@"^\S.+[.]$", (string)reply.Json["error"]!);
            }

            var options = await SendAsync("OPTIONS", path);
            Assert.True(options.Status == 204, $"OPTIONS {path}: {options.Status}");
            Assert.Equal([.. own.Append("OPTIONS").Order()], options.Message.Content.Headers.Allow.Order());
        }
    }

    [Theory]
    [InlineData("PUT", "/v1/apps/acme/users/u/devices/d", "PATCH, DELETE, OPTIONS")]
    [InlineData("POST", "/v1/manage/apps/acme/statistics", "GET, HEAD, OPTIONS")]
    [InlineData("PATCH", "/v1/manage/operators", "GET, HEAD, OPTIONS")]
    [InlineData("GET", "/v1/manage/apps/acme/keys/k/rotate", "POST, OPTIONS")]
    [InlineData("DELETE", "/V1/APPS/acme/USERS/", "GET, HEAD, POST, OPTIONS")]
    [InlineData("POST", "/health/ready", "GET, HEAD, OPTIONS")]
    [InlineData("DELETE", "/", "GET, HEAD, OPTIONS")]
    public async Task These_are_told_what_they_take(string method, string path, string allow)
    {
        var reply = await SendAsync(method, path);
        Assert.Equal(405, reply.Status);
        Assert.Equal(allow.Split(", ").Order(), reply.Message.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("//v1/apps/acme/users")]
    [InlineData("/v1//apps/acme/users")]
    [InlineData("/v1/apps//users")]
    [InlineData("/v1/apps/acme//users")]
    [InlineData("//v1")]
    [InlineData("///")]
    [InlineData("//")]
    [InlineData("/%2Fv1/apps/acme/users")]
    [InlineData("/v1%2Fapps/acme/users")]
    [InlineData("/v2/apps/acme/users")]
    [InlineData("/v1/apps/acme/users;x=1")]
    [InlineData("/nothing")]
    [InlineData("/favicon.ico")]
    [InlineData("/health")]
    [InlineData("/health/nothing")]
    [InlineData("/.well-known/nothing")]
    [InlineData("//health/live")]
    [InlineData("//metrics")]
    [InlineData("//console")]
    [InlineData("/openpassage")]
    [InlineData("/openpassage.0.0.0.js")]
    public async Task A_path_that_is_none_is_answered_with_the_envelope_whatever_the_method(string path)
    {
        foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
        {
            foreach (var key in (string?[])[null, App.ApiKey, ServerFixture.AdminKey, MetricsKey])
                Assert.Equal((404, "invalid_request"), (await SendAsync(method, path, key, accept: "text/html")).Refused);
        }

        Assert.Equal(404, (await SendAsync("HEAD", path)).Status);
    }

    [Fact]
    public async Task A_page_that_is_none_is_a_page_of_the_console_and_nobody_may_frame_it()
    {
        foreach (var (method, status) in ((string, int)[])[("POST", 404), ("DELETE", 404), ("GET", 303)])
        {
            var reply = await SendAsync(method, "/console/no/such/page", accept: "text/html");
            Assert.Equal(status, reply.Status);
            Assert.Equal("DENY", reply.Header("X-Frame-Options"));
        }
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true)]
    [InlineData("text/html", true)]
    [InlineData("TEXT/HTML; charset=utf-8", true)]
    [InlineData("application/json, text/html;q=0.5", false)]
    [InlineData("text/html;q=0", false)]
    [InlineData("application/json", false)]
    [InlineData("*/*", false)]
    [InlineData(null, false)]
    [InlineData("nonsense", false)]
    public async Task The_root_leads_a_browser_to_the_console_and_tells_others_what_is_where(string? accept, bool isBrowser)
    {
        foreach (var method in (string[])["GET", "HEAD"])
        {
            var reply = await SendAsync(method, "/", accept: accept);
            Assert.Equal((isBrowser ? 302 : 200, isBrowser ? "/console" : null), (reply.Status, reply.Header("Location")));
            Assert.Contains("Accept", reply.Header("Vary"), StringComparison.Ordinal);
            if (isBrowser || method == "HEAD")
                continue;
            foreach (var place in (string[])["console", "description", "browser_sdk", "ready"])
                Assert.True((await SendAsync("GET", reply[place]!)).Status is 200 or 303, place);
        }
    }
}
