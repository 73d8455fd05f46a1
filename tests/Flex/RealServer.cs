using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using OpenPassage.Authenticator;
using OpenPassage.Host;

namespace OpenPassage.Flex.Tests;

/// <summary>The server itself, in this process, on a port and a database file of its own; and the page, which ends with a nonce.</summary>
public sealed class RealServer : IAsyncLifetime
{
    public const string AppId = "flex-tests";
    public const string ApiKey = "key-of-the-flex-tests";
    private const string Origin = "http://localhost:3000";

    private readonly string folder = Directory.CreateTempSubdirectory("openpassage-flex-").FullName;
    private readonly HttpClient page = new();
    private WebApplication? app;

    public PassageFlexOptions Options { get; private set; } = new();

    /// <summary>Settings beside the app's, such as <c>Limits:FailedKeysPerMinute=1</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public async ValueTask InitializeAsync()
    {
        string[] settings =
        [
            $"DataDirectory={folder}",
            $"Apps:0:Id={AppId}", "Apps:0:RpId=localhost", $"Apps:0:Origins:0={Origin}", $"Apps:0:ApiKeys:0={ApiKey}",
            .. Settings,
        ];
        app = ServerHost.Create(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. settings.Select(setting => $"--OpenPassage:{setting}")]);
        await app.StartAsync();
        Options = new PassageFlexOptions { BaseAddress = new Uri(app.Urls.First()) };
        page.BaseAddress = new Uri(Options.BaseAddress, $"/v1/apps/{AppId}/");
        page.DefaultRequestHeaders.Add("Origin", Origin);
    }

    public PassageFlex NewClient(string appId = AppId, string apiKey = ApiKey) => new(appId, apiKey, Options);

    /// <summary>What <c>passkey.register(transactionId)</c> does on the page.</summary>
    public async Task<string> RegisterAsync(SoftwareAuthenticator authenticator, string transactionId, string? mediation = null)
    {
        var start = new JsonObject
        {
            ["transaction_id"] = transactionId, ["authenticator_attachment"] = "platform", ["mediation"] = mediation,
        };
        var handshake = (await PostAsync("register/transactions/webauthn/start", start))["handshake"]!;
        var ceremony = authenticator.Create(OptionsOf(handshake), Origin);
        return await FinishAsync("register", handshake, transactionId, ceremony.ToJsonObject(ResponseShape.FlexJs));
    }

    /// <summary>What <c>passkey.authenticate({ transactionId })</c> does on the page; without an id the user picks a passkey.</summary>
    public async Task<string> AuthenticateAsync(SoftwareAuthenticator authenticator, string? transactionId = null)
    {
        var start = transactionId is null ? new JsonObject() : new JsonObject { ["transaction_id"] = transactionId };
        var handshake = (await PostAsync("authenticate/transactions/webauthn/start", start))["handshake"]!;
        var ceremony = authenticator.Get(OptionsOf(handshake), Origin);
        return await FinishAsync("authenticate", handshake, transactionId, ceremony.ToJsonObject(ResponseShape.FlexJs));
    }

    /// <summary>A user with a passkey, and the authenticator that holds it.</summary>
    public async Task<SoftwareAuthenticator> EnrolAsync(PassageFlex passage, string externalId)
    {
        var authenticator = new SoftwareAuthenticator();
        await RegisterAsync(authenticator, await passage.Auth.CreateRegisterTransactionAsync(externalId, externalId));
        return authenticator;
    }

    /// <summary>Changes the database behind the server's back.</summary>
    public void Tamper(string sql, string externalId = "")
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "openpassage.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@external_id", externalId);
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        page.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static string OptionsOf(JsonNode handshake) => handshake["challenge"]!.ToJsonString();

    private async Task<string> FinishAsync(string ceremony, JsonNode handshake, string? transactionId, JsonObject response)
    {
        var body = new JsonObject { ["handshake_id"] = (string)handshake["id"]!, ["handshake_response"] = response };
        if (transactionId is not null)
            body["transaction_id"] = transactionId;
        return (string)(await PostAsync($"{ceremony}/transactions/webauthn/finish", body))["nonce"]!;
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var response = await page.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
