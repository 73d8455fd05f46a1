extern alias Host;

using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Host::OpenPassage.Host.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using OpenPassage.Browser.Tests.Guides;
using OpenPassage.Server.Tests.Messages;

namespace OpenPassage.Browser.Tests.Official.Elements;

/// <summary>
/// A site whose login is Passage's <c>passage-elements</c> 2.0.9, or <c>passage-react</c> 1.0.3, as published and bundled. The one script
/// of the moving guide leads them to the server, which sends its messages to a mail server. Several apps share the site's origin.
/// </summary>
public sealed partial class ElementsSite : IAsyncLifetime
{
    /// <summary>Passkeys and codes.</summary>
    public const string Codes = "codes";

    /// <summary>Passkeys and links.</summary>
    public const string Links = "links";

    /// <summary>Passkeys alone.</summary>
    public const string Passkeys = "passkeys";

    /// <summary>Codes, and nobody may sign up.</summary>
    public const string Closed = "closed";

    /// <summary>Codes, and passkeys on another origin.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>Codes, and nobody is told which accounts exist.</summary>
    public const string Hidden = "hidden";

    private const string Elements =
        """
        import '@passageidentity/passage-elements/passage-auth';
        import '@passageidentity/passage-elements/passage-login';
        import '@passageidentity/passage-elements/passage-profile';
        import '@passageidentity/passage-elements/passage-register';
        const asked = new URLSearchParams(location.search);
        const element = document.createElement(location.pathname.slice(1));
        for (const name of ['app-id', 'lang', 'theme']) if (asked.has(name)) element.setAttribute(name, asked.get(name));
        element.onSuccess = (result) => { window.signedIn = result; };
        document.body.append(element);
        """;

    private const string React =
        """
        import { createElement } from 'react';
        import { createRoot } from 'react-dom/client';
        import {
          PassageAuth, PassageAuthGuard, PassageProfile, PassageProvider, PassageUnAuthGuard, usePassage,
        } from '@passageidentity/passage-react';
        function Account() {
          const { signOut } = usePassage();
          const leave = () => signOut().then(() => location.reload());
          return createElement('main', null, createElement(PassageProfile), createElement('button', { onClick: leave }, 'Leave'));
        }
        createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(
          PassageProvider,
          { appId: new URLSearchParams(location.search).get('app-id'), lang: 'en' },
          createElement(PassageUnAuthGuard, null, createElement(PassageAuth, { onSuccess: () => location.reload() })),
          createElement(PassageAuthGuard, null, createElement(Account))));
        """;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-elements-");
    private readonly LateClock clock = new();
    private readonly MailServer mails = new();
    private readonly string apiKey = RandomNumberGenerator.GetHexString(40);
    private readonly HttpClient http = new();
    private readonly Lazy<Task<byte[]>> react = new(() => Bundle.OfScriptAsync(React));
    private byte[] elements = [];
    private WebApplication site = null!;
    private WebApplication server = null!;
    private Chromium chromium = null!;

    /// <summary>Where the person's phone is.</summary>
    internal Network Phone { get; } = new();

    /// <summary>Where links in mails are looked at before people get them.</summary>
    internal Network Scanner { get; } = new();

    /// <summary>Where somebody asks for other people's links.</summary>
    internal Network Thief { get; } = new();

    /// <summary>The site's.</summary>
    public string Origin => LocalSite.OriginOf(site);

    private string ServerOrigin => LocalSite.OriginOf(server);

    public async ValueTask InitializeAsync()
    {
        var bundling = Bundle.OfScriptAsync(Elements);
        site = await StartSiteAsync();
        var port = Ports.Free();
        server = ServerHost.Create(
            [
                $"--urls=http://127.0.0.1:{port}",
                $"--contentRoot={data.FullName}",
                $"--OpenPassage:DataDirectory={data.FullName}",
                $"--OpenPassage:PublicUrl=http://localhost:{port}",
                "--OpenPassage:Mail:From=Shop <shop@example.com>",
                "--OpenPassage:Mail:Smtp:Host=127.0.0.1",
                $"--OpenPassage:Mail:Smtp:Port={mails.Port}",
                "--OpenPassage:Mail:Smtp:Security=none",
                "--OpenPassage:Limits:BrowserCallsPerMinute=0",
                .. App(0, Codes, ["Methods:Otp=true", "RedirectUrl=/home", $"LoginUrl=/passage-auth?app-id={Codes}&lang=en", .. Fields]),
                .. App(1, Links, "Methods:MagicLink=true"),
                .. App(2, Passkeys),
                .. App(3, Closed, "Methods:Otp=true", "PublicSignup=false"),
                .. App(4, Elsewhere, "Methods:Otp=true", "AuthOrigin=http://localhost:1", "Origins:1=http://localhost:1"),
                .. App(5, Hidden, "Methods:Otp=true", "HideAccounts=true"),
            ],
            builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
                builder.Logging.ClearProviders();
            });
        await server.StartAsync();
        chromium = await Chromium.SharedAsync();
        elements = await bundling;
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.StopAsync();
        await server.DisposeAsync();
        await site.DisposeAsync();
        await mails.DisposeAsync();
        foreach (var network in (Network[])[Phone, Scanner, Thief])
            await network.DisposeAsync();
        http.Dispose();
        data.Delete(recursive: true);
    }

    /// <summary>The server's clock is later from now on.</summary>
    public void Pass(TimeSpan time) => clock.Pass(time);

    /// <summary>A page of the site with one element, in a browser that has not been there before.</summary>
    internal async Task<ElementsPage> OpenAsync(string element, string app, Visit? visit = null)
    {
        visit ??= new();
        var address = $"{Origin}/{element}?app-id={app}";
        if (visit.Language.Length > 0)
            address += $"&lang={visit.Language}";
        if (visit.Theme is { } theme)
            address += $"&theme={theme}";
        return await OpenLinkAsync(address, visit);
    }

    /// <summary>A page of the site, such as one that a link leads to.</summary>
    internal async Task<ElementsPage> OpenLinkAsync(string link, Visit? visit = null)
    {
        visit ??= new();
        var page = await chromium.NewPageAsync(new()
        {
            ColorScheme = visit.Colors,
            Locale = visit.Locale,
            Proxy = visit.From?.Proxy,
            ViewportSize = new() { Width = 600, Height = 800 },
        });
        return await ElementsPage.OpenAsync(page, ServerOrigin, link, visit);
    }

    /// <summary>The code in the last of so many messages to somebody.</summary>
    public async Task<string> CodeAsync(string person, int messages = 1)
        => CodeInText().Match(await MailAsync(person, messages)).Value;

    /// <summary>The link in it.</summary>
    public async Task<string> LinkAsync(string person, int messages = 1)
        => LinkInText().Match(await MailAsync(person, messages)).Value;

    /// <summary>How many messages somebody was sent.</summary>
    public int CountMails(string person) => mails.Mails.Count(mail => mail.To == person);

    /// <summary>Whose token it is; null: nobody's any more.</summary>
    public async Task<JsonObject?> UserAsync(string app, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ServerOrigin}/v1/apps/{app}/currentuser");
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonObject>())!["user"]!.AsObject() : null;
    }

    /// <summary>Whether a session still goes on by its refresh token.</summary>
    public async Task<bool> CanRefreshAsync(string app, string token)
    {
        var body = new JsonObject { ["refresh_token"] = token };
        using var answer = await http.PostAsJsonAsync($"{ServerOrigin}/v1/apps/{app}/tokens", body);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>An account that the site's backend makes.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> MakeUserAsync(string app, string email)
    {
        var made = await ManageAsync(app, HttpMethod.Post, "users", new JsonObject { ["email"] = email });
        var id = (string)made["user"]!["id"]!;
        await SetActiveAsync(app, id, true);
        return id;
    }

    /// <summary>Whether a user may sign in, as the backend says.</summary>
    public async Task SetActiveAsync(string app, string userId, bool active)
        => await ManageAsync(app, HttpMethod.Patch, $"users/{userId}/{(active ? "activate" : "deactivate")}", body: null);

    /// <summary>Ends all sessions of a user, as the backend does.</summary>
    public async Task EndSessionsAsync(string app, string userId)
    {
        using var request = Managing(app, HttpMethod.Delete, $"users/{userId}/tokens");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static string[] Fields =>
    [
        "UserMetadata:0:Name=home_town",
        "UserMetadata:0:FriendlyName=Home town",
        "UserMetadata:0:Registration=true",
        "UserMetadata:1:Name=seats",
        "UserMetadata:1:FriendlyName=Seats",
        "UserMetadata:1:Type=integer",
    ];

    private IEnumerable<string> App(int place, string id, params string[] own)
    {
        string[] settings =
        [
            $"Id={id}", $"Name={id}", "Type=complete", "RpId=localhost", $"Origins:0={Origin}", $"ApiKeys:0={apiKey}{place}", .. own,
        ];
        return settings.Select(setting => $"--OpenPassage:Apps:{place}:{setting}");
    }

    private async Task<JsonObject> ManageAsync(string app, HttpMethod method, string path, JsonObject? body)
    {
        using var request = Managing(app, method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private HttpRequestMessage Managing(string app, HttpMethod method, string path)
    {
        var place = Array.IndexOf([Codes, Links, Passkeys, Closed, Elsewhere, Hidden], app);
        var request = new HttpRequestMessage(method, $"{ServerOrigin}/v1/apps/{app}/{path}");
        request.Headers.Authorization = new("Bearer", $"{apiKey}{place}");
        return request;
    }

    private async Task<string> MailAsync(string person, int messages)
        => (await mails.WaitForAsync(messages, mail => mail.To == person))[messages - 1].Message.TextBody!;

    private async Task<WebApplication> StartSiteAsync()
    {
        var app = LocalSite.Build();
        app.MapGet("/elements.js", () => Results.Bytes(elements, "text/javascript"));
        app.MapGet("/react.js", async () => Results.Bytes(await react.Value, "text/javascript"));
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/react", read, () => Results.Content(Html("/react.js"), "text/html"));
        foreach (var element in (string[])["auth", "login", "profile", "register"])
            app.MapMethods($"/passage-{element}", read, () => Results.Content(Html("/elements.js"), "text/html"));
        app.MapGet("/", () => Results.Content("<!doctype html><title>Home</title>", "text/html"));
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/intl-tel-input",
            FileProvider = new PhysicalFileProvider(Repository.At("tests", "Browser", "node_modules", "intl-tel-input", "build")),
        });
        await app.StartAsync();
        return app;
    }

    private string Html(string script)
    {
        var guide = Guide.Blocks("docs/guides/moving-from-passage.md", "Passage's elements", "html").Single()
            .Replace("https://passkeys.example.com", ServerOrigin, StringComparison.Ordinal);
        return $"""
            <!doctype html>
            <meta charset="utf-8">
            <title>A site with Passage's elements</title>
            {guide}
            <body>
            <script type="module" src="{script}"></script>
            """;
    }

    [GeneratedRegex(@"\b\d{6}\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeInText();

    [GeneratedRegex(@"http://localhost:\S*psg_(?:magic|verify)_link=\S*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkInText();

    private sealed class LateClock : TimeProvider
    {
        private long late;

        public void Pass(TimeSpan time) => Interlocked.Add(ref late, time.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref late));
    }
}

/// <summary>One server and one Chromium for all who drive the elements.</summary>
[CollectionDefinition(nameof(ElementsSite))]
public sealed class SharesElementsSite : ICollectionFixture<ElementsSite>;
