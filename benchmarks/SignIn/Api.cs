using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The least HTTP client that can call the server: every answer is bytes, every field is read without building a document.</summary>
internal sealed class Api : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker http;
    private readonly AuthenticationHeaderValue key;
    private readonly Uri app;

    public Api(Contender server, int connections)
    {
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = connections,
        });
        key = new AuthenticationHeaderValue("Bearer", server.ApiKey);
        app = new Uri(server.Address, $"/v1/apps/{Contender.AppId}/");
    }

    /// <summary>A call of the backend.</summary>
    public Task<byte[]> ManageAsync(string path, string body) => PostAsync(path, body, fromBrowser: false);

    /// <summary>A call of a page.</summary>
    public Task<byte[]> BrowseAsync(string path, string body) => PostAsync(path, body, fromBrowser: true);

    /// <summary>The first field of that name, at any depth.</summary>
    public static string Field(byte[] answer, string name)
    {
        var reader = new Utf8JsonReader(answer);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name))
                continue;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                return reader.GetString()!;
        }
        throw new InvalidOperationException($"There is no \"{name}\" in {Encoding.UTF8.GetString(answer)}");
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> PostAsync(string path, string body, bool fromBrowser)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app, path));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = Json;
        if (fromBrowser)
            request.Headers.TryAddWithoutValidation("Origin", Contender.Origin);
        else
            request.Headers.Authorization = key;
        using var answer = await http.SendAsync(request, CancellationToken.None);
        var content = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? content
            : throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(content)}");
    }
}
