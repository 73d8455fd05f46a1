using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Sdk.Complete;

/// <summary>
/// The stage for the browser SDK of Complete: a site whose login is an app of a server beside it, and under other names other apps: one
/// whose sessions have no refresh tokens, and one that sends codes and links.
/// </summary>
public sealed class CompleteSite : IAsyncLifetime
{
    public const string BriefApp = "briefBriefBriefBriefBrie";

    public const string MailApp = "mailMailMailMailMailMail";

    private static readonly string[] Settings =
    [
        "--OpenPassage:Apps:0:Type=complete",
        "--OpenPassage:Apps:0:UserMetadata:0:Name=nick_name",
        "--OpenPassage:Apps:0:UserMetadata:0:Registration=true",
        "--OpenPassage:Apps:0:UserMetadata:1:Name=age",
        "--OpenPassage:Apps:0:UserMetadata:1:Type=integer",
        $"--OpenPassage:Apps:1:Id={BriefApp}",
        "--OpenPassage:Apps:1:Type=complete",
        "--OpenPassage:Apps:1:RpId=brief.localhost",
        "--OpenPassage:Apps:1:Session:Refresh=false",
        $"--OpenPassage:Apps:2:Id={MailApp}",
        "--OpenPassage:Apps:2:Type=complete",
        "--OpenPassage:Apps:2:RpId=mail.localhost",
        "--OpenPassage:Apps:2:Methods:Otp=true",
        "--OpenPassage:Apps:2:Methods:MagicLink=true",
    ];

    private WebApplication site = null!;
    private Chromium chromium = null!;
    private HttpClient backend = null!;

    public string Origin => LocalSite.OriginOf(site);

    public string BriefOrigin => Origin.Replace("localhost", "brief.localhost", StringComparison.Ordinal);

    public string MailOrigin => Origin.Replace("localhost", "mail.localhost", StringComparison.Ordinal);

    public ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        site = await StartAsync();
        Server = await ServerProcess.StartAsync(
            "localhost",
            [Origin],
            [.. Settings, $"--OpenPassage:Apps:1:Origins:0={BriefOrigin}", $"--OpenPassage:Apps:2:Origins:0={MailOrigin}"]);
        backend = new() { BaseAddress = new(Server.Address, $"v1/apps/{ServerProcess.AppId}/") };
        chromium = await Chromium.SharedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        backend.Dispose();
        await Server.DisposeAsync();
        await site.DisposeAsync();
    }

    /// <summary>A page of the site that has loaded the SDK from the server.</summary>
    /// <param name="path">
    /// What of the site to open; <c>/unbundled</c> imports the sources, <c>/brief</c> and <c>/mail</c> are the other apps'.
    /// </param>
    /// <param name="before">Script that runs before the page's.</param>
    public async Task<IPage> OpenAsync(string path = "/", string? before = null)
    {
        var page = await chromium.NewPageAsync();
        if (!string.IsNullOrEmpty(before))
            await page.AddInitScriptAsync(before);
        await GoAsync(page, path);
        return page;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<IPage> OpenBesideAsync(IPage page, string? before = null, string path = "/")
    {
        var beside = await page.Context.NewPageAsync();
        if (before is not null)
            await beside.AddInitScriptAsync(before);
        await GoAsync(beside, path);
        return beside;
    }

    public async Task GoAsync(IPage page, string path)
    {
        var origin = path == "/brief" ? BriefOrigin : path.StartsWith("/mail", StringComparison.Ordinal) ? MailOrigin : Origin;
        await page.GotoAsync(origin + path);
        await page.WaitForFunctionAsync("window.passage");
    }

    /// <summary>Removes all passkeys of a user behind the page's back, as the site's backend may.</summary>
    public async Task RemovePasskeysAsync(string userId)
    {
        var devices = JsonNode.Parse(await ManageAsync(HttpMethod.Get, $"users/{userId}/devices"))!["devices"]!.AsArray();
        foreach (var device in devices)
            await ManageAsync(HttpMethod.Delete, $"users/{userId}/devices/{device!["id"]}");
    }

    /// <summary>Ends a session behind the page's back.</summary>
    public async Task EndSessionAsync(string refreshToken)
    {
        using var answer = await backend.DeleteAsync($"tokens?refresh_token={Uri.EscapeDataString(refreshToken)}");
        answer.EnsureSuccessStatusCode();
    }

    private async Task<string> ManageAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Server.ApiKey);
        using var answer = await backend.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<WebApplication> StartAsync()
    {
        var app = LocalSite.Build();
        app.MapGet("/", () => Html(new Uri(Server.Address, "openpassage-complete.js").ToString(), ""));
        app.MapGet("/unbundled", () => Html("/sdk/complete.js", $"baseUrl: '{Server.Address}'"));
        app.MapGet("/no-cookie", () => Html(
            new Uri(Server.Address, "openpassage-complete.js").ToString(), "tokenStore: new PassageTokenStore({ cookie: false })"));
        app.MapGet("/brief", () => Html(new Uri(Server.Address, "openpassage-complete.js").ToString(), "", BriefApp));
        app.MapGet("/mail", (Uri? server) => Html(new Uri(server ?? Server.Address, "openpassage-complete.js").ToString(), "", MailApp));
        app.MapGet("/readme", () => Results.Content(Readme.CompletePage(Server.Address, MailApp), "text/html"));
        app.MapGet("/api/greeting", (HttpRequest request) => request.Headers.Authorization.ToString());
        app.MapGet(
            "/sdk/{file}", (string file) => Results.File(Repository.At("src", "Browser", Path.GetFileName(file)), "text/javascript"));
        await app.StartAsync();
        return app;
    }

    private static IResult Html(string module, string options, string app = ServerProcess.AppId) => Results.Content(
        $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>A site whose login is Passkey Complete</title>
        <input autocomplete="username webauthn" aria-label="Email">
        <script type="module">
          import { Passage, PassageError, PassageTokenStore } from '{{module}}';
          window.passage = new Passage('{{app}}', { {{options}} });
          window.events = [];
          for (const name of ['signedin', 'signedout']) passage.session.addEventListener(name, () => events.push(name));
          window.outcome = async (action) => {
            try {
              const value = await action();
              return { value: typeof value === 'string' ? value : JSON.stringify(value) };
            } catch (error) {
              const { name, message, code, statusCode, serverCode, docs } = error;
              return { name, message, code, statusCode: statusCode ?? 0, serverCode, docs, isPassageError: error instanceof PassageError };
            }
          };
        </script>
        """,
        "text/html");
}

/// <summary>All of them in turn, at one site.</summary>
[CollectionDefinition]
public sealed class CompleteSdk : ICollectionFixture<CompleteSite>;

/// <summary>The SDK's calls, as a page makes them.</summary>
internal static class CompleteCalls
{
    /// <summary>Runs an expression that may use the SDK's parts and <c>given</c>; a value that is no text comes as JSON.</summary>
    public static Task<Outcome> TryAsync(this IPage page, string action, object? given = null) =>
        page.EvaluateAsync<Outcome>(
            "(given) => { const { app, passkey, oneTimePasscode, magicLink, session, currentUser } = passage; "
                + $"return outcome(async () => ({action})); }}", given);

    /// <summary>The same, which has to go well.</summary>
    public static async Task<string?> DoAsync(this IPage page, string action, object? given = null)
    {
        var outcome = await page.TryAsync(action, given);
        Assert.True(outcome.Name is null, $"{action}: {outcome.Code} {outcome.Message}");
        return outcome.Value;
    }

    public static async Task<JsonNode> JsonAsync(this IPage page, string action, object? given = null) =>
        JsonNode.Parse((await page.DoAsync(action, given))!)!;

    /// <summary>A new account with a passkey, signed in.</summary>
    public static async Task<VirtualAuthenticator> SignUpAsync(this IPage page, string email)
    {
        var authenticator = await VirtualAuthenticator.AddAsync(page);
        await page.DoAsync("passkey.register(given)", email);
        return authenticator;
    }

    public static Task<string?> StoredAsync(this IPage page, string key) =>
        page.EvaluateAsync<string?>("(key) => localStorage.getItem(key)", key);

    /// <summary>Puts a token in the place of the stored one that says it has expired; its signature is not looked at here.</summary>
    public static Task ExpireAsync(this IPage page) => page.EvaluateAsync(
        """
        () => {
          const [head, body] = localStorage.psg_auth_token.split('.');
          const claims = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
          const expired = btoa(JSON.stringify({ ...claims, exp: claims.iat - 60, iat: claims.iat - 660 })).replace(/=+$/, '');
          localStorage.psg_auth_token = `${head}.${expired}.AAAA`;
        }
        """);

    /// <summary>How many refreshes pages ask for from now on.</summary>
    public static Func<int> CountRefreshes(params IPage[] pages)
    {
        var requests = 0;
        foreach (var page in pages)
        {
            page.Request += (_, request) =>
            {
                if (request.Method == "POST" && request.Url.EndsWith("/tokens", StringComparison.Ordinal))
                    Interlocked.Increment(ref requests);
            };
        }

        return () => Volatile.Read(ref requests);
    }
}
