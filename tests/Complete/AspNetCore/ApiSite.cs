using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Complete.AspNetCore;

namespace OpenPassage.Complete.Tests.AspNetCore;

/// <summary>A site of people who are signed in, on a real port.</summary>
internal sealed class ApiSite : IAsyncDisposable
{
    private readonly WebApplication running;
    private readonly HttpClient http;

    private ApiSite(WebApplication running)
    {
        this.running = running;
        http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(running.Urls.First()) };
    }

    public string Origin => running.Urls.First();

    public static async Task<ApiSite> StartAsync(
        Action<PassageSiteOptions> settings, TimeProvider time, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time);
        builder.Services.AddAuthentication().AddPassage(settings);
        builder.Services.AddAuthorizationBuilder().AddPolicy("named ada", policy => policy.RequireUserName("ada"));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Map("/who", (HttpContext http) => http.User.Identity!.Name).RequireAuthorization();
        app.MapGet("/claims", (HttpContext http) => http.User.Claims.Select(claim => $"{claim.Type}={claim.Value}")).RequireAuthorization();
        app.MapGet("/anybody", (HttpContext http) => http.User.Identity!.Name ?? "nobody");
        app.MapGet("/by-passkey", () => "in").RequireAuthorization(PassagePolicies.SignedInWithPasskey);
        app.MapGet("/bound", () => "in").RequireAuthorization(PassagePolicies.DeviceBoundPasskey);
        app.MapGet("/recent", () => "in").RequireAuthorization(PassagePolicies.RecentSignIn);
        app.MapGet("/just-now", () => "in").RequireAuthorization(policy => policy.RequireRecentSignIn(TimeSpan.FromSeconds(30)));
        app.MapGet("/ada", () => "in").RequireAuthorization("named ada");
        app.MapGet("/passage", (Passage passage) => passage.User.GetAsync("u1"));
        await app.StartAsync();
        return new ApiSite(app);
    }

    public Task<ApiAnswer> GetAsync(string path, string? bearer = null) => SendAsync("GET", path, bearer);

    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="bearer">The token in the header; null: none.</param>
    /// <param name="cookie">The token in the cookie; null: none.</param>
    /// <param name="headers">What else the browser sends.</param>
    public async Task<ApiAnswer> SendAsync(
        string method, string path, string? bearer = null, string? cookie = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (bearer is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", $"other=1; psg_auth_token={cookie}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        return new ApiAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.WwwAuthenticate.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await running.DisposeAsync();
    }
}

/// <summary>An answer, with what it says of a refusal.</summary>
internal sealed record ApiAnswer(int Status, string Text, string? Type, string Challenge)
{
    public (int Status, string? Code) Refused
    {
        get
        {
            Assert.Equal("application/problem+json", Type);
            var problem = System.Text.Json.Nodes.JsonNode.Parse(Text)!;
            Assert.NotEmpty((string)problem["detail"]!);
            Assert.Equal(Status, (int)problem["status"]!);
            return (Status, (string?)problem["code"]);
        }
    }
}
