using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>A provider of text messages in this process, which answers as Twilio does and forgets what it takes.</summary>
internal sealed class SmsSink : IAsyncDisposable
{
    private readonly WebApplication app;

    private SmsSink()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            Taken.AddOrUpdate(
                context.Request.Headers["Idempotency-Key"].ToString(),
                _ => (1, Stopwatch.GetTimestamp()),
                (_, one) => (one.Times + 1, one.At));
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync("""{"sid":"SM0123","status":"queued"}"""u8.ToArray(), context.RequestAborted);
        });
    }

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    /// <inheritdoc cref="MailSink.Taken"/>
    public ConcurrentDictionary<string, (int Times, long At)> Taken { get; } = new(StringComparer.Ordinal);

    public static async Task<SmsSink> StartAsync()
    {
        var sink = new SmsSink();
        await sink.app.StartAsync();
        return sink;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
