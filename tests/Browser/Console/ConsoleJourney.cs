using Microsoft.Playwright;
using OpenPassage.Browser.Tests.Official;
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
        await console.Button("Create passkey").ClickAsync();
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
        await console.Page.GetByLabel("Origins").FillAsync($"{server.Origin}\n{server.Site}");
        await console.Button("Create app").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The app was created.");
        await console.Link("API keys").First.ClickAsync();
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("backend");
        await console.Button("Create key").ClickAsync();
        var key = await console.Page.GetByLabel("API key", new() { Exact = true }).InputValueAsync();
        await console.LookAsync("key-made");

        // A user enrols and signs in by the official client; an attempt whose signature is bad is refused.
        using var flex = new PassageFlex("shop", key, new PassageFlexOptions { BaseAddress = new Uri(server.Origin) });
        const string Grace = "grace@example.com";
        var user = await server.Chromium.NewPageAsync();
        var hers = await VirtualAuthenticator.AddAsync(user);
        await user.GotoAsync(server.Site);
        await user.WaitForFunctionAsync("window.flexOf");
        Assert.Equal(
            Grace,
            await flex.Auth.VerifyNonceAsync(
                (await user.RegisterAsync(await flex.Auth.CreateRegisterTransactionAsync(Grace, "Grace"), app: "shop")).Nonce!));
        Assert.Equal(
            Grace,
            await flex.Auth.VerifyNonceAsync(
                (await user.AuthenticateAsync(await flex.Auth.CreateAuthenticateTransactionAsync(Grace), "shop")).Nonce!));
        await hers.SpoilSignaturesAsync();
        Assert.Equal(401, (await user.AuthenticateAsync(await flex.Auth.CreateAuthenticateTransactionAsync(Grace), "shop")).StatusCode);

        // The operator tries it, too.
        await console.GoAsync("/console/apps/shop/start");
        await console.Button("Create passkey").ClickAsync();
        await Expect(console.Page.GetByText("A passkey was created for console:Ada")).ToBeVisibleAsync();
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

        // Operators: one more passkey and session for Ada, by a link, and a viewer who is invited.
        var viewersLink = await InviteAsync(console);

        // The user is there with device and events, and among the events of all apps.
        await console.GoAsync("/console/apps/shop");
        await console.Link("Users").ClickAsync();
        await console.Page.GetByLabel("External id starts with").FillAsync("grace");
        await console.Button("Find").ClickAsync();
        await console.Link(Grace).ClickAsync();
        await Expect(console.Page.GetByText("Signed in", new() { Exact = true })).ToBeVisibleAsync();
        await AssertPicturesRunNothingAsync(console);
        var hersInConsole = new Uri(console.Page.Url).PathAndQuery;
        await console.Link("Events").First.ClickAsync();
        await console.Page.GetByLabel("Outcome").SelectOptionAsync("refused");
        await console.Button("Filter").ClickAsync();
        await Expect(console.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(console.Link("Corner shop")).ToBeVisibleAsync();
        await console.Page.GetByText("bad_signature").ClickAsync();
        await Expect(console.Page.GetByText("What to do:")).ToBeVisibleAsync();
        await EveryPageAsync(console, viewersLink, [hersInConsole]);

        // A viewer sees and changes nothing.
        await AsViewerAsync(viewersLink, hersInConsole);

        // Revoked, the passkey signs in nowhere.
        await console.GoAsync(hersInConsole);
        await console.Page.Locator("td.steps button").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The passkey was revoked");
        Assert.Equal(401, (await user.AuthenticateAsync(null, "shop")).StatusCode);
        var refused = await Assert.ThrowsAsync<PassageException>(() => flex.Auth.CreateAuthenticateTransactionAsync(Grace));
        Assert.Equal(PassageErrorCode.UserHasNoPasskeys, refused.Code);

        await AttackAsync(console, flex);
        await ConfirmAsync(console);

        // Without script: the pages are forms and links.
        await WithoutScriptAsync(console);
        console.AssertConsoleIsClean();
    }

    /// <summary>Invites Ada to another passkey, which she makes elsewhere, and a viewer, whose link is given back unopened.</summary>
    private async Task<string> InviteAsync(ConsolePage console)
    {
        var hers = await LinkForAsync("Ada", "admin");
        await console.LookAsync("operators-link");
        var elsewhere = await ComeInAsync(hers);
        await elsewhere.GoAsync("/console/account");
        await Expect(elsewhere.Button("Add a passkey")).ToBeVisibleAsync();
        await Expect(elsewhere.Page.Locator("section[aria-labelledby=passkeys-title] tbody tr")).ToHaveCountAsync(2);
        await Expect(elsewhere.Page.Locator("section[aria-labelledby=sessions-title] tbody tr")).ToHaveCountAsync(2);
        await elsewhere.Button("Add a passkey").ClickAsync();
        await elsewhere.LookAsync("add-passkey");
        elsewhere.AssertConsoleIsClean();
        return await LinkForAsync("Vera", "viewer");

        async Task<string> LinkForAsync(string name, string role)
        {
            await console.GoAsync("/console/operators");
            await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
            await console.Page.GetByLabel("Role").SelectOptionAsync(role);
            await console.Button("Create link").ClickAsync();
            return await console.Page.GetByLabel("Setup link", new() { Exact = true }).InputValueAsync();
        }
    }

    /// <summary>Somebody who opens a link on another device, and makes a passkey.</summary>
    private async Task<ConsolePage> ComeInAsync(string link)
    {
        var console = new ConsolePage(await server.Chromium.NewPageAsync(), server.Origin);
        await VirtualAuthenticator.AddAsync(console.Page);
        await console.Page.GotoAsync(link);
        await Expect(console.Page.GetByText("You are invited as")).ToBeVisibleAsync();
        await console.Button("Create passkey").ClickAsync();
        await Expect(console.Heading("Apps")).ToBeVisibleAsync();
        return console;
    }

    private async Task AsViewerAsync(string link, string user)
    {
        var viewer = await ComeInAsync(link);
        await Expect(viewer.Link("New app")).ToHaveCountAsync(0);
        await Expect(viewer.Link("Operators")).ToHaveCountAsync(0);
        string[] paths =
        [
            "/console", "/console/events", "/console/apps/shop", "/console/apps/shop/users", "/console/apps/shop/events",
            "/console/apps/shop/keys", "/console/apps/shop/settings", "/console/apps/shop/start", user,
        ];
        foreach (var path in paths)
        {
            await viewer.GoAsync(path);
            await viewer.LookAsync($"{PictureOf(path)}-viewer");
            // Nothing to press but what finds things, and the way out.
            foreach (var button in await viewer.Page.Locator("button:visible").AllInnerTextsAsync())
                Assert.Contains(button, (string[])["Sign out", "Find", "Filter", "Copy"]);
        }

        await viewer.GoAsync("/console/operators");
        await Expect(viewer.Heading("Only for admins")).ToBeVisibleAsync();
        await viewer.LookAsync("console-operators-viewer");

        // And where a form is sent all the same, the server says no.
        var status = await viewer.Page.EvaluateAsync<int>(
            """
            async () => (await fetch('/console/apps/shop/settings', {
              method: 'POST', body: new URLSearchParams({ name: 'Mine', form_token: document.querySelector('meta[name=form-token]').content }),
            })).status
            """);
        Assert.Equal(403, status);
        viewer.AssertConsoleIsClean();
    }

    /// <summary>What another site, or whoever may choose a name, could try on an operator who is signed in.</summary>
    private async Task AttackAsync(ConsolePage console, PassageFlex flex)
    {
        // In names of an app, a key and a user: text, which runs nothing.
        const string Hostile = "\"'><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>";
        await console.GoAsync("/console/apps/new");
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(Hostile);
        await console.Page.GetByLabel("App id").FillAsync("hostile");
        await console.Page.GetByLabel("RP ID").FillAsync("localhost");
        await console.Page.GetByLabel("Origins").FillAsync(server.Site);
        await console.Button("Create app").ClickAsync();
        await console.Link("API keys").First.ClickAsync();
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(Hostile);
        await console.Button("Create key").ClickAsync();
        await flex.Auth.CreateRegisterTransactionAsync(Hostile, Hostile);
        string[] paths =
        [
            "/console", "/console/apps/hostile", "/console/apps/hostile/keys", "/console/apps/hostile/settings",
            "/console/apps/hostile/changes", "/console/apps/shop/users",
        ];
        foreach (var path in paths)
        {
            await console.GoAsync(path);
            Assert.True(
                (await console.Page.Locator("body").TextContentAsync())!.Contains("window.ran = 1", StringComparison.Ordinal), path);
            Assert.True(await console.Page.EvaluateAsync<bool>("() => window.ran === undefined"), path);
        }

        // Another site, whose requests carry the operator's cookie: it frames nothing, sends no form, and leads nobody out.
        var site = await console.Page.Context.NewPageAsync();
        await site.GotoAsync(server.Site);
        await site.EvaluateAsync(
            """
            address => new Promise((resolve) => {
              const frame = document.createElement('iframe');
              frame.onload = resolve;
              frame.src = address;
              document.body.append(frame);
            })
            """,
            $"{server.Origin}/console");
        Assert.DoesNotContain(site.Frames, frame => frame.Url.StartsWith(server.Origin, StringComparison.Ordinal));
        await site.EvaluateAsync(
            """
            address => {
              const form = document.createElement('form');
              form.method = 'post';
              form.action = address;
              document.body.append(form);
              form.submit();
            }
            """,
            $"{server.Origin}/console/apps/shop/delete");
        await Expect(site.GetByText("Request from another site")).ToBeVisibleAsync();
        foreach (var elsewhere in (string[])["https://evil.example/", "//evil.example/", "/console/\\evil.example/"])
        {
            await site.GotoAsync($"{server.Origin}/console/sign-in?to={Uri.EscapeDataString(elsewhere)}");
            Assert.Equal($"{server.Origin}/console", site.Url);
        }

        await site.CloseAsync();
    }

    /// <summary>
    /// Some minutes after an operator has shown a passkey, a dangerous step asks for it again, and is taken once it is shown.
    /// </summary>
    private async Task ConfirmAsync(ConsolePage console)
    {
        await server.LetConfirmationsExpireAsync();
        await MakeKeyAsync();
        await console.LookEverywhereAsync("confirm");

        await console.Link("Cancel").ClickAsync();
        await Expect(console.Page.GetByText("asked twice")).ToHaveCountAsync(0);
        await MakeKeyAsync();
        await console.Button("Confirm with a passkey").ClickAsync();
        await Expect(console.Page.GetByLabel("API key", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(console.Page.GetByText("asked twice").First).ToBeVisibleAsync();

        async Task MakeKeyAsync()
        {
            await console.GoAsync("/console/apps/shop/keys");
            await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("asked twice");
            await console.Button("Create key").ClickAsync();
            await Expect(console.Heading("Confirm that it is you")).ToBeVisibleAsync();
        }
    }

    /// <summary>A maker's picture is an image and nothing else, also one that would run.</summary>
    private static async Task AssertPicturesRunNothingAsync(ConsolePage console) =>
        Assert.True(await console.Page.EvaluateAsync<bool>(
            """
            async () => {
              const picture = new Image();
              picture.src = 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="top.ran = 1"><script>top.ran = 1</script><rect width="9" height="9"/></svg>');
              document.querySelector('.device').append(picture);
              await picture.decode();
              return window.ran === undefined && picture.naturalWidth === 9;
            }
            """));

    private static string PictureOf(string path) => path[1..].Replace('/', '-').Replace('?', '-').Replace('=', '-');

    /// <summary>Every page, light and dark, on a desk and on a telephone; also those that nobody is signed in to see.</summary>
    private async Task EveryPageAsync(ConsolePage console, string link, string[] more)
    {
        string[] paths =
        [
            "/console", "/console/events", "/console/events?outcome=refused", "/console/events?type=party", "/console/apps/new",
            "/console/apps/shop", "/console/apps/shop/users", "/console/apps/shop/events", "/console/apps/shop/keys",
            "/console/apps/shop/settings", "/console/apps/shop/start", "/console/apps/shop/changes", "/console/apps/demo",
            "/console/apps/demo/users", "/console/apps/demo/events", "/console/apps/demo/keys", "/console/apps/demo/settings",
            "/console/apps/demo/changes", "/console/changes", "/console/operators", "/console/account", "/console/nothing", .. more,
        ];
        foreach (var (name, width) in ((string, int)[])[("desk", 1280), ("phone", 390)])
        {
            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                var screen = new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } };
                var look = new ConsolePage(await console.Page.Context.NewPageAsync(), server.Origin);
                await look.Page.ShowAsync(screen);
                foreach (var path in paths)
                {
                    await look.GoAsync(path);
                    if (path.EndsWith("refused", StringComparison.Ordinal))
                        await look.Page.Locator("summary").First.ClickAsync();
                    await look.LookAsync($"{PictureOf(path)}-{name}-{scheme.ToString().ToLowerInvariant()}");
                }

                look.AssertConsoleIsClean();
                await look.Page.CloseAsync();

                var stranger = new ConsolePage(await server.Chromium.NewPageAsync(screen), server.Origin);
                await stranger.GoAsync("/console/sign-in");
                await stranger.Page.GetByText("Lost your passkey?").ClickAsync();
                await stranger.LookAsync($"sign-in-{name}-{scheme.ToString().ToLowerInvariant()}");
                await stranger.Page.GotoAsync(link);
                await Expect(stranger.Page.GetByText("You are invited as Vera")).ToBeVisibleAsync();
                await stranger.LookAsync($"setup-{name}-{scheme.ToString().ToLowerInvariant()}");
                await stranger.GoAsync("/console/sign-in");
                await stranger.Page.GotoAsync(link[..^1]);
                await Expect(stranger.Page.Locator("form[data-ceremony=setup]")).ToBeHiddenAsync();
                await Expect(stranger.Heading("This link does not work")).ToBeVisibleAsync();
                await stranger.LookAsync($"setup-wrong-{name}-{scheme.ToString().ToLowerInvariant()}");
                stranger.AssertConsoleIsClean();
                await stranger.Page.CloseAsync();
            }
        }
    }

    private async Task WithoutScriptAsync(ConsolePage console)
    {
        var plain = new ConsolePage(await server.Chromium.NewPageAsync(new() { JavaScriptEnabled = false }), server.Origin);
        await plain.Page.Context.AddCookiesAsync((await console.Page.Context.CookiesAsync()).Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Domain = cookie.Domain,
            Path = cookie.Path,
            HttpOnly = cookie.HttpOnly,
            Secure = cookie.Secure,
            SameSite = cookie.SameSite,
        }));
        await plain.GoAsync("/console/apps/shop/settings");
        await plain.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Corner shop and more");
        await plain.Button("Save").ClickAsync();
        await Expect(plain.Notice).ToHaveTextAsync("The settings were saved and are in effect.");
        await Expect(plain.Heading("Corner shop and more")).ToBeVisibleAsync();
        await plain.Page.CloseAsync();
    }
}
