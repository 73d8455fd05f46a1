using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.RelatedOrigins;

/// <summary>
/// One site under three domains, and the server, which answers for the first as its RP ID and as <c>passkeys.test</c>. Only names
/// are redirected: TLS, CORS and the browser's own fetch of the RP ID's document are real.
/// </summary>
public sealed class RelatedOriginsSite : IAsyncLifetime
{
    public const string RpId = "first.test";

    /// <summary>The site's domain whose pages the RP ID's document lists, and the one whose pages it does not.</summary>
    public const string Listed = "second.test";
    public const string Unlisted = "third.test";

    private const string Html =
        """
        <!doctype html>
        <meta charset="utf-8">
        <title>A site under several domains</title>
        <script>
          const post = async (path, body) => {
            const response = await fetch(`https://passkeys.test/v1/apps/${app}/${path}`, { method: 'POST', body: JSON.stringify(body) });
            const answer = await response.json();
            if (!response.ok) throw new Error(answer.error);
            return answer;
          };
          const finish = async (flow, handshake, transaction_id, credential) =>
            (await post(`${flow}/transactions/webauthn/finish`, { handshake_id: handshake.id, handshake_response: credential.toJSON(), transaction_id })).nonce;
          window.register = async (transaction_id) => {
            const { handshake } = await post('register/transactions/webauthn/start', { transaction_id });
            const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(handshake.challenge.publicKey);
            return finish('register', handshake, transaction_id, await navigator.credentials.create({ publicKey }));
          };
          window.authenticate = async () => {
            const { handshake } = await post('authenticate/transactions/webauthn/start', {});
            const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(handshake.challenge.publicKey);
            return finish('authenticate', handshake, undefined, await navigator.credentials.get({ publicKey }));
          };
          window.ask = (rpId) => navigator.credentials
            .get({ publicKey: { rpId, challenge: crypto.getRandomValues(new Uint8Array(32)) } })
            .then(() => 'signed', ({ name }) => name);
        </script>
        """;

    private WebApplication site = null!;
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public PassageFlex Backend => server.Flex;

    public async ValueTask InitializeAsync()
    {
        var port = Ports.Free();
        site = Start(port);
        await site.StartAsync();
        server = await ServerProcess.StartAsync(
            RpId, [OriginOf("www." + RpId)], [$"--OpenPassage:Apps:0:RelatedOrigins:0={OriginOf(Listed)}"]);
        chromium = await Chromium.LaunchAsync(
            $"--host-resolver-rules=MAP {RpId}:443 127.0.0.1:{server.TlsPort},MAP passkeys.test:443 127.0.0.1:{server.TlsPort},"
                + $"MAP *.test:443 127.0.0.1:{port}",
            "--ignore-certificate-errors");
    }

    /// <summary>A page of its own profile at <c>www.first.test</c>.</summary>
    public async Task<IPage> OpenAsync()
    {
        var page = await chromium.NewPageAsync(new() { IgnoreHTTPSErrors = true });
        await page.GotoAsync(OriginOf("www." + RpId));
        return page;
    }

    public static string OriginOf(string host) => $"https://{host}";

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        await site.DisposeAsync();
    }

    private static WebApplication Start(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = X509CertificateLoader.LoadPkcs12(ServerProcess.SelfSigned("www." + RpId, Listed, Unlisted), password: null);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/", () => Results.Content(Html.Replace("${app}", ServerProcess.AppId, StringComparison.Ordinal), "text/html"));
        return app;
    }
}
