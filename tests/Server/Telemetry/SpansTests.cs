using System.Collections.Concurrent;
using System.Diagnostics;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Telemetry;

/// <summary>
/// What an operator's traces show. Other tests' servers are in this process too, so each looks for what it has done itself.
/// </summary>
public class SpansTests(ServerFixture server) : ServerTests(server)
{
    private static async Task<IReadOnlyList<Activity>> SpansAsync(string operation, Func<Task> act)
    {
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OpenPassageServer.TelemetryName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await act();
        // The answer is sent before the span ends.
        for (var i = 0; i < 100 && stopped.All(span => span.OperationName != operation); i++)
            await Task.Delay(20);
        return [.. stopped.Where(span => span.OperationName == operation)];
    }

    [Fact]
    public async Task A_page_of_the_console_is_a_span_by_its_route_and_never_by_its_path()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);

        var spans = await SpansAsync("Console.ListUsers", () => admin.GetAsync($"/console/apps/{App.Id}/users?q=somebody"));

        Assert.NotEmpty(spans);
        Assert.All(spans, span =>
        {
            Assert.Equal("/console/apps/{app_id}/users", span.GetTagItem("http.route"));
            Assert.Equal("GET", span.GetTagItem("http.request.method"));
            Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("somebody", StringComparison.Ordinal));
        });
        Assert.Contains(
            spans, span => (span.GetTagItem("http.response.status_code"), span.GetTagItem("openpassage.outcome")) is (200, "ok"));
    }

    [Fact]
    public async Task Who_opens_the_console_does_not_choose_what_is_recorded()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var spans = await SpansAsync("Console.GetSignIn", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "console/sign-in");
            request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            (await Reply.ReadAsync(await Server.Http.SendAsync(request))).Expect(200);
        });
        Assert.NotEmpty(spans);
        Assert.DoesNotContain(spans, span => span.TraceId.ToString() == Trace);
    }

    [Fact]
    public async Task A_backends_trace_is_continued()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319d";
        var spans = await SpansAsync("ListUsers", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/apps/{App.Id}/users");
            request.Headers.Authorization = new("Bearer", App.ApiKey);
            request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            (await Reply.ReadAsync(await Server.Http.SendAsync(request))).Expect(200);
        });
        Assert.Contains(spans, span => span.TraceId.ToString() == Trace);
    }
}
