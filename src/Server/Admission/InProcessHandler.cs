using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Hosting;

namespace OpenPassage.Server.Admission;

/// <summary>
/// Calls by a backend that runs in the same application: the operation runs in this process, without a socket. The backend finds the
/// handler under <see cref="Key"/> and gives it to an <see cref="HttpClient"/>, whose address does not matter then.
/// </summary>
/// <remarks>
/// A call stays as far from its caller as one over HTTP: context, services and execution context are its own, and its address is this
/// machine's. Only the trace goes along. The gate asks for the API key as ever; the application's middleware does not run.
/// </remarks>
internal sealed class InProcessHandler(EndpointDataSource endpoints, IHttpContextFactory contexts, IHostApplicationLifetime application)
    : HttpMessageHandler
{
    /// <summary>The key of the service, for whoever knows the wire alone.</summary>
    public const string Key = "OpenPassage";

    private Routes? routes;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (application.ApplicationStopped.IsCancellationRequested)
            throw new HttpRequestException("The passkey server is part of this application, which has stopped.");
        var map = routes ??= Routes.Of(endpoints) ?? throw new HttpRequestException(
            "The passkey server is part of this application, which has not started yet or does not call app.MapOpenPassage().");

        var sent = await RequestOf(request, map.Root, cancellationToken);
        if (map.Find(sent) is not var (endpoint, values))
            return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        var call = new InProcessCall(contexts, sent, endpoint, values, cancellationToken);
        // Nothing that belongs to the caller's request flows along.
        ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: true);
        // Who stops waiting gets on at once, whatever the operation is doing.
        var response = await call.Answer.WaitAsync(cancellationToken);
        response.RequestMessage = request;
        return response;
    }

    private static async Task<HttpRequestFeature> RequestOf(HttpRequestMessage request, string root, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var sent = new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Method = request.Method.Method,
            Scheme = address.Scheme,
            Path = root + PathString.FromUriComponent(address).Value,
            QueryString = QueryString.FromUriComponent(address).Value ?? "",
            RawTarget = root + address.PathAndQuery,
        };
        foreach (var header in request.Headers.NonValidated)
            sent.Headers[header.Key] = header.Value.ToArray();
        sent.Headers.Host = address.Authority;
        if (request.Content is { } content)
        {
            foreach (var header in content.Headers.NonValidated)
                sent.Headers[header.Key] = header.Value.ToArray();
            var body = await content.ReadAsByteArrayAsync(cancellationToken);
            sent.Headers.ContentLength = body.Length;
            sent.Body = new MemoryStream(body, writable: false);
        }
        DistributedContextPropagator.Current.Inject(Activity.Current, sent.Headers, static (headers, name, value) =>
            ((IHeaderDictionary)headers!)[name] = value);
        return sent;
    }

    /// <summary>The server's endpoints, wherever the application has mapped them.</summary>
    private sealed class Routes
    {
        private readonly (TemplateMatcher Path, IReadOnlyList<string> Methods, RouteEndpoint Endpoint)[] all;

        private Routes(string root, IEnumerable<RouteEndpoint> endpoints)
        {
            Root = root;
            all =
            [
                // Where pages have an operation at the same path, a backend means its own.
                .. endpoints.OrderBy(endpoint => endpoint.RoutePattern.InboundPrecedence)
                    .ThenBy(endpoint => endpoint.Metadata.OfType<Audience>().Contains(Audience.Browser))
                    .Select(endpoint => (
                    new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []),
                    endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [],
                    endpoint)),
            ];
        }

        /// <summary>The path that <c>/v1</c> stands below; empty unless the server was mapped in a group.</summary>
        public string Root { get; }

        /// <summary>Null: the server is not mapped, or not yet.</summary>
        public static Routes? Of(EndpointDataSource source)
        {
            var endpoints = source.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.OfType<Audience>().Any()).ToList();
            if (endpoints.Find(endpoint => endpoint.Metadata.OfType<Audience>().Contains(Audience.Backend)) is not { } operation)
                return null;
            var pattern = $"/{operation.RoutePattern.RawText!.TrimStart('/')}";
            return new Routes(pattern[..pattern.LastIndexOf("/v1/", StringComparison.Ordinal)], endpoints);
        }

        public (RouteEndpoint Endpoint, RouteValueDictionary Values)? Find(HttpRequestFeature request)
        {
            foreach (var (path, methods, endpoint) in all)
            {
                var values = new RouteValueDictionary();
                if ((methods.Count == 0 || methods.Contains(request.Method)) && path.TryMatch(request.Path, values))
                    return (endpoint, values);
            }
            return null;
        }
    }
}
