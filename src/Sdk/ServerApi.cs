using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace OpenPassage.Sdk;

/// <summary>Sends requests: address, key, deadline, repetition. What the answers mean is <see cref="Reply"/>'s.</summary>
internal sealed class ServerApi : IDisposable
{
    private const int Repetitions = 2;

    private readonly HttpClient http;
    private readonly bool ownsHttp;
    private readonly AuthenticationHeaderValue? authorization;
    private readonly string version;
    private readonly string server;
    private readonly string app;
    private readonly TimeSpan timeout;

    /// <param name="sdk">What the SDK calls itself.</param>
    /// <param name="appId">The app's id.</param>
    /// <param name="apiKey">Null: only what anybody may ask is asked.</param>
    /// <param name="baseAddress">The server, without <c>/v1</c>.</param>
    /// <param name="httpClient">The caller's; null: one of its own is made.</param>
    /// <param name="timeout">How long a call may take in all.</param>
    public ServerApi(string sdk, string appId, string? apiKey, Uri baseAddress, HttpClient? httpClient, TimeSpan timeout)
    {
        Argument.Check(appId);
        if (appId is "." or "..")
            throw new ArgumentException("This is not an app id.", nameof(appId));
        if (apiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException(
                "The API key contains a space, a line break or another character that API keys do not have.", nameof(apiKey));
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentException("Timeout must be longer than zero.", nameof(timeout));

        version = $"{sdk} {typeof(ServerApi).Assembly.GetName().Version?.ToString(3)}";
        server = ServerOf(baseAddress);
        app = $"{server}/v1/apps/{Uri.EscapeDataString(appId)}";
        authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
        this.timeout = timeout;
        ownsHttp = httpClient is null;
        http = httpClient ?? NewHttpClient();
    }

    /// <summary>Runs one call of the SDK's: one deadline over all its requests, one meaning of running out of time.</summary>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            return await call(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new PassageConnectionException($"{server} did not answer in time.", exception);
        }
    }

    /// <summary>
    /// Sends, and sends again where that is safe and may help. The path begins below the app. What needs no key is asked for without it.
    /// </summary>
    public async Task<Reply> SendAsync(
        HttpMethod method, string path, byte[]? body, bool repeatable, CancellationToken cancellationToken, bool asAnybody = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var last = !repeatable || attempt > Repetitions;
            var wait = Wait(attempt);
            try
            {
                using var request = RequestOf(method, path, body, asAnybody ? null : authorization);
                using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                if (last || !Passes(response.StatusCode))
                    return new Reply(server, response.StatusCode, bytes, attempt);
                // A server that says when it will have time is believed; the call's deadline bounds it.
                wait += response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
            }
            catch (HttpRequestException exception) when (last)
            {
                var advice = exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    ? "Is it running, and is BaseAddress right? "
                    : "";
                throw new PassageConnectionException($"{server} could not be reached. {advice}{exception.Message}", exception);
            }
            catch (HttpRequestException)
            {
                // Told below, should the last attempt fail too.
            }
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (ownsHttp)
            http.Dispose();
    }

    private HttpRequestMessage RequestOf(HttpMethod method, string path, byte[]? body, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(method, app + path);
        request.Headers.Authorization = authorization;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Add("Passage-Version", version);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return request;
    }

    private static bool Passes(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>100 to 200 ms, then 200 to 400 ms: random, so that many callers do not come back together.</summary>
    private static TimeSpan Wait(int attempt) =>
        TimeSpan.FromMilliseconds((50 << attempt) + RandomNumberGenerator.GetInt32(50 << attempt));

    private static string ServerOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw new ArgumentException("BaseAddress must be an absolute http or https address.", nameof(address));
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw new ArgumentException("BaseAddress must have no user name, query or fragment.", nameof(address));
        if (address.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal))
            throw new ArgumentException("BaseAddress is the server's address without /v1.", nameof(address));
        return address.AbsoluteUri.TrimEnd('/');
    }

    private static HttpClient NewHttpClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A client lives as long as the process; connections must not outlive a change in DNS.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        // Each call has its own deadline.
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
