using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Tests.Http;

/// <summary>A backend in the server's own application is answered as one is that calls over HTTP.</summary>
public class InProcessTests(ServerFixture server) : ServerTests(server), IDisposable
{
    /// <summary>Kestrel's own: when and in which pieces an answer is sent.</summary>
    private static readonly string[] OfTheConnection = ["Date", "Transfer-Encoding", "Content-Length"];

    private readonly HttpClient inProcess = new(
        server.Services.GetRequiredKeyedService<HttpMessageHandler>(InProcessHandler.Key), disposeHandler: false)
    {
        BaseAddress = new Uri("http://this-application"),
    };

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        inProcess.Dispose();
    }

    /// <summary>From the route table, so that an operation that is added is tested without being named here.</summary>
    [Theory]
    [InlineData("the right key")]
    [InlineData("another app's key")]
    [InlineData("no key")]
    public async Task Every_operation_that_takes_a_key_answers_as_over_HTTP(string shown)
    {
        await RegisteredAsync();
        var routes = new RouteTable(Server.Services).All.Where(route => route.Audience is Audience.Backend or Audience.Server).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var key = shown switch
            {
                "no key" => null,
                "the right key" => route.Audience == Audience.Server ? ServerFixture.AdminKey : App.ApiKey,
                _ => OtherApp.ApiKey,
            };
            foreach (var method in route.Methods)
                await SameAsync(() => Request(new HttpMethod(method), route.Path(App.Id), key));
        }
    }

    [Fact]
    public async Task Paths_and_methods_that_are_none_answer_as_over_HTTP()
    {
        await SameAsync(() => Request(HttpMethod.Get, $"/v1/apps/{App.Id}/authenticate/verify", App.ApiKey));
        await SameAsync(() => Request(HttpMethod.Get, $"/v1/apps/{App.Id}/nothing", App.ApiKey));
        await SameAsync(() => Request(HttpMethod.Get, "/v1/nothing", App.ApiKey));
        await SameAsync(() => Request(HttpMethod.Get, $"/v1/apps/{App.Id}/users?limit=none&identifier=a%2Bb%20c", App.ApiKey));
        await SameAsync(() => Request(HttpMethod.Get, $"/v1/apps/{App.Id}/users/a%2F..%2Fb/devices", App.ApiKey));
        await SameAsync(() => Request(HttpMethod.Get, "/v1/apps/Acme%20no/users", App.ApiKey));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_over_HTTP()
    {
        await SameAsync(() =>
        {
            var request = Request(HttpMethod.Post, $"/v1/apps/{App.Id}/transactions/register", App.ApiKey);
            request.Content = new StringContent(new string(' ', RequestBody.MaxLength + 1));
            return request;
        });
    }

    /// <summary>Two of a sign-in's four calls: the backend's.</summary>
    [Fact]
    public async Task A_sign_in_begins_and_ends_in_process()
    {
        var user = await RegisteredAsync();
        var transaction = (await PostAsync("transactions/authenticate", $$"""{"external_id":"{{user}}"}""")).Expect(201)["transaction_id"]!;
        var nonce = (await Page.AuthenticateAsync(transaction)).Expect(200)["nonce"]!;

        Assert.Equal(user, (await PostAsync("authenticate/verify", $$"""{"nonce":"{{nonce}}"}""")).Expect(200)["external_id"]);
        Assert.Equal((401, "invalid_nonce"), (await PostAsync("authenticate/verify", $$"""{"nonce":"{{nonce}}"}""")).Refused);
        Assert.Equal((401, "invalid_nonce"), (await Backend.VerifyNonceAsync(nonce)).Refused);
    }

    private async Task<Reply> PostAsync(string path, string json)
    {
        using var request = Request(HttpMethod.Post, $"/v1/apps/{App.Id}/{path}", App.ApiKey, json);
        return await Reply.ReadAsync(await inProcess.SendAsync(request));
    }

    private async Task SameAsync(Func<HttpRequestMessage> request)
    {
        using var sent = request();
        using var ran = request();
        var overHttp = await Reply.ReadAsync(await Server.Http.SendAsync(sent));
        var answer = await Reply.ReadAsync(await inProcess.SendAsync(ran));

        Assert.Equal(Told(overHttp, sent), Told(answer, ran));
    }

    private static string Told(Reply reply, HttpRequestMessage request)
    {
        var headers = reply.Message.Headers.Concat(reply.Message.Content.Headers)
            .Where(header => !OfTheConnection.Contains(header.Key))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        return $"{request.Method} {request.RequestUri!.PathAndQuery} {reply.Status}\n{string.Join('\n', headers)}\n\n{reply.Text}";
    }

    // A body that no operation can read: what would change something is refused, here and there.
    private static HttpRequestMessage Request(HttpMethod method, string path, string? key, string json = "{")
    {
        var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (method != HttpMethod.Get && method != HttpMethod.Head)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return request;
    }
}
