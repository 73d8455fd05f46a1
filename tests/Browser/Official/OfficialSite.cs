using Microsoft.Playwright;
using OpenPassage.Flex;

namespace OpenPassage.Browser.Tests.Official;

/// <summary>
/// The whole stage: a site with the official client at an origin of the app, the same site at a foreign origin, the server, and a
/// Chromium to which the server is <c>auth.passage.id</c>. Only the name is redirected: TLS, preflights and CORS are real.
/// </summary>
public sealed class OfficialSite : IAsyncLifetime
{
    private OfficialPage site = null!;
    private OfficialPage foreign = null!;
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    public PassageFlex Backend => server.Flex;

    public async ValueTask InitializeAsync()
    {
        site = await OfficialPage.StartAsync();
        foreign = await OfficialPage.StartAsync();
        server = await ServerProcess.StartAsync(site.Origin);
        chromium = await Chromium.LaunchAsync(
            $"--host-resolver-rules=MAP auth.passage.id:443 127.0.0.1:{server.TlsPort}", "--ignore-certificate-errors");
    }

    public Task<IPage> OpenAsync() => OpenAsync(site.Origin);

    public Task<IPage> OpenElsewhereAsync() => OpenAsync(foreign.Origin);

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        await foreign.DisposeAsync();
        await site.DisposeAsync();
    }

    private async Task<IPage> OpenAsync(string origin)
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(origin);
        await page.WaitForFunctionAsync("window.flexOf");
        return page;
    }
}

/// <summary>What a call of the official client came to: a nonce, or the error that the page would show.</summary>
internal sealed class Outcome
{
    public string? Nonce { get; set; }

    public string? Name { get; set; }

    public string? Message { get; set; }

    public int StatusCode { get; set; }

    public string? StatusText { get; set; }
}

/// <summary>The official client's calls, as the page makes them.</summary>
internal static class OfficialCalls
{
    public static Task<Outcome> RegisterAsync(
        this IPage page, string transaction, string? attachment = null, string app = ServerProcess.AppId) =>
        page.EvaluateAsync<Outcome>(
            "([app, tx, attachment]) => outcome(() => flexOf(app).passkey.register(tx, "
                + "attachment ? { authenticatorAttachment: attachment } : undefined))",
            new[] { app, transaction, attachment });

    public static Task<Outcome> AuthenticateAsync(this IPage page, string? transaction, string app = ServerProcess.AppId) =>
        page.EvaluateAsync<Outcome>(
            "([app, tx]) => outcome(() => flexOf(app).passkey.authenticate(tx ? { transactionId: tx } : undefined))",
            new[] { app, transaction });

    /// <summary>Passkey autofill, on a page that has just been loaded, as a login page does it.</summary>
    public static async Task<Outcome> AutofillAsync(this IPage page)
    {
        await page.ReloadAsync();
        await page.WaitForFunctionAsync("window.flexOf");
        return await page.EvaluateAsync<Outcome>(
            "(app) => outcome(() => flexOf(app).passkey.authenticate({ isConditionalMediation: true }))", ServerProcess.AppId);
    }
}
