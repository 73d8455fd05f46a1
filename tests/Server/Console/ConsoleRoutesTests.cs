using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Operators;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>From the route table: a step that is added is tested without being named here.</summary>
public class ConsoleRoutesTests(ServerFixture server) : ServerTests(server)
{
    private IEnumerable<(string Method, string Path, Entry Entry)> Routes()
    {
        foreach (var endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.OfType<Entry>().ToList() is not [var entry])
                continue;
            var path = endpoint.RoutePattern.Parameters.Aggregate(endpoint.RoutePattern.RawText!, (text, parameter) => text
                .Replace($"{{**{parameter.Name}}}", "some-path", StringComparison.Ordinal)
                .Replace($"{{{parameter.Name}}}", parameter.Name == "app_id" ? App.Id : $"some-{parameter.Name}", StringComparison.Ordinal));
            yield return (endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single(), path, entry);
        }
    }

    /// <summary>Each step is sent, and leaves every row as it was.</summary>
    private async Task ChangesNothingAsync(Visitor visitor, Func<Entry, bool> which, Func<Reply, bool> refused)
    {
        var steps = Routes().Where(route => route.Method != "GET" && which(route.Entry)).ToList();
        Assert.NotEmpty(steps);
        var before = Server.Rows();
        foreach (var (_, path, _) in steps)
        {
            var reply = await visitor.PostAsync(path, ("name", "x"), ("role", "admin"), ("id", "x"), ("confirm", App.Id));
            Assert.True(refused(reply), $"{path}: {reply.Status}");
        }

        Assert.Equal(before, Server.Rows());
    }

    [Fact]
    public async Task A_viewer_changes_nothing()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        await ChangesNothingAsync(viewer, entry => entry == Entry.Admin, reply => reply.Status == 403 && reply.Text.Contains("Your role is viewer", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_viewer_may_send_is_about_his_own_sessions_and_passkeys()
    {
        string[] own =
        [
            "/console/sign-out", "/console/confirm/start", "/console/confirm/finish", "/console/account/end-sessions", "/console/account/end-session",
            "/console/account/passkeys/add", "/console/account/passkeys/start", "/console/account/passkeys/finish", "/console/account/passkeys/some-device_id/remove",
        ];
        Assert.Equal(own.Order(), Routes().Where(route => route is { Method: not "GET", Entry: Entry.Viewer }).Select(route => route.Path).Order());
    }

    [Fact]
    public async Task Who_is_not_signed_in_changes_nothing_and_sees_nothing()
    {
        using var stranger = new Visitor(Server);
        await ChangesNothingAsync(stranger, entry => entry != Entry.Anybody, reply => reply.Status == 303 && reply.Header("Location") == "/console/sign-in");
        foreach (var (_, path, _) in Routes().Where(route => route.Method == "GET" && route.Entry != Entry.Anybody))
            Assert.StartsWith("/console/sign-in?to=", (await stranger.GetAsync(path)).Header("Location"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task A_form_without_the_sessions_token_changes_nothing(string token)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (admin.FormToken, admin.KeepsFormToken) = (token, true);
        await ChangesNothingAsync(admin, entry => entry != Entry.Anybody, reply => reply.Status == 403 && reply.Text.Contains("This form is too old", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_with_another_sessions_token_changes_nothing()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        using var other = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (other.FormToken, other.KeepsFormToken) = (admin.FormToken, true);
        await ChangesNothingAsync(other, entry => entry != Entry.Anybody, reply => reply.Status == 403);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:8421")]
    [InlineData("http://localhost:84200")]
    public async Task A_form_of_another_site_changes_nothing(string? origin)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        admin.Origin = origin;
        await ChangesNothingAsync(admin, _ => true, reply => reply.Status == 403 && reply.Text.Contains("came from somewhere else", StringComparison.Ordinal));
    }
}
