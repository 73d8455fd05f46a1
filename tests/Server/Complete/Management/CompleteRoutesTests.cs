using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Threat 38 for Complete's apps, from the route table: an operation that is added is tested without being named here.</summary>
public class CompleteRoutesTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private static readonly Dictionary<string, string> None = [];

    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    private List<(HttpMethod Method, string Path, ApiKeyScopes Needed)> Routes() =>
    [
        .. site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.OfType<Audience>().Contains(Audience.Backend)
                && endpoint.Metadata.GetMetadata<ServedApps>()?.Type != AppType.Flex)
            .Select(endpoint => (
                new HttpMethod(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]),
                endpoint.RoutePattern.RawText!,
                endpoint.Metadata.GetRequiredMetadata<NeededScope>().Scope)),
    ];

    [Fact]
    public async Task No_operation_takes_a_wrong_or_another_apps_key()
    {
        Assert.True(Routes().Count >= 25, $"{Routes().Count} routes");
        var othersAdmin = (await manager.KeyAsync(CompleteSite.OtherAppId, "admin"))["secret"];
        string?[] keys = ["wrong", "", CompleteSite.OtherApiKey, othersAdmin, ServerFixture.App.ApiKey, $"{CompleteSite.ApiKey}x"];
        var before = site.Rows();
        foreach (var (method, path, _) in Routes())
        {
            foreach (var key in keys)
                Assert.Equal((401, "invalid_access_token"), (await CallAsync(method, path, CompleteSite.AppId, key, None)).Refused);
        }

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task No_operation_leads_to_what_is_another_apps()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        var ids = new Dictionary<string, string>
        {
            ["user_id"] = visitor.UserId,
            ["session_id"] = visitor.SessionId,
            ["device_id"] = (string)(await new Office(site).UserAsync(visitor.UserId))["webauthn_devices"]![0]!["id"]!,
            ["key_id"] = (string)(await manager.KeyAsync(CompleteSite.AppId)).Json["key"]!["id"]!,
        };
        var admin = (await manager.KeyAsync(CompleteSite.OtherAppId, "admin"))["secret"];
        var routes = Routes().Where(route => ids.Keys.Any(id => route.Path.Contains($"{{{id}}}", StringComparison.Ordinal))).ToList();
        Assert.True(routes.Count >= 18, $"{routes.Count} routes");
        var before = site.Rows();
        foreach (var (method, path, _) in routes)
        {
            foreach (var body in (string[])["{}", """{"status":"inactive","email":"mallory@example.com","friendly_name":"Mine"}"""])
            {
                var reply = await CallAsync(method, path, CompleteSite.OtherAppId, admin, ids, body);
                Assert.True(reply.Status is 404 || (reply.Status == 400 && body == "{}"), $"{method} {path}: {reply.Status} {reply.Text}");
            }
        }

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Every_operation_takes_a_key_of_its_own_scope_and_no_other()
    {
        var keys = new Dictionary<string, string>();
        foreach (var word in ApiKeyScope.Words)
            keys.Add(word, (await manager.KeyAsync(CompleteSite.OtherAppId, word))["secret"]!);
        foreach (var (method, path, needed) in Routes().Where(route => route.Path is not "/v1/manage/apps/{app_id}"))
        {
            foreach (var (word, key) in keys)
            {
                var reply = await CallAsync(method, path, CompleteSite.OtherAppId, key, None);
                var what = $"{method} {path} with {word}: {reply.Status} {reply.Text}";
                Assert.True(reply.Status is < 500 and not 401, what);
                var isRefused = reply.Status == 403 && reply.Error.Contains("scope", StringComparison.Ordinal);
                Assert.True(isRefused == (word != "admin" && ApiKeyScope.Of(word) != needed), what);
            }
        }
    }

    [Fact]
    public async Task An_app_of_Flex_has_none_of_them()
    {
        var admin = (await manager.KeyAsync(ServerFixture.App.Id, "admin"))["secret"];
        var before = site.Rows();
        foreach (var endpoint in site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ServedApps>()?.Type == AppType.Complete
                && endpoint.Metadata.OfType<Audience>().Contains(Audience.Backend)))
        {
            var method = new HttpMethod(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]);
            var reply = await CallAsync(method, endpoint.RoutePattern.RawText!, ServerFixture.App.Id, admin, None);
            Assert.Equal((403, "operation_not_allowed"), reply.Refused);
        }

        Assert.Equal(before, site.Rows());
    }

    private async Task<Reply> CallAsync(
        HttpMethod method, string route, string app, string? key, IReadOnlyDictionary<string, string> ids, string body = "{}")
    {
        var path = string.Join('/', route.Split('/').Select(part => part is ['{', .. var name, '}']
            ? name == "app_id" ? app : ids.GetValueOrDefault(name, "nothing")
            : part));
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return await Reply.ReadAsync(await site.Http.SendAsync(request));
    }
}
