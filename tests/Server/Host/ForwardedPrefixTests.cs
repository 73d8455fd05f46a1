using System.Text;

namespace OpenPassage.Server.Tests.Host;

/// <summary>Who may say which path the server stands below, and which paths there are.</summary>
public sealed class ForwardedPrefixTests
{
    private sealed class Fixture(params string[] settings) : ServerFixture
    {
        protected override IEnumerable<string> Settings => settings;
    }

    /// <summary>Where the root leads a browser.</summary>
    private static async Task<string?> RootAsync(ServerFixture server, string path, params string[] said)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        foreach (var one in said)
            request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", one);
        return (await Reply.ReadAsync(await http.SendAsync(request))).Expect(302).Header("Location");
    }

    [Fact]
    public async Task A_caller_that_is_no_trusted_proxy_is_not_believed()
    {
        foreach (var proxy in (string?[])[null, "10.0.0.1", "10.0.0.0/8"])
        {
            await using var server = new Fixture(proxy is null ? [] : [$"--OpenPassage:TrustedProxies:0={proxy}"]);
            await server.InitializeAsync();
            Assert.Equal("/console", await RootAsync(server, "/", "/passkeys"));
        }
    }

    /// <summary>Threat 37: a path of this kind could lead to another site, or mean one thing in a link and another in a cookie.</summary>
    [Fact]
    public async Task A_trusted_proxy_is_believed_when_it_says_a_plain_path()
    {
        foreach (var proxy in (string[])["127.0.0.1", "127.0.0.0/8"])
        {
            await using var server = new Fixture($"--OpenPassage:TrustedProxies:0={proxy}");
            await server.InitializeAsync();
            Assert.Equal("/console", await RootAsync(server, "/"));
            foreach (var plain in (string[])["/passkeys", "/a/b/c", "/a-b.c_d~e", "/V1x"])
                Assert.Equal($"{plain}/console", await RootAsync(server, "/", plain));
            Assert.Equal("/passkeys/console", await RootAsync(server, "/", "/passkeys/"));
            foreach (var other in (string[])
                [
                    "passkeys", "//evil.example", "/\\evil.example", "/a//b", "/a/../b", "/.", "/a%2fb", "/a?b", "/a#b", "/a b", "/a\u00FC",
                    "https://evil.example", "/a, /b", "/v1", "/console/x", "/.well-known", "/", "", "/" + new string('a', 300),
                ])
                Assert.Equal("/console", await RootAsync(server, "/", other));
            Assert.Equal("/console", await RootAsync(server, "/", "/a", "/b"));
        }
    }

    /// <summary>Else what a proxy forbids at /passkeys/console would be at /passkeys/passkeys/console.</summary>
    [Fact]
    public async Task What_a_proxy_has_taken_off_is_not_taken_off_once_more()
    {
        await using var server = new Fixture("--OpenPassage:TrustedProxies:0=127.0.0.1");
        await server.InitializeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/passkeys/console"));
        request.Headers.Add("X-Forwarded-Prefix", "/passkeys");
        Assert.Equal((404, "invalid_request"), (await Reply.ReadAsync(await server.Http.SendAsync(request))).Refused);
    }

    [Fact]
    public async Task What_the_setting_says_holds_whatever_a_proxy_says()
    {
        await using var server = new Fixture("--OpenPassage:TrustedProxies:0=127.0.0.1", "--OpenPassage:PathBase=/passkeys");
        await server.InitializeAsync();
        Assert.Equal("/passkeys/console", await RootAsync(server, "/", "/other"));
        Assert.Equal("/passkeys/console", await RootAsync(server, "/passkeys", "/other"));
    }

    [Theory]
    [InlineData("passkeys")]
    [InlineData("/")]
    [InlineData("/passkeys/")]
    [InlineData("//passkeys")]
    [InlineData("/pass keys")]
    [InlineData("/a/../b")]
    [InlineData("/%70asskeys")]
    [InlineData("/v1")]
    [InlineData("/Console/x")]
    [InlineData("https://example.com/passkeys")]
    public async Task A_path_that_is_none_stops_the_start_and_is_named(string path)
    {
        var (exitCode, output) = await Executable.RunAsync($"--OpenPassage:PathBase={path}", "--urls=http://127.0.0.1:0");
        Assert.Equal(1, exitCode);
        Assert.Contains($"OpenPassage:PathBase is '{path}' and should be a path such as /passkeys", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_that_is_made_on_the_machine_has_the_path()
    {
        var directory = Directory.CreateTempSubdirectory("openpassage-path-");
        var (exitCode, output) = await Executable.RunAsync(
            "operator", "invite", "ada", "--role", "admin",
            $"--OpenPassage:DataDirectory={directory.FullName}",
            "--OpenPassage:PathBase=/passkeys",
            "--OpenPassage:Console:Origin=https://www.example.com");
        Assert.Equal(0, exitCode);
        Assert.Contains("https://www.example.com/passkeys/console/setup#opi_", output, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }
}
