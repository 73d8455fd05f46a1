using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Flex.Tests;

/// <summary>A page of the app with the browser SDK: each of its ceremonies ends with a nonce.</summary>
/// <param name="server">What <c>/v1</c> stands below, with a slash at its end.</param>
/// <param name="appId">The app.</param>
internal sealed class FlexPage(Uri server, string appId) : IDisposable
{
    public const string Origin = "http://localhost:3000";

    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri(server, $"v1/apps/{appId}/"),
        DefaultRequestHeaders = { { "Origin", Origin } },
    };

    /// <summary>What <c>passkey.register(transactionId)</c> does.</summary>
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

    /// <summary>What <c>passkey.authenticate({ transactionId })</c> does; without an id the user picks a passkey.</summary>
    public async Task<string> AuthenticateAsync(SoftwareAuthenticator authenticator, string? transactionId = null)
    {
        var start = transactionId is null ? new JsonObject() : new JsonObject { ["transaction_id"] = transactionId };
        var handshake = (await PostAsync("authenticate/transactions/webauthn/start", start))["handshake"]!;
        var ceremony = authenticator.Get(OptionsOf(handshake), Origin);
        return await FinishAsync("authenticate", handshake, transactionId, ceremony.ToJsonObject(ResponseShape.FlexJs));
    }

    public void Dispose() => http.Dispose();

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
        using var response = await http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
