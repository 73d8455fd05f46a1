using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OpenPassage.Browser.Tests.Official.Complete;

/// <summary>One tab with the official client, what it has sent to the server, and what it keeps.</summary>
internal sealed class ClientPage
{
    private const string Api = $"https://auth.passage.id/v1/apps/{ServerProcess.AppId}";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly string origin;
    private readonly List<IRequest> sent = [];

    private ClientPage(IPage page, string origin)
    {
        (Page, this.origin) = (page, origin);
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("https://auth.passage.id/", StringComparison.Ordinal))
                sent.Add(request);
        };
    }

    public IPage Page { get; }

    public static async Task<ClientPage> OpenAsync(IPage page, string origin)
    {
        var opened = new ClientPage(page, origin);
        await page.GotoAsync(origin);
        await page.WaitForFunctionAsync("window.passageOf");
        return opened;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<ClientPage> OpenTabAsync() => await OpenAsync(await Page.Context.NewPageAsync(), origin);

    public async Task ReloadAsync()
    {
        await Page.ReloadAsync();
        await Page.WaitForFunctionAsync("window.passageOf");
    }

    /// <summary>One call, such as <c>passage.passkey.login(given[0])</c>.</summary>
    public async Task<Answer> CallAsync(string call, params object?[] given)
    {
        var told = await Page.EvaluateAsync<string>(
            $"([app, ...given]) => {{ const passage = passageOf(app); return answerOf(() => {call}); }}",
            (object?[])[ServerProcess.AppId, .. given]);
        return JsonSerializer.Deserialize<Answer>(told, Json)!;
    }

    /// <summary>A call that must succeed.</summary>
    public async Task<JsonElement> DoAsync(string call, params object?[] given)
    {
        var answer = await CallAsync(call, given);
        Assert.Null(answer.Message);
        return answer.Value;
    }

    /// <summary>What has been sent since it was asked last, in order: <c>GET /users?identifier=…</c>.</summary>
    public IReadOnlyList<string> TakeSent() => [.. TakeRequests().Select(NameOf)];

    /// <summary>The same with all that belongs to them.</summary>
    public IReadOnlyList<IRequest> TakeRequests()
    {
        IRequest[] taken = [.. sent];
        sent.Clear();
        return taken;
    }

    public static string NameOf(IRequest request)
    {
        Assert.StartsWith(Api, request.Url);
        return $"{request.Method} {request.Url[Api.Length..]}";
    }

    public static JsonObject BodyOf(IRequest request) => JsonNode.Parse(request.PostData!)!.AsObject();

    /// <summary>What the client keeps in localStorage under a name.</summary>
    public Task<string?> StoredAsync(string name) => Page.EvaluateAsync<string?>("(name) => localStorage.getItem(name)", name);

    /// <summary>The cookie with the token, as the site's server gets it.</summary>
    public async Task<string?> CookieAsync() =>
        (await Page.Context.CookiesAsync([origin])).SingleOrDefault(cookie => cookie.Name == "psg_auth_token")?.Value;

    /// <summary>Asserts that it keeps these tokens, and where its own code puts them.</summary>
    public async Task AssertKeepsAsync(JsonElement result)
    {
        var token = result.GetProperty("authToken").GetString();
        Assert.Equal(token, await StoredAsync("psg_auth_token"));
        Assert.Equal(token, await CookieAsync());
        Assert.Equal(result.GetProperty("refreshToken").GetString(), await StoredAsync("psg_refresh_token"));
        Assert.Equal("/home", result.GetProperty("redirectUrl").GetString());
    }

    /// <summary>Asserts that nothing is left by which anybody is signed in.</summary>
    public async Task AssertKeepsNothingAsync()
    {
        Assert.Null(await StoredAsync("psg_auth_token"));
        Assert.Null(await StoredAsync("psg_refresh_token"));
        Assert.Null(await CookieAsync());
    }
}

/// <summary>What a call of the client came to: what it gave, or the error that the page would show.</summary>
internal sealed record Answer(JsonElement Value, string? Name, string? Message, int StatusCode);
