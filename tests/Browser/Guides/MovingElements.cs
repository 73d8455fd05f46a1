using System.Text.Json;
using System.Text.Json.Nodes;
using OpenPassage.Browser.Tests.Official;

namespace OpenPassage.Browser.Tests.Guides;

/// <summary>What docs/guides/moving-from-passage.md says of Passage's elements, with <c>passage-elements</c> 2.0.9 as published.</summary>
public sealed class MovingElements
{
    private const string File = "docs/guides/moving-from-passage.md";
    private const string Phone = "+4915123456789";

    [Fact]
    public async Task The_elements_show_the_servers_texts_and_sign_a_phone_number_up_with_a_passkey_without_the_old_hosts()
    {
        await using var site = await OfficialPage.StartAsync(
            "passage-elements",
            $$"""
            import '/client.js';
            const element = document.createElement('passage-auth');
            element.setAttribute('app-id', '{{ServerProcess.AppId}}');
            element.setAttribute('lang', 'de');
            element.onSuccess = ({ authToken }) => window.signedIn = authToken;
            document.body.append(element);
            """,
            "dist/package/passage-auth/index.es.js");
        await using var server = await ServerProcess.StartAsync("localhost", [site.Origin], ["--OpenPassage:Apps:0:Type=complete"]);
        site.Before = Guide.Blocks(File, "Passage's elements", "html").Single()
            .Replace("https://passkeys.example.com", server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        await using var chromium = await Chromium.SharedAsync();
        var page = await chromium.NewPageAsync();
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https", Host: not "localhost" })
                elsewhere.Add(request.Url);
        };
        await VirtualAuthenticator.AddAsync(page);
        var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(
            System.IO.File.ReadAllText(Repository.At("src", "Server.Complete", "Locales", "de.json")))!;

        await page.GotoAsync(site.Origin);
        await page.GetByText(texts["dont-have-an-account"]).WaitForAsync();
        Assert.Equal(texts["login-title"], await page.Locator("passage-auth .title").First.InnerTextAsync());
        await page.ScreenshotIfWantedAsync("elements", "login.png");

        await page.GetByText(texts["register-here"], new() { Exact = true }).ClickAsync();
        var judges = page.WaitForResponseAsync($"{site.Origin}/intl-tel-input/js/utils.js");
        await page.Locator("passage-auth input:visible").FillAsync(Phone);
        Assert.True((await judges).Ok);
        // Until the module has run, no number is valid.
        await page.EvaluateAsync("() => import('/intl-tel-input/js/utils.js').then(() => undefined)");
        await page.Locator("button:visible", new() { HasText = texts["continue"] }).ClickAsync();
        await page.GetByText(texts["register-with-passkey"], new() { Exact = true }).WaitForAsync();
        await page.ScreenshotIfWantedAsync("elements", "passkey.png");
        await page.GetByText(texts["register-with-passkey"], new() { Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("window.signedIn");

        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await page.EvaluateAsync<string>("signedIn"));
        var user = JsonNode.Parse(await http.GetStringAsync($"v1/apps/{ServerProcess.AppId}/currentuser"))!["user"]!;
        Assert.Equal((Phone, true), ((string)user["phone"]!, (bool)user["webauthn"]!));
        Assert.Equal([], elsewhere);
    }
}
