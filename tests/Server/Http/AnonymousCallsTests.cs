using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Http;

/// <summary>From the route table: what anybody may call is counted by address, or costs no more than bytes that were made before.</summary>
public class AnonymousCallsTests(AnonymousCallsTests.Fixture server) : IClassFixture<AnonymousCallsTests.Fixture>
{
    private const int Calls = 3;

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings =>
            [$"--OpenPassage:Limits:BrowserCallsPerMinute={Calls}", $"--OpenPassage:Limits:FailedKeysPerMinute={Calls}"];
    }

    [Fact]
    public async Task Every_endpoint_tells_strangers_to_wait_or_answers_with_bytes_made_before()
    {
        var unbounded = new List<string>();
        foreach (var (method, path) in Endpoints())
        {
            var reply = await CallAsync(method, path);
            for (var call = 0; call < Calls && reply.Status != 429; call++)
                reply = await CallAsync(method, path);
            if (reply.Status != 429 && !await IsMadeBeforeAsync(path))
                unbounded.Add($"{method} {path}: {reply.Status}");
        }

        Assert.Equal([], unbounded);
    }

    /// <summary>Who has no session is turned away before the database is asked for one.</summary>
    [Fact]
    public async Task A_console_address_that_called_too_often_is_told_so_with_bytes_made_before_whatever_its_cookie()
    {
        using var visitor = new Visitor(server) { Cookie = $"openpassage-console={Session.NewToken()}" };
        var reply = await visitor.GetAsync("/console");
        for (var call = 0; call < Calls && reply.Status != 429; call++)
            reply = await visitor.GetAsync("/console");

        Assert.Equal(429, reply.Status);
        Assert.InRange(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Contains("default-src 'none'", reply.Header("Content-Security-Policy")!, StringComparison.Ordinal);
    }

    // Liveness is two letters; of readiness, which asks the database, HealthTests counts the questions.
    private async Task<bool> IsMadeBeforeAsync(string path)
    {
        if (path is "health/live" or "health/ready")
            return true;
        using var first = await server.Http.GetAsync(path);
        if (first.StatusCode != HttpStatusCode.OK || first.Headers.ETag is not { } tag)
            return false;
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(tag);
        return (await server.Http.SendAsync(again)).StatusCode == HttpStatusCode.NotModified;
    }

    private async Task<Reply> CallAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        // As a page of the app or of the console does it: a stranger can.
        request.Headers.Add(
            "Origin",
            path.StartsWith("console", StringComparison.Ordinal) ? Visitor.ConsoleOrigin : ServerFixture.App.Origin);
        if (method == "OPTIONS")
            request.Headers.Add("Access-Control-Request-Method", "POST");
        return await Reply.ReadAsync(await server.Http.SendAsync(request));
    }

    private static string ValueOf(string parameter) => parameter == "app_id" ? ServerFixture.App.Id : $"some-{parameter}";

    private IEnumerable<(string Method, string Path)> Endpoints()
    {
        foreach (var endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = endpoint.RoutePattern.Parameters.Aggregate(endpoint.RoutePattern.RawText!, (text, parameter) => text
                .Replace($"{{**{parameter.Name}}}", "some/path", StringComparison.Ordinal)
                .Replace($"{{{parameter.Name}}}", ValueOf(parameter.Name), StringComparison.Ordinal));
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "PUT", "OPTIONS"])
                yield return (method, path.TrimStart('/'));
        }
    }
}
