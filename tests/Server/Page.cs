using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests;

/// <summary>A page of an app in somebody's browser, with an authenticator: does what the browser SDK does.</summary>
internal sealed class Page(ServerFixture server, TestApp app)
{
    /// <summary>The page's origin; null for a native client, which sends none.</summary>
    public string? Origin { get; init; } = app.Origin;

    public SoftwareAuthenticator Authenticator { get; init; } = new();

    /// <summary>What the browser calls itself; null: nothing.</summary>
    public string? UserAgent { get; init; }

    public ResponseShape Shape { get; init; } = ResponseShape.FlexJs;

    /// <summary>The same page in another browser, with another authenticator.</summary>
    public Page Another() => new(server, app) { Origin = Origin, Shape = Shape };

    private string CeremonyOrigin => Origin ?? app.Origin;

    // ---- whole flows ----
    public async Task<Reply> RegisterAsync(string? transaction, Action<RegistrationCeremony>? bend = null)
    {
        var started = await StartRegistrationAsync(transaction);
        return started.Status == 200 ? await FinishRegistrationAsync(started, transaction, bend) : started;
    }

    /// <summary>As the browser SDK does it: it asks for what to tell authenticators.</summary>
    public async Task<Reply> AuthenticateAskingForSignalsAsync(
        string? transaction = null, Action<AuthenticationCeremony>? bend = null, Passkey? passkey = null)
    {
        var started = await StartAuthenticationAsync(transaction);
        return await PostAsync("authenticate/transactions/webauthn/finish", new JsonObject
        {
            ["handshake_id"] = (string)started.Json["handshake"]!["id"]!,
            ["handshake_response"] = Answer(started, bend, passkey),
            ["transaction_id"] = transaction,
            ["signals"] = true,
        });
    }

    public async Task<Reply> AuthenticateAsync(string? transaction = null, Action<AuthenticationCeremony>? bend = null)
    {
        var started = await StartAuthenticationAsync(transaction);
        return started.Status == 200 ? await FinishAuthenticationAsync(started, transaction, bend) : started;
    }

    // ---- step by step ----
    public Task<Reply> StartRegistrationAsync(string? transaction, string? attachment = "platform", string? mediation = null) => PostAsync(
        "register/transactions/webauthn/start",
        new JsonObject { ["transaction_id"] = transaction, ["authenticator_attachment"] = attachment, ["mediation"] = mediation });

    public Task<Reply> FinishRegistrationAsync(Reply started, string? transaction, Action<RegistrationCeremony>? bend = null) =>
        FinishAsync("register", started, transaction, Authenticator.Create(OptionsOf(started), CeremonyOrigin, bend).ToJsonObject(Shape));

    public Task<Reply> StartAuthenticationAsync(string? transaction = null) =>
        PostAsync(
            "authenticate/transactions/webauthn/start", transaction is null ? [] : new JsonObject { ["transaction_id"] = transaction });

    public Task<Reply> FinishAuthenticationAsync(
        Reply started, string? transaction = null, Action<AuthenticationCeremony>? bend = null, Passkey? passkey = null) =>
        FinishAsync("authenticate", started, transaction, Answer(started, bend, passkey));

    public JsonObject Answer(Reply started, Action<AuthenticationCeremony>? bend = null, Passkey? passkey = null) =>
        Authenticator.Get(OptionsOf(started), CeremonyOrigin, bend, passkey).ToJsonObject(Shape);

    public Task<Reply> FinishAsync(string flow, Reply started, string? transaction, JsonObject response)
    {
        var body = new JsonObject { ["handshake_id"] = (string)started.Json["handshake"]!["id"]!, ["handshake_response"] = response };
        if (transaction is not null)
            body["transaction_id"] = transaction;
        return PostAsync($"{flow}/transactions/webauthn/finish", body);
    }

    public static string OptionsOf(Reply started) => started.Json["handshake"]!["challenge"]!.ToJsonString();

    public Task<Reply> PostAsync(string path, JsonObject body) => PostAsync(path, body.ToJsonString());

    public async Task<Reply> PostAsync(string path, string body, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{app.Id}/{path}");
        request.Content = new StringContent(body, Encoding.UTF8, contentType);
        request.Headers.Add("Passage-Flex-Version", "@passageidentity/passage-flex-js 1.0.2");
        if (Origin is not null)
            request.Headers.Add("Origin", Origin);
        if (UserAgent is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return await Reply.ReadAsync(await server.Http.SendAsync(request));
    }
}
