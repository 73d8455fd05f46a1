using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Sdk;

/// <summary>
/// The stage for the browser SDK: a site that is an app of a server beside it and imports the SDK from there, as its README says.
/// The site also serves the SDK's sources as they are, unbundled.
/// </summary>
public sealed class SdkSite : IAsyncLifetime
{
    private WebApplication site = null!;
    private WebApplication foreign = null!;
    private Chromium chromium = null!;

    /// <summary>Where the app lives.</summary>
    public string Origin => LocalSite.OriginOf(site);

    /// <summary>Another origin of this machine, which is not the app's.</summary>
    public string ForeignOrigin => LocalSite.OriginOf(foreign);

    public ServerProcess Server { get; private set; } = null!;

    public PassageFlex Backend => Server.Flex;

    public async ValueTask InitializeAsync()
    {
        site = await StartAsync();
        foreign = await StartAsync();
        Server = await ServerProcess.StartAsync(Origin);
        chromium = await Chromium.SharedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await Server.DisposeAsync();
        await foreign.DisposeAsync();
        await site.DisposeAsync();
    }

    /// <summary>A page of the app that has loaded the SDK from the server.</summary>
    /// <param name="path">What of the site to open; <c>/unbundled</c> imports the sources.</param>
    /// <param name="origin">Where; null: the app's own.</param>
    /// <param name="before">Script that runs before the page's.</param>
    public async Task<IPage> OpenAsync(string path = "/", string? origin = null, string? before = null)
    {
        var page = await chromium.NewPageAsync();
        if (!string.IsNullOrEmpty(before))
            await page.AddInitScriptAsync(before);
        await page.GotoAsync((origin ?? Origin) + path);
        await page.WaitForFunctionAsync("window.flex");
        return page;
    }

    private async Task<WebApplication> StartAsync()
    {
        var app = LocalSite.Build();
        app.MapGet("/", () => Html(new Uri(Server.Address, "openpassage.js").ToString(), baseUrl: null));
        app.MapGet("/unbundled", () => Html("/sdk/openpassage.js", Server.Address.ToString()));
        app.MapGet("/readme", () => Results.Content(Readme.Page(Server.Address, ServerProcess.AppId), "text/html"));
        app.MapGet("/pinned", (string integrity) => Html("openpassage", baseUrl: null, ImportMap(integrity)));
        app.MapPost("/sign-in", async (Proof proof) => await Backend.Auth.VerifyNonceAsync(proof.Nonce));
        app.MapGet(
            "/sdk/{file}", (string file) => Results.File(Repository.At("src", "Browser", Path.GetFileName(file)), "text/javascript"));
        await app.StartAsync();
        return app;
    }

    /// <summary>The name <c>openpassage</c> for the version that never changes, which the page loads when it has this integrity.</summary>
    private string ImportMap(string integrity)
    {
        var module = new Uri(Server.Address, $"openpassage.{Repository.Version}.js");
        return $$$"""
            <script type="importmap">{"imports":{"openpassage":"{{{module}}}"},"integrity":{"{{{module}}}":"{{{integrity}}}"}}</script>
            """;
    }

    private sealed record Proof(string Nonce);

    private static IResult Html(string module, string? baseUrl, string before = "") => Results.Content(
        $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>A site with the browser SDK</title>
        {{before}}
        <input autocomplete="username webauthn" aria-label="Name">
        <script type="module">
          import { PassageFlex, PassageError } from '{{module}}';
          window.PassageError = PassageError;
          window.flex = new PassageFlex('{{ServerProcess.AppId}}'{{(baseUrl is null ? "" : $", {{ baseUrl: '{baseUrl}' }}")}});
          window.outcome = async (action) => {
            try {
              return { value: await action() ?? null };
            } catch (error) {
              const { name, message, code, statusCode, serverCode, docs } = error;
              return { name, message, code, statusCode: statusCode ?? 0, serverCode, docs, isPassageError: error instanceof PassageError };
            }
          };
        </script>
        """,
        "text/html");
}

/// <summary>What a call of the SDK came to: its value, or the error that the page would show.</summary>
internal sealed class Outcome
{
    public string? Value { get; set; }

    public string? Name { get; set; }

    public string? Message { get; set; }

    public string? Code { get; set; }

    public int StatusCode { get; set; }

    public string? ServerCode { get; set; }

    public string? Docs { get; set; }

    public bool IsPassageError { get; set; }
}

/// <summary>The SDK's calls, as a page makes them.</summary>
internal static class SdkCalls
{
    /// <summary>Runs <c>action</c>, a JavaScript expression that may use <c>passkey</c> and <c>given</c>.</summary>
    public static Task<Outcome> RunAsync(this IPage page, string action, object? given = null) => page.MainFrame.RunAsync(action, given);

    /// <inheritdoc cref="RunAsync(IPage, string, object?)"/>
    public static Task<Outcome> RunAsync(this IFrame frame, string action, object? given = null) =>
        frame.EvaluateAsync<Outcome>(
            "(given) => "
                + $"{{ const {{ passkey }} = flex; return outcome(async () => {(action.StartsWith('{') ? action : $"({action})")}); }}",
            given);

    /// <summary>The server's answer to a start, bent on its way to the page.</summary>
    public static Task BendStartAsync(this IPage page, Action<JsonNode> bend) => page.RouteAsync("**/webauthn/start", async route =>
    {
        var answer = await route.FetchAsync();
        var json = JsonNode.Parse(await answer.TextAsync())!;
        bend(json["handshake"]!["challenge"]!["publicKey"]!);
        await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
    });

    /// <summary>A person with one passkey, made in this page.</summary>
    public static async Task EnrolAsync(this IPage page, PassageFlex backend, string person)
    {
        var registered = await page.RegisterAsync(await backend.Auth.CreateRegisterTransactionAsync(person, "Ada"));
        Assert.Equal(person, await backend.Auth.VerifyNonceAsync(registered.Value!));
    }

    /// <summary>Revokes the person's passkeys on the server, behind the page's back.</summary>
    public static async Task<PasskeySignals> RevokeAllAsync(this PassageFlex backend, string person)
    {
        PasskeySignals? left = null;
        foreach (var device in await backend.User.ListDevicesAsync(person))
            left = await backend.User.RevokeDeviceAsync(person, device.Id);
        return left!;
    }

    public static Task<Outcome> RegisterAsync(this IPage page, string transaction) => page.RunAsync("passkey.register(given)", transaction);

    public static Task<Outcome> AuthenticateAsync(this IPage page, string? transaction = null) =>
        page.RunAsync("passkey.authenticate({ transactionId: given ?? undefined })", transaction);
}
