using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>A server with two apps of Complete, of which one is to be kept out, and one of Flex.</summary>
public class CompleteSite : ServerFixture
{
    public const string AppId = "shop";
    public const string OtherAppId = "second-shop";
    public const string Origin = "https://www.shop.example";
    public const string ApiKey = "shop-key-0123456789abcdef";
    public const string OtherApiKey = "second-shop-key-0123456789abcdef";
    public const string PublicUrl = "https://passkeys.shop.example";

    private static int peopleMade;

    /// <summary>An address that no other test uses, as long as any.</summary>
    public static string NewEmail() => $"person-{Interlocked.Increment(ref peopleMade):D6}@shop.example";

    /// <summary>Settings of the app besides, such as <c>Session:TokenLifetime=00:01:00</c>.</summary>
    protected virtual IEnumerable<string> AppSettings => [];

    protected override IEnumerable<string> Settings =>
    [
        $"--OpenPassage:PublicUrl={PublicUrl}",
        .. Declared(5, AppId, ApiKey),
        .. Declared(6, OtherAppId, OtherApiKey),
        "--OpenPassage:Apps:5:UserMetadata:0:Name=nickname",
        "--OpenPassage:Apps:5:UserMetadata:0:Registration=true",
        "--OpenPassage:Apps:5:UserMetadata:1:Name=age",
        "--OpenPassage:Apps:5:UserMetadata:1:Type=integer",
        "--OpenPassage:Apps:5:UserMetadata:2:Name=plan",
        "--OpenPassage:Apps:5:UserMetadata:2:Profile=false",
        .. AppSettings.Select(setting => $"--OpenPassage:Apps:5:{setting}"),
    ];

    private static string[] Declared(int place, string id, string key) =>
    [
        $"--OpenPassage:Apps:{place}:Id={id}",
        $"--OpenPassage:Apps:{place}:Type=complete",
        $"--OpenPassage:Apps:{place}:Name=The {id}",
        $"--OpenPassage:Apps:{place}:RpId=shop.example",
        $"--OpenPassage:Apps:{place}:Origins:0={Origin}",
        $"--OpenPassage:Apps:{place}:ApiKeys:0={key}",
    ];
}

/// <summary>Somebody at a page of a Complete app, with an authenticator of their own.</summary>
internal sealed class Visitor(ServerFixture server, string app = CompleteSite.AppId)
{
    public SoftwareAuthenticator Authenticator { get; init; } = new();

    /// <summary>Null: an app on a phone, which sends none.</summary>
    public string? Origin { get; init; } = CompleteSite.Origin;

    public string UserAgent { get; init; } = "";

    /// <summary>Null: where the test runs.</summary>
    public HttpClient? From { get; init; }

    /// <summary>Of the SDK; empty: none is said.</summary>
    public string Version { get; init; } = "";

    public ResponseShape Shape { get; init; } = ResponseShape.FlexJs;

    /// <summary>What the last sign-in or refresh gave.</summary>
    public string Token { get; set; } = "";

    public string RefreshToken { get; set; } = "";

    public string UserId => Claims["sub"]!.ToString();

    public string SessionId => Claims["sid"]!.ToString();

    public JsonObject Claims => JsonNode.Parse(Base64Url.DecodeFromChars(Token.Split('.')[1]))!.AsObject();

    public JsonObject Head => JsonNode.Parse(Base64Url.DecodeFromChars(Token.Split('.')[0]))!.AsObject();

    /// <summary>A new account with a passkey, signed in.</summary>
    public async Task<string> SignUpAsync(string? email = null)
    {
        email ??= CompleteSite.NewEmail();
        (await PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        Keep((await FinishSignUpAsync(await StartSignUpAsync(email))).Expect(200));
        return email;
    }

    public Task<Reply> StartSignUpAsync(string email, string? attachment = "platform")
        => PostAsync("register/webauthn/start", new JsonObject { ["identifier"] = email, ["authenticator_attachment"] = attachment });

    public Task<Reply> FinishSignUpAsync(Reply started, string? userId = null, Action<RegistrationCeremony>? bend = null)
        => PostAsync("register/webauthn/finish", Finish(started, userId ?? started.Json["user"]!["id"]!.ToString(), Create(started, bend)));

    /// <summary>Signs in with a passkey; null: without saying who.</summary>
    public async Task<Reply> SignInAsync(string? email)
    {
        var started = await StartLoginAsync(email);
        if (started.Status != 200)
            return started;
        var answer = await FinishLoginAsync(started);
        if (answer.Status == 200)
            Keep(answer);
        return answer;
    }

    public Task<Reply> StartLoginAsync(string? email)
        => PostAsync("login/webauthn/start", email is null ? [] : new JsonObject { ["identifier"] = email });

    public Task<Reply> FinishLoginAsync(Reply started, Action<AuthenticationCeremony>? bend = null)
        => PostAsync("login/webauthn/finish", Finish(started, started.Json["user"]?["id"]?.ToString(), Get(started, bend)));

    public async Task<Reply> RefreshAsync(string? token = null)
    {
        var answer = await PostAsync("tokens", new JsonObject { ["refresh_token"] = token ?? RefreshToken });
        if (answer.Status == 200)
            Keep(answer);
        return answer;
    }

    public Task<Reply> StartDeviceAsync()
        => SendAsync(HttpMethod.Post, "currentuser/devices/start", new JsonObject { ["authenticator_attachment"] = "platform" });

    public Task<Reply> FinishDeviceAsync(Reply started, SoftwareAuthenticator? authenticator = null) => SendAsync(
        HttpMethod.Post, "currentuser/devices/finish",
        Finish(
            started, started.Json["user"]!["id"]!.ToString(),
            (authenticator ?? Authenticator).Create(Page.OptionsOf(started), CompleteSite.Origin).ToJsonObject(Shape)));

    public JsonObject Create(Reply started, Action<RegistrationCeremony>? bend = null)
        => Authenticator.Create(Page.OptionsOf(started), CompleteSite.Origin, bend).ToJsonObject(Shape);

    public JsonObject Get(Reply started, Action<AuthenticationCeremony>? bend = null)
        => Authenticator.Get(Page.OptionsOf(started), CompleteSite.Origin, bend).ToJsonObject(Shape);

    public static JsonObject Finish(Reply started, string? userId, JsonObject response) => new()
    {
        ["user_id"] = userId,
        ["handshake_id"] = started.Json["handshake"]!["id"]!.ToString(),
        ["handshake_response"] = response,
    };

    public void Keep(Reply signedIn)
    {
        var result = signedIn.Json["auth_result"]!;
        Token = result["auth_token"]!.ToString();
        RefreshToken = result["refresh_token"]?.ToString() ?? "";
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body, token: "");

    /// <summary>A call of the page; with the token on paths of the user alone.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, JsonNode? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, $"v1/apps/{app}/{path}".TrimEnd('/'));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (Origin is not null)
            request.Headers.Add("Origin", Origin);
        if (UserAgent.Length > 0)
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (Version.Length > 0)
            request.Headers.TryAddWithoutValidation("Passage-Version", Version);
        var shown = token ?? (path.StartsWith("currentuser", StringComparison.Ordinal) ? Token : "");
        if (shown.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shown);
        return await Reply.ReadAsync(await (From ?? server.Http).SendAsync(request));
    }
}
