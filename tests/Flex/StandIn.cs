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
internal sealed class StandIn : IAsyncDisposable
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

    public PassageFlex NewClient(string appId = "app", TimeSpan? timeout = null) =>
        new(appId, "key", new PassageFlexOptions { BaseAddress = Address, Timeout = timeout ?? TimeSpan.FromSeconds(10) });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

internal static class Answers
{
    public static Task AnswerAsync(this HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body);
    }

    public static string UserList(string id, string externalId) =>
        $$"""{"users":[{"id":"{{id}}","external_id":"{{externalId}}","unknown":1}],"total_users":1}""";

    public const string Device = """
        {"id":"d1","cred_id":"Y3JlZA","friendly_name":"iCloud Keychain","type":"passkey","usage_count":3,
         "created_at":"2024-05-24T17:40:04.061043Z","updated_at":"2024-05-25T17:40:04.061043Z","last_login_at":"0001-01-01T00:00:00Z",
         "icons":{"light":"data:image/svg+xml;base64,AA==","dark":null}}
        """;

    public const string User = $$"""
        {"user":{"id":"u1","external_id":"alice","status":"active","created_at":"2024-05-24T17:40:04.061043Z",
         "updated_at":"2024-05-25T00:00:00.000000Z","last_login_at":"2024-05-26T00:00:00.000000Z","login_count":7,
         "user_metadata":{"plan":"pro"},"webauthn":true,"webauthn_devices":[{{Device}}],"webauthn_types":["passkey","a_new_kind"],
         "email":"","phone":"","recent_events":[],"social_connections":{} } }
        """;
}
