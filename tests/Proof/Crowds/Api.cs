using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>An answer that arrived whole.</summary>
internal sealed record Answer(string Path, int Status, JsonElement Body)
{
    public bool Ok => Status is 200 or 201;

    /// <summary>The server's own words for "not now": status and envelope.</summary>
    public bool Unavailable => Status == 503 && Code is not null && Body.TryGetProperty("error", out _);

    /// <summary>A refusal's code.</summary>
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string Text(string name) => Body.GetProperty(name).GetString()!;

    /// <exception cref="RefusedException">It is no success.</exception>
    public Answer Expect() => Ok ? this : throw new RefusedException(this);

    public override string ToString() => $"{Path}: {Status} {Body}";
}

/// <summary>No answer arrived: whether the server did what it was asked is not known.</summary>
internal sealed class NoAnswerException(string path, Exception inner) : Exception($"{path}: {inner.Message}", inner);

/// <summary>The server answered in a way that the call does not allow.</summary>
internal sealed class RefusedException(Answer answer) : Exception(answer.ToString())
{
    public Answer Answer { get; } = answer;
}

/// <summary>Calls as a backend and a page make them. Nothing is tried twice.</summary>
internal sealed class Api : IDisposable
{
    private readonly HttpClient http;

    /// <param name="server">Which.</param>
    /// <param name="app">The app's id.</param>
    public Api(ServerProcess server, string app)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server.Address, $"/v1/apps/{app}/"),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>A call of the backend.</summary>
    public Task<Answer> ManageAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, fromBrowser: false);

    /// <summary>A question of the backend.</summary>
    public Task<Answer> AskAsync(string path) => SendAsync(HttpMethod.Get, path, body: null, fromBrowser: false);

    /// <summary>A call of a page.</summary>
    public Task<Answer> BrowseAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body, fromBrowser: true);

    public void Dispose() => http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? body, bool fromBrowser)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (fromBrowser)
            request.Headers.Add("Origin", ServerProcess.Origin);
        else
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.ApiKey);
        try
        {
            using var response = await http.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            return new Answer(path, (int)response.StatusCode, bytes.Length == 0 ? default : JsonElement.Parse(bytes));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new NoAnswerException(path, e);
        }
    }
}
