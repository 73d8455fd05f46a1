using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Flex.Tests;

/// <summary>A listener on a real port that answers what a test tells it to, for answers that the real server never gives.</summary>
internal sealed partial class StandIn : IAsyncDisposable
{
    private readonly WebApplication app;

    private StandIn(WebApplication app) => this.app = app;

    /// <summary>What arrived: method and target as they stood on the wire.</summary>
    public ConcurrentQueue<(string Line, string Body, IHeaderDictionary Headers)> Requests { get; } = new();

    public Uri Address => new(app.Urls.First());

    /// <summary>Answers each request by its turn, the first being 1.</summary>
    public static async Task<StandIn> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var standIn = new StandIn(builder.Build());
        standIn.app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var headers = new HeaderDictionary(http.Request.Headers.ToDictionary());
            standIn.Requests.Enqueue(($"{http.Request.Method} {target}", await reader.ReadToEndAsync(), headers));
            await answer(http, standIn.Requests.Count);
        });
        await standIn.app.StartAsync();
        return standIn;
    }

    /// <summary>Always the same answer.</summary>
    public static Task<StandIn> AnsweringAsync(int status, string body) => StartAsync((http, _) => http.AnswerAsync(status, body));

    /// <summary>These answers in this order, the last one for ever.</summary>
    public static Task<StandIn> AnsweringInTurnAsync(params (int Status, string Body)[] answers) => StartAsync((http, turn) =>
    {
        var (status, body) = answers[Math.Min(turn, answers.Length) - 1];
        return http.AnswerAsync(status, body);
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

internal static partial class Answers
{
    public static Task AnswerAsync(this HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }
}
