using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenPassage.Server.Tests.Guides;

namespace OpenPassage.Server.Tests.Host;

/// <summary>
/// A site behind a real nginx or HAProxy, which passes what is below <c>/passkeys</c> on to the server by the very lines that
/// docs/guides/operate.md has for it.
/// </summary>
internal sealed partial class SiteProxy : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-site-");
    private readonly Process process;

    private SiteProxy(string program, string configuration, IEnumerable<string> arguments)
    {
        var file = Path.Combine(directory.FullName, "proxy.conf");
        File.WriteAllText(file, configuration.Replace("DIRECTORY", directory.FullName, StringComparison.Ordinal));
        process = Process.Start(new ProcessStartInfo(program, [.. arguments, file])
        {
            UseShellExecute = false,
            WorkingDirectory = directory.FullName,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public static string? Nginx { get; } = Find("nginx");

    public static string? Haproxy { get; } = Find("haproxy");

    /// <summary>Starts it, and waits until the site answers.</summary>
    /// <param name="haproxy">Else nginx.</param>
    /// <param name="port">Where the site is.</param>
    /// <param name="server">Where the server listens.</param>
    public static async Task<SiteProxy> StartAsync(bool haproxy, int port, Uri server)
    {
        var snippets = Snippets(haproxy ? "haproxy" : "nginx")
            .Select(text => text.Replace("127.0.0.1:8420", server.Authority, StringComparison.Ordinal))
            .ToList();
        var proxy = haproxy
            ? new SiteProxy(Haproxy!, HaproxyConfiguration(port, snippets), ["-db", "-f"])
            : new SiteProxy(Nginx!, NginxConfiguration(port, snippets), ["-e", "stderr", "-p", Path.GetTempPath(), "-c"]);
        using var http = new HttpClient();
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                Assert.Equal("the site", await http.GetStringAsync($"http://127.0.0.1:{port}/"));
                return proxy;
            }
            catch (HttpRequestException) when (patience.Elapsed < TimeSpan.FromMinutes(1) && !proxy.process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    private static string NginxConfiguration(int port, List<string> snippets) => $$"""
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        daemon off;
        pid DIRECTORY/nginx.pid;
        events {}
        http {
            access_log off;
            client_body_temp_path DIRECTORY/body;
            proxy_temp_path DIRECTORY/proxy;
            fastcgi_temp_path DIRECTORY/fastcgi;
            uwsgi_temp_path DIRECTORY/uwsgi;
            scgi_temp_path DIRECTORY/scgi;
            server {
                listen 127.0.0.1:{{port}};
                location / { default_type text/plain; return 200 "the site"; }
        {{snippets.Single()}}
            }
        }
        """;

    private static string HaproxyConfiguration(int port, List<string> snippets) => $"""
        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s
        frontend site
            bind 127.0.0.1:{port}
        {snippets[0]}
            default_backend site
        {snippets[1]}
        backend site
            http-request return status 200 content-type text/plain string "the site"

        """;

    private static List<string> Snippets(string language)
    {
        var fences = Fence().Matches(GuidesTests.Read("docs/guides/operate.md")).Where(match => match.Groups["language"].Value == language);
        return [.. fences.Select(match => match.Groups["text"].Value)];
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin")
        .Split(':')
        .Select(place => Path.Combine(place, program))
        .FirstOrDefault(File.Exists);

    [GeneratedRegex(
        "^```(?<language>nginx|haproxy)\n(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Fence();
}
