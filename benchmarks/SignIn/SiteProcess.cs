using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Flex;
using OpenPassage.Server;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// A site with the server in it. A sign-in begins and ends at the site, whose backend calls the server by the SDK, either in process or
/// over HTTP to the site's own address; what is between, the page sends to the server.
/// </summary>
internal sealed class SiteProcess : Contender
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-bench-");

    private SiteProcess(string name)
        : base(name)
    {
    }

    public static async Task<SiteProcess> StartAsync(string name, bool overHttp)
    {
        var site = new SiteProcess(name);
        string[] arguments = ["site", site.Address.ToString(), site.data.FullName, site.ApiKey, overHttp ? "http" : "inprocess"];
        await site.StartAsync(new ProcessStartInfo("dotnet", [typeof(SiteProcess).Assembly.Location, .. arguments])
        {
            WorkingDirectory = site.data.FullName,
        });
        return site;
    }

    /// <summary>That process.</summary>
    public static async Task ServeAsync(string address, string data, string apiKey, bool overHttp)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(address);
        builder.Services.AddOpenPassage(server =>
        {
            server.DataDirectory = data;
            server.Apps.Add(new AppOptions { Id = AppId, RpId = "localhost", Origins = { Origin }, ApiKeys = { apiKey } });
            (server.Limits.BrowserCallsPerMinute, server.Limits.FailedKeysPerMinute) = (0, 0);
        });
        builder.Services.AddPassageFlex(passage =>
        {
            (passage.AppId, passage.ApiKey) = (AppId, apiKey);
            if (overHttp)
                passage.BaseAddress = new Uri(address);
        });
        var app = builder.Build();
        app.MapOpenPassage();
        app.MapOpenPassageHealth();
        app.MapPost("/begin", BeginAsync);
        app.MapPost("/finish", FinishAsync);
        await app.RunAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        data.Delete(recursive: true);
    }

    protected override (string Path, bool FromPage) Route(Operation operation) => operation switch
    {
        Operation.CreateAuthenticateTransaction => ("/begin", true),
        Operation.VerifyNonce => ("/finish", true),
        _ => base.Route(operation),
    };

    private static Task BeginAsync(HttpContext http) => AnswerAsync(http, "external_id", "transaction_id", (passage, user) =>
        passage.Auth.CreateAuthenticateTransactionAsync(user, http.RequestAborted));

    private static Task FinishAsync(HttpContext http) => AnswerAsync(http, "nonce", "external_id", (passage, nonce) =>
        passage.Auth.VerifyNonceAsync(nonce, http.RequestAborted));

    private static async Task AnswerAsync(HttpContext http, string asked, string answered, Func<PassageFlex, string, Task<string>> call)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        var answer = await call(http.RequestServices.GetRequiredService<PassageFlex>(), body.RootElement.GetProperty(asked).GetString()!);
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [answered] = answer });
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = utf8.Length;
        await http.Response.Body.WriteAsync(utf8, http.RequestAborted);
    }
}
