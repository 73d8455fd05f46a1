using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>
/// docs/guides/sign-in-in-one-call.md: its scripts as they stand there, and each line of its table with them.
/// </summary>
public sealed class SignInInOneCall(OneCallSite site) : IClassFixture<OneCallSite>
{
    /// <summary>Notes what the browser is asked for.</summary>
    private const string Watch =
        """
        window.asked = [];
        if (navigator.credentials) {
          const get = navigator.credentials.get.bind(navigator.credentials);
          navigator.credentials.get = (options) => {
            const hint = { hybrid: ' for phones', 'security-key': ' for security keys' }[options.publicKey.hints?.[0]] ?? '';
            asked.push(options.mediation === 'conditional' ? 'suggestions'
              : options.uiMode === 'immediate' ? 'immediate UI' : `dialog${hint}`);
            return get(options);
          };
        }
        """;

    private const string NoImmediate =
        """
        const tell = PublicKeyCredential.getClientCapabilities.bind(PublicKeyCredential);
        PublicKeyCredential.getClientCapabilities = async () => ({ ...await tell(), immediateGet: false });
        """;

    private readonly string person = $"person-{Guid.NewGuid():N}";

    public static TheoryData<string, string, string, string, string, string> Cases =>
        [.. Guide.Rows(OneCallSite.File, "What happens when").Select(row => (row[0], row[1], row[2], row[3], row[4], row[5]))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_table_says_what_happens(string passkey, string browser, string when, string advice, string asked, string outcome)
    {
        var (page, authenticator) = await OpenAsync(passkey, browser, advice);
        var clicks = when switch { "the page opens" => 0, "a click" => 1, "a second click" => 2, _ => throw new FormatException(when) };
        // Until the click nobody picks the suggestion, which the browser has only for passkeys of its own.
        await authenticator.SetPresenceAsync(clicks == 0);
        await page.GotoAsync(site.At(browser));
        await page.WaitForFunctionAsync("window.loaded");
        if (clicks > 0 && passkey is "on this device" or "synced")
            await page.WaitForFunctionAsync("asked.length === 1");

        // Where nobody is to be asked, suggestions that come back are to wait.
        await authenticator.SetPresenceAsync(advice != "fallback");
        for (var click = 0; click < clicks; click++)
        {
            await page.EvaluateAsync("() => { asked.length = 0; show(''); }");
            await page.GetByRole(AriaRole.Button).ClickAsync();
            if (click + 1 < clicks)
                await Expect(page.GetByRole(AriaRole.Status)).Not.ToBeEmptyAsync();
        }

        if (outcome == "nothing yet")
        {
            await page.WaitForFunctionAsync("asked.length === 1");
            await Expect(page.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        }
        else
        {
            await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(
                outcome == "signed in" ? $"Hello, {person}" : $"{outcome["fallback, ".Length..]}: ");
        }

        var seen = await page.EvaluateAsync<string[]>("asked");
        // Whatever else there was: never two dialogs, and none that the table does not name.
        var prompts = clicks > 0 && asked != "suggestions" ? seen.Where(one => one != "suggestions").ToArray() : seen;
        Assert.Equal(asked == "nothing" ? [] : [asked], prompts);
    }

    [Fact]
    public async Task An_account_that_is_named_is_asked_for_by_the_dialog()
    {
        var (page, authenticator) = await OpenAsync("on this device", "with immediate UI", "–");
        await authenticator.SetPresenceAsync(false);
        await page.GotoAsync($"{site.Origin}/named");
        await page.WaitForFunctionAsync("asked.length === 1");
        await authenticator.SetPresenceAsync(true);
        await page.GetByRole(AriaRole.Textbox).FillAsync(person);

        await page.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {person}");
        Assert.Equal(["suggestions", "dialog"], await page.EvaluateAsync<string[]>("asked"));
    }

    [Fact]
    public async Task The_servers_own_advice_is_followed_for_an_account_that_is_named()
    {
        var (page, _) = await OpenAsync("on a security key", "with immediate UI", "–");
        await page.GotoAsync($"{site.Origin}/named");
        await page.GetByRole(AriaRole.Textbox).FillAsync(person);

        await page.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync($"Hello, {person}");
        Assert.Equal(["dialog for security keys"], await page.EvaluateAsync<string[]>("asked"));
    }

    private async Task<(IPage Page, VirtualAuthenticator Authenticator)> OpenAsync(string passkey, string browser, string advice)
    {
        var page = await site.NewPageAsync();
        await page.AddInitScriptAsync(Watch);
        var authenticator = passkey switch
        {
            "on this device" or "none" => await VirtualAuthenticator.AddAsync(page),
            "synced" => await VirtualAuthenticator.AddAsync(
                page, more: [("defaultBackupEligibility", true), ("defaultBackupState", true)]),
            "on a security key" => await VirtualAuthenticator.AddAsync(page, "usb"),
            "on a phone" => await VirtualAuthenticator.AddAsync(page, "hybrid"),
            _ => throw new FormatException(passkey),
        };
        if (passkey != "none")
        {
            await page.GotoAsync($"{site.Origin}/register?transaction={await site.TransactionAsync(person)}");
            await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("A passkey was made.");
        }

        if (browser == "without immediate UI")
            await page.AddInitScriptAsync(NoImmediate);
        if (browser == "without WebAuthn")
            await page.AddInitScriptAsync("delete window.PublicKeyCredential; delete Navigator.prototype.credentials;");
        if (advice != "–")
        {
            await page.RouteAsync("**/authenticate/transactions/webauthn/start", async route =>
            {
                var answer = await route.FetchAsync();
                var json = JsonNode.Parse(await answer.TextAsync())!;
                json["advice"] = new JsonObject { ["advice"] = advice, ["reason"] = "bent" };
                await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
            });
        }

        return (page, authenticator);
    }
}

/// <summary>A site whose pages are those of the guide.</summary>
public sealed class OneCallSite : IAsyncLifetime
{
    internal const string File = "docs/guides/sign-in-in-one-call.md";

    private WebApplication site = null!;
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public string Origin => LocalSite.OriginOf(site);

    public async ValueTask InitializeAsync()
    {
        site = LocalSite.Build();
        var first = Guide.Blocks(File, "Sign in with one call", "js")[0];
        site.MapGet("/", () => Page(first));
        site.MapGet("/named", () => Page(
            string.Join('\n', first.Split('\n').TakeWhile(line => !line.StartsWith("signIn(", StringComparison.Ordinal)))
                + '\n' + Guide.Blocks(File, "What happens when", "js").Single()));
        site.MapGet("/register", (string transaction) => Page($$"""
            import { PassageFlex } from 'https://passkeys.example.com/openpassage.js';
            await new PassageFlex('shop').passkey.register('{{transaction}}', { authenticatorAttachment: 'any' });
            show('A passkey was made.');
            """));
        site.MapPost("/sign-in", async (HttpRequest request) => await server.Flex.Auth.VerifyNonceAsync(await ReadAsync(request)));
        site.MapPost(
            "/transaction",
            async (HttpRequest request) => await server.Flex.Auth.CreateAuthenticateTransactionAsync(await ReadAsync(request)));
        await site.StartAsync();
        server = await ServerProcess.StartAsync(Origin);
        chromium = await Chromium.SharedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        await site.DisposeAsync();
    }

    public Task<IPage> NewPageAsync() => chromium.NewPageAsync();

    public Task<string> TransactionAsync(string person) => server.Flex.Auth.CreateRegisterTransactionAsync(person, "Ada");

    /// <summary>Where a browser of the table is.</summary>
    public string At(string browser) => browser switch
    {
        "any, over http" => Origin.Replace("localhost", "insecure.test", StringComparison.Ordinal),
        "any, at an IP address" => Origin.Replace("localhost", "127.0.0.1", StringComparison.Ordinal),
        "any" or "with immediate UI" or "without immediate UI" or "without WebAuthn" => Origin,
        _ => throw new FormatException(browser),
    };

    private static async Task<string> ReadAsync(HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync();

    private IResult Page(string script) => Results.Content(
        $$"""
        <!doctype html>
        <meta charset="utf-8">
        <title>Sign in</title>
        <input id="name" aria-label="Name" autocomplete="username webauthn">
        <button id="passkey">Sign in with a passkey</button>
        <p role="status"></p>
        <script>
          const show = (said) => { document.querySelector('[role=status]').textContent = said; };
          const showForm = (reason, message) => show(`${reason}: ${message}`);
          const post = async (path, body) => (await fetch(path, { method: 'POST', body })).text();
          const signInWith = async (nonce) => show(`Hello, ${await post('/sign-in', nonce)}`);
          const transactionFor = (name) => post('/transaction', name);
        </script>
        <script type="module">
        {{script
            .Replace("https://passkeys.example.com/", server.Address.ToString(), StringComparison.Ordinal)
            .Replace("'shop'", $"'{ServerProcess.AppId}'", StringComparison.Ordinal)}}
        window.loaded = true;
        </script>
        """,
        "text/html");
}
