using System.Net.Http.Json;
using System.Text.Json;

namespace OpenPassage.Browser.Tests.Official.Complete;

/// <summary>
/// A site without a login of its own that uses Passage's published <c>@passageidentity/passage-js</c> 4.1.2, the same site at a foreign
/// origin, the server with an app of the type <c>complete</c>, and a Chromium to which the server is <c>auth.passage.id</c>. Only the
/// name is redirected: TLS, preflights and CORS are real.
/// </summary>
public sealed class CompleteSite : IAsyncLifetime
{
    /// <summary>The header is the one that Passage's elements send: every call of these tests has it too.</summary>
    private const string Script =
        """
        import { Passage } from '/client.js';
        window.passageOf = (app) => new Passage(app, { extraHeaders: { 'Passage-Element-Version': '2.0.9' } });
        window.answerOf = async (action) => {
          try {
            return JSON.stringify({ value: await action() ?? null });
          } catch ({ name, message, statusCode }) {
            return JSON.stringify({ name, message, status_code: statusCode ?? 0 });
          }
        };
        """;

    private static readonly string[] Settings =
    [
        "--OpenPassage:Apps:0:Type=complete",
        "--OpenPassage:Apps:0:RedirectUrl=/home",
        "--OpenPassage:Apps:0:UserMetadata:0:Name=home_town",
        "--OpenPassage:Apps:0:UserMetadata:0:Registration=true",
        "--OpenPassage:Apps:0:UserMetadata:1:Name=seats",
        "--OpenPassage:Apps:0:UserMetadata:1:Type=integer",
        "--OpenPassage:Apps:0:UserMetadata:2:Name=rank",
        "--OpenPassage:Apps:0:UserMetadata:2:Profile=false",
    ];

    private OfficialPage site = null!;
    private OfficialPage foreign = null!;
    private ServerProcess server = null!;
    private Chromium chromium = null!;

    /// <summary>The origin of the site, which is the app's.</summary>
    public string Origin => site.Origin;

    public async ValueTask InitializeAsync()
    {
        site = await OfficialPage.StartAsync("passage-js", Script);
        foreign = await OfficialPage.StartAsync("passage-js", Script);
        server = await ServerProcess.StartAsync("localhost", [site.Origin], Settings);
        chromium = await Chromium.LaunchAsync(
            $"--host-resolver-rules=MAP auth.passage.id:443 127.0.0.1:{server.TlsPort}", "--ignore-certificate-errors");
    }

    /// <summary>A page of the site, in a browser that has not been there before.</summary>
    internal Task<ClientPage> OpenAsync() => OpenAsync(site.Origin);

    internal Task<ClientPage> OpenElsewhereAsync() => OpenAsync(foreign.Origin);

    /// <summary>What makes the link good that somebody was sent, to verify an address with.</summary>
    public async Task<string> SecretAsync(string to, string after = "")
        => (await server.LinkAsync(to, after)).Query.Split("psg_verify_link=", 2)[1].Split('&')[0];

    /// <summary>Ends all sessions of whoever has this token, as from another device.</summary>
    public async Task EndSessionsAsync(string token)
    {
        using var elsewhere = new HttpClient();
        elsewhere.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var sessions = new Uri(server.Address, $"/v1/apps/{ServerProcess.AppId}/currentuser/sessions");
        var list = await elsewhere.GetFromJsonAsync<JsonElement>(sessions);
        foreach (var session in list.GetProperty("sessions").EnumerateArray())
        {
            using var ended = await elsewhere.DeleteAsync(new Uri($"{sessions}/{session.GetProperty("id").GetString()}"));
            ended.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await server.DisposeAsync();
        await foreign.DisposeAsync();
        await site.DisposeAsync();
    }

    private async Task<ClientPage> OpenAsync(string origin) => await ClientPage.OpenAsync(await chromium.NewPageAsync(), origin);
}

/// <summary>One server and one Chromium for all who drive this client.</summary>
[CollectionDefinition(nameof(CompleteSite))]
public sealed class SharesCompleteSite : ICollectionFixture<CompleteSite>;
