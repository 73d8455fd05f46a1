using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace OpenPassage.Server.Admission;

/// <summary>One call of <see cref="InProcessHandler"/>'s: what Kestrel does around an endpoint, without bytes on a wire.</summary>
internal sealed class InProcessCall : IThreadPoolWorkItem, IHttpRequestLifetimeFeature
{
    private readonly TaskCompletionSource<HttpResponseMessage> answer = new();
    private readonly IHttpContextFactory contexts;
    private readonly HttpRequestFeature request;
    private readonly Endpoint endpoint;
    private readonly StreamResponseBodyFeature body = new(new MemoryStream());
    private readonly FeatureCollection features = [];
    private readonly Response response;

    public InProcessCall(
        IHttpContextFactory contexts, HttpRequestFeature request, Endpoint endpoint, RouteValueDictionary values, CancellationToken aborted)
    {
        this.contexts = contexts;
        this.request = request;
        this.endpoint = endpoint;
        RequestAborted = aborted;
        response = new Response(body.Stream);
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
        {
            RemoteIpAddress = IPAddress.Loopback,
            LocalIpAddress = IPAddress.Loopback,
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(body);
        features.Set<IRouteValuesFeature>(new RouteValuesFeature { RouteValues = values });
    }

    /// <summary>What the operation has answered.</summary>
    public Task<HttpResponseMessage> Answer => answer.Task;

    public CancellationToken RequestAborted { get; set; }

    public void Abort() => answer.TrySetCanceled(RequestAborted);

    public void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            await AnswerAsync();
            answer.TrySetResult(ToMessage());
        }
        catch (Exception exception)
        {
            answer.TrySetException(new HttpRequestException("The passkey server failed while it answered.", exception));
        }
    }

    private async Task AnswerAsync()
    {
        // Made here, where nothing of the caller's flows: the factory also tells IHttpContextAccessor, which would forget the caller's own.
        var context = contexts.Create(features);
        try
        {
            context.SetEndpoint(endpoint);
            await endpoint.RequestDelegate!(context);
            await response.StartAsync();
            await context.Response.CompleteAsync();
        }
        finally
        {
            await response.CompleteAsync();
            contexts.Dispose(context);
        }
    }

    private HttpResponseMessage ToMessage()
    {
        var bytes = (MemoryStream)body.Stream;
        // Endpoints leave it to the web server to keep the body of an answer to HEAD back.
        var length = HttpMethods.IsHead(request.Method) ? 0 : (int)bytes.Length;
        var message = new HttpResponseMessage((HttpStatusCode)response.StatusCode)
        {
            Content = new ByteArrayContent(bytes.GetBuffer(), 0, length),
        };
        foreach (var (name, values) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        return message;
    }

    /// <summary>Headers can be changed until the body begins; what was registered to run, runs.</summary>
    private sealed class Response(Stream body) : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> starting = [];
        private readonly Stack<(Func<object, Task> Callback, object State)> completed = [];

        public override bool HasStarted => body.Length > 0;

        public override void OnStarting(Func<object, Task> callback, object state) => starting.Push((callback, state));

        public override void OnCompleted(Func<object, Task> callback, object state) => completed.Push((callback, state));

        public Task StartAsync() => RunAsync(starting);

        public Task CompleteAsync() => RunAsync(completed);

        private static async Task RunAsync(Stack<(Func<object, Task> Callback, object State)> callbacks)
        {
            while (callbacks.TryPop(out var registered))
                await registered.Callback(registered.State);
        }
    }
}
