using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Admission;

namespace OpenPassage.Server.Tests.Http;

/// <summary>What a call in process has in common with its caller: the trace, and nothing else.</summary>
public sealed class InProcessHandlerTests : IAsyncLifetime
{
    private static readonly TestApp App = ServerFixture.App;

    private readonly string directory = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");
    private readonly AsyncLocal<string?> ofTheCaller = new();
    private readonly ConcurrentQueue<HttpContext> calls = new();
    private readonly WebApplication application;
    private readonly HttpClient inProcess;

    /// <summary>What runs within an operation, before its handler; the application may add such filters.</summary>
    private Func<HttpContext, Task> within = _ => Task.CompletedTask;

    public InProcessHandlerTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<OfOneCall>();
        builder.Services.AddOpenPassage(options =>
        {
            options.DataDirectory = directory;
            options.Apps.Add(new AppOptions { Id = App.Id, RpId = App.RpId, Origins = { App.Origin }, ApiKeys = { App.ApiKey } });
        });
        application = builder.Build();
        application.MapGroup("{tenant}/passkeys").MapOpenPassage().AddEndpointFilter(async (call, next) =>
        {
            calls.Enqueue(call.HttpContext);
            await within(call.HttpContext);
            return await next(call);
        });
        inProcess = ClientOf(application);
        inProcess.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", App.ApiKey);
    }

    public async ValueTask InitializeAsync() => await application.StartAsync();

    public async ValueTask DisposeAsync()
    {
        inProcess.Dispose();
        await application.StopAsync();
        await application.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Nothing_of_the_callers_request_reaches_the_operation_and_nothing_comes_back()
    {
        var accessor = application.Services.GetRequiredService<IHttpContextAccessor>();
        var ofTheRequest = new DefaultHttpContext { RequestServices = application.Services };
        ofTheRequest.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        accessor.HttpContext = ofTheRequest;
        ofTheCaller.Value = "the caller's";
        (HttpContext? Accessed, string? Flowed) seen = default;
        within = _ =>
        {
            seen = (accessor.HttpContext, ofTheCaller.Value);
            ofTheCaller.Value = "the operation's";
            return Task.CompletedTask;
        };

        Assert.Equal(HttpStatusCode.OK, (await ListUsersAsync()).StatusCode);

        var call = Assert.Single(calls);
        Assert.Same(call, seen.Accessed);
        Assert.Null(seen.Flowed);
        Assert.NotSame(ofTheRequest, call);
        Assert.Equal(IPAddress.Loopback, call.Connection.RemoteIpAddress);
        Assert.Equal(("GET", "/{tenant}/passkeys/v1/apps/acme/users"), (call.Request.Method, call.Request.Path.Value));
        Assert.Same(ofTheRequest, accessor.HttpContext);
        Assert.Equal("the caller's", ofTheCaller.Value);
    }

    [Fact]
    public async Task Each_call_has_services_of_its_own_which_are_disposed_at_its_end()
    {
        var services = new List<OfOneCall>();
        within = context =>
        {
            services.Add(context.RequestServices.GetRequiredService<OfOneCall>());
            Assert.All(services[..^1], earlier => Assert.True(earlier.IsDisposed));
            return Task.CompletedTask;
        };

        await ListUsersAsync();
        await ListUsersAsync();

        Assert.Equal(2, services.Distinct().Count());
        Assert.All(services, service => Assert.True(service.IsDisposed));
    }

    [Fact]
    public async Task Who_cancels_gets_on_at_once_and_the_operation_is_told()
    {
        using var cancelled = new CancellationTokenSource();
        var told = new TaskCompletionSource();
        within = async context =>
        {
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, context.RequestAborted));
            told.SetResult();
            context.RequestAborted.ThrowIfCancellationRequested();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ListUsersAsync(cancelled.Token));

        await told.Task;
    }

    [Fact]
    public async Task An_operation_that_does_not_listen_holds_nobody_who_cancels()
    {
        using var cancelled = new CancellationTokenSource();
        var end = new TaskCompletionSource();
        within = async _ =>
        {
            await cancelled.CancelAsync();
            await end.Task;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ListUsersAsync(cancelled.Token));

        end.SetResult();
    }

    [Fact]
    public async Task A_failure_is_answered_as_over_HTTP()
    {
        within = _ => throw new InvalidOperationException("A secret of the server's.");

        var reply = await Reply.ReadAsync(await ListUsersAsync());

        Assert.Equal((500, "internal_server_error"), reply.Refused);
        Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_the_answer_has_begun_is_no_answer()
    {
        within = async context =>
        {
            await context.Response.WriteAsync("half an answer");
            throw new InvalidOperationException("Then it failed.");
        };

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => ListUsersAsync());

        Assert.Equal("Then it failed.", failed.InnerException!.Message);
    }

    [Fact]
    public async Task What_waits_for_the_answers_beginning_and_end_runs()
    {
        var ended = 0;
        within = context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["X-Late"] = "added";
                return Task.CompletedTask;
            });
            context.Response.OnCompleted(() => Task.FromResult(ended++));
            return Task.CompletedTask;
        };

        using var answer = await ListUsersAsync();

        Assert.Equal("added", Assert.Single(answer.Headers.GetValues("X-Late")));
        Assert.Equal(1, ended);
    }

    [Fact]
    public async Task A_call_is_counted_and_continues_its_callers_trace()
    {
        var counted = new ConcurrentQueue<string?>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "openpassage.operations"
                    && instrument.Meter.Scope == application.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            counted.Enqueue(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        meters.Start();
        var spans = new ConcurrentQueue<Activity>();
        using var source = new ActivitySource($"caller {Guid.NewGuid():N}");
        using var traces = new ActivityListener
        {
            ShouldListenTo = each => each.Name is OpenPassageServer.TelemetryName || each == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(traces);
        using var caller = source.StartActivity("call");

        await ListUsersAsync();

        Assert.Equal("ListUsers ok", Assert.Single(counted));
        var span = Assert.Single(spans, span => span.TraceId == caller!.TraceId);
        Assert.Equal(("ListUsers", caller!.SpanId), (span.OperationName, span.ParentSpanId));
        Assert.Same(caller, Activity.Current);
    }

    [Fact]
    public async Task Before_the_start_and_after_the_end_a_sentence_says_so()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddOpenPassage(options =>
        {
            options.DataDirectory = directory;
            options.Apps.Add(new AppOptions { Id = App.Id, RpId = App.RpId, Origins = { App.Origin }, ApiKeys = { App.ApiKey } });
        });
        await using var another = builder.Build();
        another.MapOpenPassage();
        using var http = ClientOf(another);

        var early = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/v1/apps/acme/users"));
        await another.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/apps/acme/users")).StatusCode);
        await another.StopAsync();
        var late = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/v1/apps/acme/users"));

        Assert.Contains("has not started yet", early.Message, StringComparison.Ordinal);
        Assert.Contains("has stopped", late.Message, StringComparison.Ordinal);
    }

    private static HttpClient ClientOf(WebApplication application) =>
        new(application.Services.GetRequiredKeyedService<HttpMessageHandler>(InProcessHandler.Key), disposeHandler: false)
        {
            BaseAddress = new Uri("http://this-application"),
        };

    private Task<HttpResponseMessage> ListUsersAsync(CancellationToken cancellationToken = default) =>
        inProcess.GetAsync("/v1/apps/acme/users", cancellationToken);

    private sealed class OfOneCall : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
