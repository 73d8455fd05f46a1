using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.OperatorConsole.Users;

namespace OpenPassage.Server.Tests.Http;

/// <summary>The server in an application that has its own ideas: JSON names, error pages, authorization, routes.</summary>
public sealed class InsideAnotherApplicationTests : IAsyncLifetime
{
    private const string ConsoleHost = "passkeys.example.com";

    private static readonly TestApp App = ServerFixture.App;

    private readonly string directory = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}");
    private WebApplication application = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper);
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        builder.Services.AddOpenPassage(options =>
        {
            options.DataDirectory = directory;
            var acme = new AppOptions { Id = App.Id, RpId = App.RpId };
            acme.Origins.Add(App.Origin);
            acme.ApiKeys.Add(App.ApiKey);
            options.Apps.Add(acme);
        });
        builder.Services.AddOpenPassageConsole(console => console.Origin = $"https://{ConsoleHost}");
        application = builder.Build();
        application.UseExceptionHandler(
            new ExceptionHandlerOptions { ExceptionHandler = context => context.Response.WriteAsync("the application's own error page") });
        application.UseStatusCodePages("text/plain", "the application's own page for {0}");
        application.MapGet("/", () => "home");
        application.MapGroup("passkeys").MapOpenPassage();
        application.MapOpenPassageConsole().RequireHost(ConsoleHost);
        await application.StartAsync();
        http = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await application.StopAsync();
        await application.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, string? key = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, $"passkeys/v1/{path}");
        if (body is not null)
            request.Content = new StringContent(body);
        if (key is not null)
            request.Headers.Add("Authorization", $"Bearer {key}");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await Reply.ReadAsync(await http.SendAsync(request));
    }

    [Fact]
    public async Task The_wire_is_the_same_and_the_application_is_left_alone()
    {
        var created = (await SendAsync(
            HttpMethod.Post,
            "apps/acme/transactions/register",
            """{"external_id":"alice","passkey_display_name":"Alice"}""",
            App.ApiKey)).Expect(201);
        var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["transaction_id"] = created["transaction_id"]! });
        var started = (await SendAsync(
            HttpMethod.Post, "apps/acme/register/transactions/webauthn/start", body, origin: App.Origin)).Expect(200);
        Assert.Equal(App.Origin, started.Header("Access-Control-Allow-Origin"));
        Assert.Equal("example.com", (string)started.Json["handshake"]!["challenge"]!["publicKey"]!["rp"]!["id"]!);
        var users = (await SendAsync(HttpMethod.Get, "apps/acme/users", key: App.ApiKey)).Expect(200);
        Assert.StartsWith("/passkeys/v1/apps/acme/users?", (string)users.Json["_links"]!["self"]!["href"]!, StringComparison.Ordinal);

        Assert.Equal("home", await http.GetStringAsync("/"));
        Assert.Equal("the application's own page for 404", await (await http.GetAsync("/nothing")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Refusals_are_envelopes_and_not_the_applications_pages()
    {
        Assert.Equal((404, "invalid_request"), (await SendAsync(HttpMethod.Get, "nothing")).Refused);
        Assert.Equal((405, "invalid_request"), (await SendAsync(HttpMethod.Get, "apps/acme/authenticate/verify")).Refused);
        Assert.Equal((401, "invalid_access_token"), (await SendAsync(HttpMethod.Get, "apps/acme/users")).Refused);
        Assert.Equal(
            (400, "invalid_request"), (await SendAsync(HttpMethod.Post, "apps/acme/transactions/register", "{", App.ApiKey)).Refused);
        Assert.Equal(
            (413, "invalid_request"),
            (await SendAsync(HttpMethod.Post, "apps/acme/transactions/register", new string(' ', 70_000), App.ApiKey)).Refused);
    }

    [Fact]
    public async Task The_console_is_where_the_application_wants_it()
    {
        Assert.Equal("the application's own page for 404", (await AskConsoleAsync(HttpMethod.Get, "sign-in", "www.example.com")).Text);
        Assert.Contains("<h1", (await AskConsoleAsync(HttpMethod.Get, "sign-in", ConsoleHost)).Expect(200).Text, StringComparison.Ordinal);

        var elsewhere = (await AskConsoleAsync(HttpMethod.Post, "sign-in/start", ConsoleHost, "https://www.example.com")).Expect(403);
        Assert.Contains($"only from its own pages at https://{ConsoleHost}.", elsewhere.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_does_without_Complete_where_the_server_does()
    {
        var pages = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToList();

        Assert.Contains("/console/apps/{app_id}/users/{user_id}", pages);
        Assert.DoesNotContain("/console/apps/{app_id}/signing-keys", pages);
        Assert.NotNull(application.Services.GetRequiredService<UserModels>());
    }

    private async Task<Reply> AskConsoleAsync(HttpMethod method, string path, string host, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, $"console/{path}");
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await Reply.ReadAsync(await http.SendAsync(request));
    }
}
