using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>A browser with its cookies, on the site's page: it knows what the page's script knows.</summary>
public sealed class Visitor(Uri site) : IDisposable
{
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false };
    private HttpClient? http;

    private HttpClient Http => http ??= new HttpClient(handler) { BaseAddress = site };

    public IReadOnlyDictionary<string, string> Cookies =>
        handler.CookieContainer.GetCookies(site).ToDictionary(cookie => cookie.Name, cookie => cookie.Value);

    /// <summary>Signs in the old way.</summary>
    public async Task<Visitor> SignInAsync(string name, bool remember = false)
    {
        (await Http.GetAsync($"/login?name={name}&remember={remember}")).EnsureSuccessStatusCode();
        return this;
    }

    public async Task<Reply> CallAsync(string method, string path, object? body = null, bool withToken = true)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/passkeys/{path}");
        if (withToken)
        {
            var page = (await GetAsync("/passkeys/page")).Json;
            request.Headers.Add((string)page["antiforgeryHeader"]!, (string)page["antiforgeryToken"]!);
        }
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await Reply.ReadAsync(await Http.SendAsync(request));
    }

    public async Task<Reply> GetAsync(string path) => await Reply.ReadAsync(await Http.GetAsync(path));

    public async Task<Reply> SendAsync(HttpRequestMessage request) => await Reply.ReadAsync(await Http.SendAsync(request));

    /// <summary>The claims of the session.</summary>
    public async Task<string[]> WhoAsync() => [.. (await GetAsync("/who")).Array.Select(claim => (string)claim!)];

    public async Task<JsonArray> PasskeysAsync() => (JsonArray)(await CallAsync("GET", "")).Expect(200).Json["passkeys"]!;

    public void Dispose()
    {
        http?.Dispose();
        handler.Dispose();
    }
}

/// <summary>An answer.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, HttpResponseMessage Message)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public JsonArray Array => JsonNode.Parse(Text)!.AsArray();

    /// <summary>Status and stable code of a refusal.</summary>
    public (int Status, string? Code) Refused => ((int)Status, Text.Length == 0 ? null : (string?)Json["code"]);

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(), response);

    public Reply Expect(int status)
    {
        Assert.True((int)Status == status, $"{(int)Status} {Text}");
        return this;
    }
}
