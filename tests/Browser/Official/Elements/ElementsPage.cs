using System.Text.Json;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>How somebody comes to a page of the site.</summary>
internal sealed record Visit
{
    /// <summary>The element's; empty: the browser's.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The browser's.</summary>
    public string? Locale { get; init; }

    /// <summary>The element's: <c>light</c>, <c>dark</c> or <c>auto</c>.</summary>
    public string? Theme { get; init; }

    /// <summary>The system's.</summary>
    public ColorScheme? Colors { get; init; }

    /// <summary>Null: the machine that runs the tests.</summary>
    public Network? From { get; init; }

    /// <summary>How the browser reaches an authenticator: <c>internal</c>, <c>usb</c>; null: it has none.</summary>
    public string? Authenticator { get; init; } = "internal";

    /// <summary>Whether the page's clock can be moved on, as its elements wait for seconds.</summary>
    public bool MovesClock { get; init; }

    /// <summary>What runs before the page's scripts.</summary>
    public string? Before { get; init; }
}

/// <summary>A page with one of Passage's elements, and what somebody sees and does there.</summary>
internal sealed class ElementsPage
{
    private static readonly Dictionary<string, Dictionary<string, string>> Texts = new(StringComparer.Ordinal)
    {
        ["en"] = Read("en"), ["de"] = Read("de"),
    };

    private readonly string language;
    private readonly string server;
    private readonly List<string> sent = [];

    private ElementsPage(IPage page, string server, string language)
    {
        (Page, this.server, this.language) = (page, server, language);
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith($"{server}/v1/", StringComparison.Ordinal))
            {
                lock (sent)
                    sent.Add($"{request.Method} /{string.Join('/', new Uri(request.Url).AbsolutePath.Split('/')[4..])}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Null: it has none.</summary>
    public VirtualAuthenticator? Authenticator { get; private set; }

    public static async Task<ElementsPage> OpenAsync(IPage page, string server, string address, Visit visit)
    {
        var opened = new ElementsPage(page, server, visit.Locale is null ? "en" : visit.Locale[..2]);
        if (visit.Authenticator is { } transport)
            opened.Authenticator = await VirtualAuthenticator.AddAsync(page, transport);
        if (visit.MovesClock)
            await page.Clock.InstallAsync();
        if (visit.Before is { } script)
            await page.AddInitScriptAsync(script);
        await page.GotoAsync(address);
        return opened;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<ElementsPage> OpenTabAsync(string address) =>
        await OpenAsync(await Page.Context.NewPageAsync(), server, address, new());

    /// <summary>A text as the server has it for the elements, with what they put into it.</summary>
    public string Text(string key, params string[] given)
    {
        var text = Texts[language][key];
        for (var place = 0; place < given.Length; place++)
            text = text.Replace($"{{{place}}}", given[place], StringComparison.Ordinal);
        return text;
    }

    /// <summary>Where a text is shown, and nothing beside it.</summary>
    public ILocator Says(string key, params string[] given) => SaysText(Text(key, given));

    public ILocator SaysText(string text) => Page.GetByText(text, new() { Exact = true }).Filter(new() { Visible = true });

    /// <summary>Waits for it.</summary>
    public Task ShowsAsync(string key, params string[] given) => Says(key, given).First.WaitForAsync();

    public ILocator Button(string key, params string[] given) =>
        Page.GetByRole(AriaRole.Button, new() { Name = Text(key, given), Exact = true }).Filter(new() { Visible = true });

    /// <summary>Presses a button, or what the elements have in place of one.</summary>
    public Task PressAsync(string key, params string[] given) => Button(key, given).First.ClickAsync();

    public ILocator Identifier => Page.Locator("#identifier").Filter(new() { Visible = true });

    public ILocator HomeTown => Page.Locator("#home_town input").Filter(new() { Visible = true });

    /// <summary>Says who is there and goes on.</summary>
    public async Task IdentifyAsync(string person)
    {
        await Identifier.FillAsync(person);
        await PressAsync("continue");
    }

    /// <summary>Goes on with what is there.</summary>
    public Task PressContinueAsync() => PressAsync("continue");

    /// <summary>Turns to signing up and says who is there.</summary>
    public async Task BeginSignUpAsync(string person)
    {
        await Says("register-here").ClickAsync();
        await Identifier.FillAsync(person);
        if (await HomeTown.CountAsync() > 0)
            await HomeTown.FillAsync("London");
        await PressAsync("continue");
    }

    /// <summary>Types a code, over one that is there.</summary>
    public async Task EnterCodeAsync(string code)
    {
        var fields = Page.Locator(".psg-otp-input-container input");
        if (await fields.Last.InputValueAsync() is { Length: > 0 })
        {
            await fields.Last.ClickAsync();
            foreach (var _ in code)
                await Page.Keyboard.PressAsync("Backspace");
        }

        await fields.First.ClickAsync();
        await Page.Keyboard.TypeAsync(code);
    }

    /// <summary>What the element gave the page when somebody was signed in, once it has.</summary>
    public async Task<Session> SignedInAsync()
    {
        await Page.WaitForFunctionAsync("window.signedIn");
        var told = await Page.EvaluateAsync<string>("JSON.stringify(signedIn)");
        return JsonSerializer.Deserialize<Session>(told, JsonSerializerOptions.Web)!;
    }

    /// <summary>Whether it has.</summary>
    public Task<bool> IsSignedInAsync() => Page.EvaluateAsync<bool>("!!window.signedIn");

    /// <summary>What the browser keeps of a sign-in; null: there was none.</summary>
    public async Task<Session?> KeptAsync() => await Page.EvaluateAsync<string?>("localStorage.psg_auth_token ?? null") is { } token
        ? new(token, "", await Page.EvaluateAsync<string>("localStorage.psg_refresh_token ?? ''"))
        : null;

    /// <summary>Moves the page's clock on until it has asked once more whether its link was opened.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> PollAsync()
    {
        var asked = Page.WaitForResponseAsync($"{server}/v1/**/magic-link/status");
        while (!asked.IsCompleted)
        {
            await Page.Clock.FastForwardAsync(5000);
            await Task.WhenAny(asked, Task.Delay(20));
        }

        return (await asked).Status;
    }

    /// <summary>What has been sent to the server since it was asked last: <c>POST /login/otp</c>.</summary>
    public IReadOnlyList<string> TakeSent()
    {
        lock (sent)
        {
            string[] taken = [.. sent];
            sent.Clear();
            return taken;
        }
    }

    /// <summary>For whoever wants to look.</summary>
    public Task ScreenshotAsync(string name) => Page.ScreenshotIfWantedAsync("elements", $"{name}.png");

    private static Dictionary<string, string> Read(string language) => JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllText(Repository.At("src", "Server.Complete", "Locales", $"{language}.json")))!;
}

/// <summary>What a page is given when somebody is signed in.</summary>
internal sealed record Session(string AuthToken, string RedirectUrl, string RefreshToken);
