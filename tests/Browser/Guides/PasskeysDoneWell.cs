using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>
/// docs/guides/passkeys-done-well.md: its page and its proxy, as they stand there but for the reader's own server and app.
/// </summary>
public sealed class PasskeysDoneWell : IAsyncLifetime
{
    private const string File = "docs/guides/passkeys-done-well.md";
    private const string RelatedOrigin = "https://example.co.uk";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("openpassage-guide-");
    private WebApplication site = null!;
    private ServerProcess server = null!;

    private string Origin => LocalSite.OriginOf(site);

    public async ValueTask InitializeAsync()
    {
        site = LocalSite.Build();
        site.MapGet("/", () => Page(Own(Guide.Blocks(File, "Sign in by autofill", "js").Single())));
        site.MapGet("/register", (string transaction) => Page($$"""
            import { PassageFlex } from '{{server.Address}}openpassage.js';
            await new PassageFlex('{{ServerProcess.AppId}}').passkey.register('{{transaction}}');
            show('A passkey was made.');
            """));
        site.MapPost(
            "/sign-in",
            async (HttpRequest request) => await server.Flex.Auth.VerifyNonceAsync(await new StreamReader(request.Body).ReadToEndAsync()));
        await site.StartAsync();
        server = await ServerProcess.StartAsync("localhost", [Origin], [$"--OpenPassage:Apps:0:RelatedOrigins:0={RelatedOrigin}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await site.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_script_for_autofill_signs_in()
    {
        await using var chromium = await Chromium.SharedAsync();
        var page = await EnrolledAsync(chromium);

        await page.GotoAsync(Origin);

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Hello, ada");
    }

    [Fact]
    public async Task And_shows_why_a_passkey_that_was_picked_came_to_nothing()
    {
        await using var chromium = await Chromium.SharedAsync();
        var page = await EnrolledAsync(chromium);
        await page.RouteAsync("**/webauthn/finish", route => route.AbortAsync());

        await page.GotoAsync(Origin);

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(Sdk.ErrorGuide.Sentences["network"]);
    }

    [Fact]
    public async Task Nginx_forwards_the_documents_of_the_domain()
    {
        var nginx = new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" }.FirstOrDefault(System.IO.File.Exists);
        Assert.SkipWhen(nginx is null, "nginx is not installed.");
        var port = Ports.Free();
        var configuration = Path.Combine(folder.FullName, "nginx.conf");
        await System.IO.File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            pid nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    location / { return 204; }
                    {{Own(Guide.Blocks(File, "One passkey on several domains", "nginx").Single())}}
                }
            }
            """);
        using var proxy = Process.Start(
            new ProcessStartInfo(nginx!, ["-p", folder.FullName, "-c", configuration, "-e", "stderr"]) { UseShellExecute = false })!;
        try
        {
            await Samples.Listening.AtAsync($"http://127.0.0.1:{port}", proxy);
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

            var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/webauthn"))!;

            Assert.Contains(RelatedOrigin, document["origins"]!.AsArray().Select(origin => (string)origin!));
            Assert.Equal(System.Net.HttpStatusCode.NoContent, (await http.GetAsync("/.well-known/openid-configuration")).StatusCode);
        }
        finally
        {
            using (var quit = Process.Start("kill", ["-QUIT", proxy.Id.ToString()]))
                await quit.WaitForExitAsync();
            await proxy.WaitForExitAsync();
        }
    }

    private async Task<IPage> EnrolledAsync(Chromium chromium)
    {
        var page = await chromium.NewPageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync($"{Origin}/register?transaction={await server.Flex.Auth.CreateRegisterTransactionAsync("ada", "Ada")}");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("A passkey was made.");
        return page;
    }

    private static IResult Page(string script) => Results.Content(
        $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>Sign in</title>
        <input aria-label="Name" autocomplete="username webauthn">
        <p role="status"></p>
        <script>
          const show = (said) => { document.querySelector('[role=status]').textContent = said; };
          const signInWith = async (nonce) => show(`Hello, ${await (await fetch('/sign-in', { method: 'POST', body: nonce })).text()}`);
        </script>
        <script type="module">
        {{script}}
        </script>
        """,
        "text/html");

    /// <summary>The block with the reader's server and app in the example's place.</summary>
    private string Own(string block)
    {
        var own = block
            .Replace("https://passkeys.example.com", $"http://localhost:{server.Address.Port}", StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8420", $"http://127.0.0.1:{server.Address.Port}", StringComparison.Ordinal)
            .Replace("'shop'", $"'{ServerProcess.AppId}'", StringComparison.Ordinal)
            .Replace("/apps/shop/", $"/apps/{ServerProcess.AppId}/", StringComparison.Ordinal);
        Assert.DoesNotContain("8420", own, StringComparison.Ordinal);
        Assert.DoesNotContain("shop", own, StringComparison.Ordinal);
        return own;
    }
}
