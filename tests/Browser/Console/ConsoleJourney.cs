using Microsoft.Playwright;
using OpenPassage.Flex;
using static Microsoft.Playwright.Assertions;

namespace OpenPassage.Browser.Tests.Consoles;

/// <summary>From the first start to a passkey that is revoked: what an operator does on the first day.</summary>
public sealed class ConsoleJourney(ConsoleServer server) : IClassFixture<ConsoleServer>
{
    [Fact]
    public async Task From_the_first_start_to_a_revoked_passkey()
    {
        // The link that the first start printed makes the first operator.
        var console = new ConsolePage(await server.Chromium.NewPageAsync(), server.Origin);
        await VirtualAuthenticator.AddAsync(console.Page);
        await console.GoAsync("/console");
        await Expect(console.Page.GetByText("Nobody can sign in yet.")).ToBeVisibleAsync();
        await console.LookAsync("first-start");
        await console.Page.GotoAsync(await server.LinkAsync());
        await console.Page.GetByLabel("Your name").FillAsync("Ada");
        await console.LookAsync("setup");
        await console.Button("Make a passkey").ClickAsync();
        await Expect(console.Heading("Apps")).ToBeVisibleAsync();

        // Out, and in again with the passkey.
        await console.Button("Sign out").ClickAsync();
        await console.GoAsync("/console/account");
        await console.LookAsync("sign-in");
        await console.Button("Sign in with a passkey").ClickAsync();
        await Expect(console.Heading("Where you are signed in")).ToBeVisibleAsync();

        // An app and a key.
        await console.Link("Apps").ClickAsync();
        await console.Link("New app").ClickAsync();
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Corner shop");
        await console.Page.GetByLabel("App id").FillAsync("shop");
        await console.Page.GetByLabel("RP ID").FillAsync("localhost");
        await console.Page.GetByLabel("Origins").FillAsync(server.Origin);
        await console.Button("Make the app").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The app is made.");
        await console.Link("API keys").First.ClickAsync();
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("backend");
        await console.Button("Make the key").ClickAsync();
        var key = await console.Page.GetByLabel("API key", new() { Exact = true }).InputValueAsync();
        await console.LookAsync("key-made");

        // A user enrols and signs in, by the SDKs that a site has.
        using var flex = new PassageFlex("shop", key, new PassageFlexOptions { BaseAddress = new Uri(server.Origin) });
        var user = await server.Chromium.NewPageAsync();
        await VirtualAuthenticator.AddAsync(user);
        await user.GotoAsync($"{server.Origin}/console/sign-in");
        async Task<string> CeremonyAsync(string call, string? transaction) => await user.EvaluateAsync<string>(
            $"async (transaction) => {{ const {{ PassageFlex }} = await import('/openpassage.js'); const {{ passkey }} = new PassageFlex('shop'); try {{ return await {call}; }} catch (error) {{ return 'refused: ' + error.code; }} }}", transaction);
        Assert.Equal("grace@example.com", await flex.Auth.VerifyNonceAsync(await CeremonyAsync("passkey.register(transaction)", await flex.Auth.CreateRegisterTransactionAsync("grace@example.com", "Grace"))));
        Assert.Equal("grace@example.com", await flex.Auth.VerifyNonceAsync(await CeremonyAsync("passkey.authenticate({ transactionId: transaction })", await flex.Auth.CreateAuthenticateTransactionAsync("grace@example.com"))));

        // The operator tries it, too.
        await console.GoAsync("/console/apps/shop/start");
        await console.Button("Make a passkey").ClickAsync();
        await Expect(console.Page.GetByText("A passkey was made for console:Ada")).ToBeVisibleAsync();
        await console.Button("Sign in with it").ClickAsync();
        await Expect(console.Page.GetByText("Signed in as console:Ada")).ToBeVisibleAsync();

        // The chart shows it, a few seconds late.
        await console.GoAsync("/console/apps/shop");
        for (var tries = 0; tries < 20 && await console.Page.Locator("svg[aria-label^='Sign-ins: 2 in all']").CountAsync() == 0; tries++)
        {
            await Task.Delay(500);
            await console.Page.ReloadAsync();
        }

        await Expect(console.Page.Locator("svg[aria-label^='Sign-ins: 2 in all']")).ToBeVisibleAsync();

        // The user is there with device and events; revoked, the passkey signs in nowhere.
        await console.Link("Users").ClickAsync();
        await console.Page.GetByLabel("External id begins with").FillAsync("grace");
        await console.Button("Find").ClickAsync();
        await console.Link("grace@example.com").ClickAsync();
        await Expect(console.Page.GetByText("Signed in", new() { Exact = true })).ToBeVisibleAsync();
        await EveryPageAsync(console, [new Uri(console.Page.Url).PathAndQuery]);
        await console.Page.Locator("td.steps button").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The passkey was revoked");
        Assert.StartsWith("refused", await CeremonyAsync("passkey.authenticate()", null), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<PassageException>(() => flex.Auth.CreateAuthenticateTransactionAsync("grace@example.com"));
        Assert.Equal(PassageErrorCode.UserHasNoPasskeys, refused.Code);

        // Without script: the pages are forms and links.
        await WithoutScriptAsync(console);
        console.AssertConsoleIsClean();
    }

    /// <summary>Every page, light and dark, on a desk and on a telephone.</summary>
    private async Task EveryPageAsync(ConsolePage console, string[] more)
    {
        var state = await console.Page.Context.StorageStateAsync();
        string[] paths =
        [
            "/console", "/console/apps/new", "/console/apps/shop", "/console/apps/shop/users", "/console/apps/shop/events", "/console/apps/shop/keys", "/console/apps/shop/settings",
            "/console/apps/shop/start", "/console/apps/shop/changes", "/console/apps/demo/settings", "/console/changes", "/console/operators", "/console/account", "/console/nothing", .. more,
        ];
        foreach (var (name, width) in ((string, int)[])[("desk", 1280), ("phone", 390)])
        {
            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                var look = new ConsolePage(await server.Chromium.NewPageAsync(new() { StorageState = state, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } }), server.Origin);
                foreach (var path in paths)
                {
                    await look.GoAsync(path);
                    await look.LookAsync($"{path[1..].Split('?')[0].Replace('/', '-')}-{name}-{scheme.ToString().ToLowerInvariant()}");
                }

                look.AssertConsoleIsClean();
                await look.Page.Context.CloseAsync();
            }
        }
    }

    private async Task WithoutScriptAsync(ConsolePage console)
    {
        var state = await console.Page.Context.StorageStateAsync();
        var plain = new ConsolePage(await server.Chromium.NewPageAsync(new() { StorageState = state, JavaScriptEnabled = false }), server.Origin);
        await plain.GoAsync("/console/apps/shop/settings");
        await plain.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Corner shop and more");
        await plain.Button("Save").ClickAsync();
        await Expect(plain.Notice).ToHaveTextAsync("The settings are saved and in force.");
        await Expect(plain.Heading("Corner shop and more")).ToBeVisibleAsync();
        await plain.Page.Context.CloseAsync();
    }
}
