using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenPassage.Authenticator;
using OpenPassage.Host.Serving;

namespace OpenPassage.Complete.Tests;

/// <summary>
/// The server itself, in this process, on a port and a database file of its own, with two Complete apps; its clock can be turned.
/// </summary>
public class CompleteServer : IAsyncLifetime
{
    public const string AppId = "shop";
    public const string OtherAppId = "other";
    public const string ApiKey = "key-of-the-complete-tests-0123456789";
    public const string AdminKey = "admin-key-of-the-complete-tests-0123456789";
    public const string PublicUrl = "https://passkeys.example.com";

    private readonly string folder = Directory.CreateTempSubdirectory("openpassage-complete-").FullName;
    private WebApplication? app;

    public TurnedClock Clock { get; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Whether clients run the server's operations in this process, as an application does that has the server in it.</summary>
    public bool IsInProcess { get; init; }

    public async ValueTask InitializeAsync()
    {
        string[] settings =
        [
            $"DataDirectory={folder}", $"PublicUrl={PublicUrl}", "Limits:BrowserCallsPerMinute=0", "Limits:FailedKeysPerMinute=0",
            $"AdminKeys:0={AdminKey}",
            .. AppSettings(0, AppId), .. AppSettings(1, OtherAppId),
        ];
        app = ServerHost.Create(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--OpenPassage:{setting}")],
            builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
        await app.StartAsync();
        Address = new Uri(app.Urls.First());
    }

    public Passage NewClient(string appId = AppId, string apiKey = ApiKey) => new(appId, apiKey, NewOptions());

    public PassageOptions NewOptions() => IsInProcess
        ? new PassageOptions
        {
            // What AddPassage does where no address is set.
            BaseAddress = new Uri("http://this-application"),
            HttpClient = new HttpClient(app!.Services.GetRequiredKeyedService<HttpMessageHandler>("OpenPassage"), disposeHandler: false),
            TimeProvider = Clock,
        }
        : new PassageOptions { BaseAddress = Address, TimeProvider = Clock };

    /// <summary>What an operator does when a signing key may have been stolen.</summary>
    public async Task RotateAsync(bool withdraw)
    {
        using var http = new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new("Bearer", AdminKey) } };
        using var response = await http.PostAsJsonAsync(
            $"v1/manage/apps/{AppId}/signing-keys/rotate", new JsonObject { ["withdraw"] = withdraw });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public CompletePage NewPage(string appId = AppId) => new(Address, appId);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static string[] AppSettings(int number, string id) =>
    [
        $"Apps:{number}:Id={id}", $"Apps:{number}:Type=complete", $"Apps:{number}:RpId=localhost",
        $"Apps:{number}:Origins:0={CompletePage.Origin}",
        $"Apps:{number}:ApiKeys:0={ApiKey}", $"Apps:{number}:UserMetadata:0:Name=plan", $"Apps:{number}:UserMetadata:0:Type=string",
        $"Apps:{number}:UserMetadata:0:FriendlyName=Plan", $"Apps:{number}:Methods:MagicLink=true",
    ];
}

/// <summary>The server in the application of its clients.</summary>
public sealed class ServerInProcess : CompleteServer
{
    public ServerInProcess() => IsInProcess = true;
}

/// <summary>A clock that runs, and can be turned forward.</summary>
public sealed class TurnedClock : TimeProvider
{
    private TimeSpan turned;

    public void Turn(TimeSpan forward) => turned += forward;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + turned;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(turned.TotalSeconds * TimestampFrequency);
}

/// <summary>A page of the app with the official browser SDK: each of its sign-ins ends with tokens.</summary>
/// <param name="server">What <c>/v1</c> stands below.</param>
/// <param name="appId">The app.</param>
public sealed class CompletePage(Uri server, string appId) : IDisposable
{
    public const string Origin = "http://localhost:3000";

    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri(server, $"v1/apps/{appId}/"),
        DefaultRequestHeaders = { { "Origin", Origin } },
    };

    public SoftwareAuthenticator Authenticator { get; } = new();

    /// <summary>What <c>passkey.register(identifier)</c> does: makes the account and signs in. The token.</summary>
    public async Task<string> RegisterAsync(string identifier)
    {
        var user = (await PostAsync("users", new JsonObject { ["identifier"] = identifier }))["user"]!;
        var start = new JsonObject { ["identifier"] = identifier, ["authenticator_attachment"] = "platform" };
        var handshake = (await PostAsync("register/webauthn/start", start))["handshake"]!;
        var ceremony = Authenticator.Create(OptionsOf(handshake), Origin);
        var tokens = await FinishAsync("register", handshake, (string)user["id"]!, ceremony.ToJsonObject(ResponseShape.FlexJs));
        return (string)tokens["auth_token"]!;
    }

    /// <summary>What <c>passkey.login()</c> does; both tokens.</summary>
    public async Task<JsonObject> LoginAsync()
    {
        var handshake = (await PostAsync("login/webauthn/start", []))["handshake"]!;
        var ceremony = Authenticator.Get(OptionsOf(handshake), Origin);
        return await FinishAsync("login", handshake, userId: null, ceremony.ToJsonObject(ResponseShape.FlexJs));
    }

    /// <summary>What <c>session.refresh()</c> does; null: refused.</summary>
    public async Task<string?> RefreshAsync(string refreshToken)
    {
        using var response = await http.PostAsJsonAsync("tokens", new JsonObject { ["refresh_token"] = refreshToken });
        return response.IsSuccessStatusCode
            ? (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["auth_result"]!["auth_token"]!
            : null;
    }

    /// <summary>What <c>magicLink.activate(secret)</c> does. The token.</summary>
    public async Task<string> OpenLinkAsync(string secret)
    {
        using var response = await http.PatchAsJsonAsync("magic-link/activate", new JsonObject { ["magic_link"] = secret });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["auth_result"]!["auth_token"]!;
    }

    public void Dispose() => http.Dispose();

    private static string OptionsOf(JsonNode handshake) => handshake["challenge"]!.ToJsonString();

    private async Task<JsonObject> FinishAsync(string ceremony, JsonNode handshake, string? userId, JsonObject response)
    {
        var body = new JsonObject { ["handshake_id"] = (string)handshake["id"]!, ["handshake_response"] = response };
        if (userId is not null)
            body["user_id"] = userId;
        return (await PostAsync($"{ceremony}/webauthn/finish", body))["auth_result"]!.AsObject();
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var response = await http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
