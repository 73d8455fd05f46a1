using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Tests.Http;

/// <summary>Threat 38, from the route table: an operation that is added is tested without being named here.</summary>
public partial class ManagementRoutesTests(ServerFixture server) : ServerTests(server)
{
    private List<(HttpMethod Method, string Path, ApiKeyScopes Needed)> Routes(Audience audience)
    {
        var routes = new List<(HttpMethod Method, string Path, ApiKeyScopes Needed)>();
        foreach (var endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            // Those of Complete's apps alone: CompleteRoutesTests.
            if (!endpoint.Metadata.OfType<Audience>().Contains(audience)
                || endpoint.Metadata.GetMetadata<ServedApps>()?.Type == AppType.Complete)
                continue;
            var method = endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
            // Throws for an operation that states none.
            var needed = audience == Audience.Backend ? endpoint.Metadata.GetRequiredMetadata<NeededScope>().Scope : ApiKeyScopes.Admin;
            routes.Add((new HttpMethod(method), endpoint.RoutePattern.RawText!, needed));
        }
        return routes;
    }

    private async Task<Reply> CallAsync(HttpMethod method, string route, string app, string? authorization, string body = "{}")
    {
        var path = Placeholder().Replace(route.Replace("{app_id}", app, StringComparison.Ordinal), "nothing");
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    [Fact]
    public async Task No_management_route_takes_a_wrong_or_another_apps_key_and_all_answers_are_the_same()
    {
        var routes = Routes(Audience.Backend);
        Assert.True(routes.Count >= 16, $"{routes.Count} routes");
        var othersAdmin = (await Manager.KeyAsync(OtherApp.Id, "admin"))["secret"];
        var opener = (await Manager.KeyAsync(App.Id, "admin"))["secret"]!;
        string?[] credentials =
        [
            null, "", "Bearer", "Bearer ", $"Bearer {OtherApp.ApiKey}", $"Bearer {othersAdmin}", "Bearer wrong-key-0123456789abcdef",
            $"Basic {App.ApiKey}", App.ApiKey, $"Bearer {App.ApiKey}x", $"Bearer {App.ApiKey[..^1]}",
            $"Bearer {App.ApiKey.ToUpperInvariant()}", $"Bearer {new string('x', 5000)}", $"Bearer {opener[..^1]}",
            $"Bearer {opener[..21]}", $"Bearer {opener} {opener}",
        ];
        foreach (var (method, route, _) in routes)
        {
            var answers = new HashSet<string>();
            foreach (var credential in credentials)
                answers.Add((await RefusedAsync(401, "invalid_access_token", () => CallAsync(method, route, App.Id, credential))).Text);
            Assert.Single(answers);
        }
    }

    /// <summary>An app's own key, on its own paths, with ids that another app has.</summary>
    [Fact]
    public async Task No_route_of_an_app_leads_to_what_is_another_apps()
    {
        var (mine, ids) = (await Manager.AppAsync(), await Manager.IdsOfAnotherAppAsync());
        var admin = (await Manager.KeyAsync(mine.Id, "admin"))["secret"];
        var routes = Routes(Audience.Backend)
            .Where(route => ids.Keys.Any(id => route.Path.Contains($"{{{id}}}", StringComparison.Ordinal)))
            .ToList();
        Assert.True(routes.Count >= 10, $"{routes.Count} routes");
        foreach (var (method, route, _) in routes)
        {
            var path = ids.Aggregate(route, (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
            var before = Server.Rows();
            foreach (var body in (string[])["{}", """{"status":"inactive","enrolment_blocked":true,"friendly_name":"Mine"}"""])
            {
                var reply = await CallAsync(method, path, mine.Id, $"Bearer {admin}", body);
                Assert.True(reply.Status is 404 || (reply.Status == 400 && body == "{}"), $"{method} {route}: {reply.Status} {reply.Text}");
            }

            Assert.Equal(before, Server.Rows());
        }
    }

    [Fact]
    public async Task An_unknown_app_is_not_found_whatever_the_key_and_case_matters()
    {
        foreach (var (method, route, _) in Routes(Audience.Backend))
        {
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "nobody", null));
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "nobody", $"Bearer {App.ApiKey}"));
            await RefusedAsync(404, "app_not_found", () => CallAsync(method, route, "ACME", $"Bearer {App.ApiKey}"));
        }
    }

    [Fact]
    public async Task Every_route_takes_keys_of_its_own_scope_and_of_admin_and_no_others()
    {
        // One that can go: deleting is among the routes.
        foreach (var (method, route, needed) in Routes(Audience.Backend))
        {
            foreach (var word in ApiKeyScope.Words)
            {
                var app = await Manager.AppAsync();
                var key = (await Manager.KeyAsync(app.Id, word))["secret"];
                var reply = await CallAsync(method, route, app.Id, $"bearer {key}");
                var what = $"{method} {route} with {word}: {reply.Status} {reply.Text}";
                Assert.True(reply.Status is < 500 and not 401, what);
                Assert.True(reply.Text.Contains("does not have the scope", StringComparison.Ordinal) == (word != "admin"
                    && ApiKeyScope.Of(word) != needed), what);
            }
        }
    }

    [Fact]
    public async Task A_declared_key_has_every_scope_but_admin()
    {
        foreach (var (method, route, needed) in Routes(Audience.Backend))
        {
            var reply = await CallAsync(method, route, App.Id, $"Bearer {App.ApiKey}");
            Assert.NotEqual(401, reply.Status);
            Assert.Equal(needed == ApiKeyScopes.Admin, reply.Text.Contains("does not have the scope admin", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_key_of_the_whole_server_manages_every_app_and_does_no_backends_work()
    {
        foreach (var (method, route, needed) in Routes(Audience.Backend))
            Assert.Equal(
                needed != ApiKeyScopes.Admin, (await CallAsync(method, route, App.Id, $"Bearer {ServerFixture.AdminKey}")).Status == 401);
    }

    [Fact]
    public async Task What_is_the_servers_takes_no_key_of_an_app()
    {
        var admin = (await Manager.KeyAsync(App.Id, "admin"))["secret"];
        foreach (var (method, route, _) in Routes(Audience.Server))
        {
            foreach (var credential in (string?[])[
                null, "Bearer", $"Bearer {App.ApiKey}", $"Bearer {admin}", $"Bearer {ServerFixture.AdminKey}x",
            ])
                await RefusedAsync(401, "invalid_access_token", () => CallAsync(method, route, App.Id, credential));
            Assert.NotEqual(401, (await CallAsync(method, route, App.Id, $"Bearer {ServerFixture.AdminKey}")).Status);
        }
    }

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
