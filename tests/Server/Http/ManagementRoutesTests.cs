using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Threat 38, from the route table: an operation that is added is tested without being named here.</summary>
public class ManagementRoutesTests(ServerFixture server) : ServerTests(server)
{
    private IEnumerable<(HttpMethod Method, string Path)> Routes()
    {
        foreach (var endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (!endpoint.Metadata.OfType<Audience>().Contains(Audience.Backend))
                continue;
            var method = endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single();
            yield return (new HttpMethod(method), endpoint.RoutePattern.RawText!);
        }
    }

    private async Task<Reply> CallAsync(HttpMethod method, string route, string app, string? authorization)
    {
        var path = route.Replace("{app_id}", app, StringComparison.Ordinal).Replace("{user_id}", "u", StringComparison.Ordinal).Replace("{device_id}", "d", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(method, path);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    [Fact]
    public async Task No_management_route_takes_a_wrong_or_another_apps_key_and_all_answers_are_the_same()
    {
        var routes = Routes().ToList();
        Assert.Equal(8, routes.Count);
        string?[] credentials =
        [
            null, "", "Bearer", "Bearer ", $"Bearer {OtherApp.ApiKey}", "Bearer wrong-key-0123456789abcdef", $"Basic {App.ApiKey}", App.ApiKey,
            $"Bearer {App.ApiKey}x", $"Bearer {App.ApiKey[..^1]}", $"Bearer {App.ApiKey.ToUpperInvariant()}", $"Bearer {new string('x', 5000)}",
        ];
        foreach (var (method, route) in routes)
        {
            var answers = new HashSet<string>();
            foreach (var credential in credentials)
                answers.Add((await RefusedAsync(401, "invalid_access_token", () => CallAsync(method, route, App.Id, credential))).Text);
            Assert.Single(answers);
        }
    }

    [Fact]
    public async Task An_unknown_app_is_not_found_whatever_the_key_and_case_matters()
    {
        foreach (var (method, route) in Routes())
        {
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "nobody", null));
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "nobody", $"Bearer {App.ApiKey}"));
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "ACME", $"Bearer {App.ApiKey}"));
        }
    }

    [Fact]
    public async Task The_right_key_passes_every_management_route()
    {
        foreach (var (method, route) in Routes())
            Assert.NotEqual(401, (await CallAsync(method, route, App.Id, $"bearer {App.ApiKey}")).Status);
    }
}
