using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Tests.Host;

/// <summary>The program beside a collector, which a small HTTP server stands in for.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private static readonly TestApp App = ServerFixture.App;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-tests-");
    private readonly ConcurrentQueue<(string Path, string Body)> received = new();
    private WebApplication collector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        collector = builder.Build();
        collector.MapPost("{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await collector.DisposeAsync();
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task Metrics_and_spans_go_to_the_collector_that_the_environment_names()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "passkeys-of-acme",
        };
        await using var server = await Executable.ServeAsync(
            [$"--OpenPassage:DataDirectory={data.FullName}", .. App.Settings(0)], environment);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var call = new HttpRequestMessage(HttpMethod.Post, "v1/apps/acme/transactions/register");
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", App.ApiKey);
        call.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        call.Content = new StringContent("""{"external_id":"external-alice","passkey_display_name":"Alice"}""");
        Assert.Equal(201, (int)(await http.SendAsync(call)).StatusCode);

        // Its end sends what is left.
        await server.TerminateAsync();
        Assert.Equal(0, await server.EndAsync());

        var metrics = string.Concat(received.Where(each => each.Path == "/v1/metrics").Select(each => each.Body));
        var spans = string.Concat(received.Where(each => each.Path == "/v1/traces").Select(each => each.Body));
        foreach (var expected in new[]
        {
            "passkeys-of-acme", "openpassage.operations", "openpassage.operation.duration", "openpassage.store.group.size",
            "CreateRegisterTransaction",
        })
            Assert.Contains(expected, metrics, StringComparison.Ordinal);
        Assert.Contains("CreateRegisterTransaction", spans, StringComparison.Ordinal);
        Assert.Contains("v1/apps/{app_id}/transactions/register", spans, StringComparison.Ordinal);
        // The backend's trace goes on in it.
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(Trace)), spans, StringComparison.Ordinal);
        Assert.DoesNotContain("external-alice", metrics + spans, StringComparison.Ordinal);
        Assert.DoesNotContain(App.ApiKey, metrics + spans, StringComparison.Ordinal);
    }
}
