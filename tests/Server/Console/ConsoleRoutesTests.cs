using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>From the route table: a step that is added is tested without being named here.</summary>
public class ConsoleRoutesTests(ServerFixture server) : ServerTests(server)
{
    private IEnumerable<(string Method, string Path, Entry Entry)> Routes(
        string? app = null, IReadOnlyDictionary<string, string>? ids = null)
    {
        foreach (var endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.OfType<Entry>().ToList() is not [var entry])
                continue;
            var path = endpoint.RoutePattern.Parameters.Aggregate(endpoint.RoutePattern.RawText!, (text, parameter) => text
                .Replace($"{{**{parameter.Name}}}", "some-path", StringComparison.Ordinal)
                .Replace(
                    $"{{{parameter.Name}}}",
                    parameter.Name == "app_id" ? app ?? App.Id : ids?.GetValueOrDefault(parameter.Name) ?? $"some-{parameter.Name}",
                    StringComparison.Ordinal));
            yield return (endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0], path, entry);
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
        await ChangesNothingAsync(
            viewer,
            entry => entry == Entry.Admin,
            reply => reply.Status == 403 && reply.Text.Contains("Your role is viewer", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_viewer_may_send_is_about_his_own_sessions_and_passkeys()
    {
        string[] own =
        [
            "/console/sign-out", "/console/confirm/start", "/console/confirm/finish", "/console/account/end-sessions",
            "/console/account/end-session", "/console/account/passkeys/add", "/console/account/passkeys/start",
            "/console/account/passkeys/finish", "/console/account/passkeys/some-device_id/remove",
        ];
        Assert.Equal(
            own.Order(), Routes().Where(route => route is { Method: not "GET", Entry: Entry.Viewer }).Select(route => route.Path).Order());
    }

    [Fact]
    public async Task Who_is_not_signed_in_changes_nothing_and_sees_nothing()
    {
        using var stranger = new Visitor(Server);
        await ChangesNothingAsync(
            stranger, entry => entry != Entry.Anybody, reply => reply.Status == 303 && reply.Header("Location") == "/console/sign-in");
        foreach (var (_, path, _) in Routes().Where(route => route.Method == "GET" && route.Entry != Entry.Anybody))
            Assert.StartsWith("/console/sign-in?to=", (await stranger.GetAsync(path)).Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_or_step_of_an_app_leads_to_what_is_another_apps()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var (mine, ids) = (await Manager.AppAsync(), await Manager.IdsOfAnotherAppAsync());
        var routes = Routes(mine.Id, ids)
            .Where(route => route.Path.Contains($"/apps/{mine.Id}/", StringComparison.Ordinal)
                && ids.Values.Any(id => route.Path.Contains(id, StringComparison.Ordinal)))
            .ToList();
        Assert.True(routes.Count >= 7, $"{routes.Count} routes");
        foreach (var (method, path, _) in routes)
        {
            var before = Server.Rows();
            var reply = method == "GET"
                ? await admin.GetAsync(path)
                : await admin.PostAsync(path, ("status", "inactive"), ("confirm", "alice"));
            Assert.True(reply.Status == 404, $"{method} {path}: {reply.Status}");
            Assert.Equal(before, Server.Rows());
        }
    }

    /// <summary>Threat 40.</summary>
    [Fact]
    public async Task No_answer_may_be_framed_or_kept_or_run_more_than_the_consoles_own_script()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        foreach (var (method, path, _) in Routes().Where(route => route.Path != "/console/sign-out"))
        {
            var reply = method == "GET" ? await admin.GetAsync(path) : await admin.PostAsync(path);
            var policy = reply.Header("Content-Security-Policy");
            Assert.True(policy is not null, path);
            Assert.Contains(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal(
                ("DENY", "nosniff", "no-store"),
                (reply.Header("X-Frame-Options"), reply.Header("X-Content-Type-Options"), reply.Header("Cache-Control")));
        }
    }

    [Fact]
    public void Whoever_cancels_instead_of_showing_a_passkey_is_led_back_to_a_page()
    {
        var all = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var pages = all.Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToHashSet();
        var steps = all.Select(endpoint => endpoint.Metadata.GetMetadata<NeedsConfirmation>()).OfType<NeedsConfirmation>().ToList();
        Assert.True(steps.Count >= 11, $"{steps.Count} steps");
        Assert.All(steps, step => Assert.Contains($"/console/{step.From}", pages));
    }

    [Fact]
    public async Task What_an_admin_types_is_text_on_every_page()
    {
        const string Hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
        // Kept from before names had rules: an operator's and an invited one's.
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin, Hostile[..^3]);
        await Visitor.InviteAsync(Server, OperatorRole.Viewer, Hostile);
        admin.UserAgent = Hostile;
        (await admin.SignInAsync()).Expect(200);
        var app = await Manager.AppAsync(new JsonObject { ["name"] = Hostile, ["rp_name"] = Hostile });
        (await Manager.PostAsync($"apps/{app.Id}/keys", new JsonObject { ["name"] = Hostile })).Expect(200);
        var (backend, page) = (new Backend(Server, app), new Page(Server, app) { UserAgent = Hostile });
        (await page.RegisterAsync(
            (await backend.CreateRegisterTransactionAsync(Hostile, Hostile)).Expect(201)["transaction_id"])).Expect(200);
        var user = await backend.UserIdAsync(Hostile);
        (await backend.RenameDeviceAsync(
            user, (string)(await backend.ListDevicesAsync(user)).Expect(200).Json["devices"]![0]!["id"]!, Hostile)).Expect(200);

        var shown = 0;
        foreach (var (_, path, _) in Routes(app.Id, new Dictionary<string, string> { ["user_id"] = user })
            .Where(route => route.Method == "GET" && !route.Path.EndsWith("/export", StringComparison.Ordinal)))
        {
            var text = (await admin.GetAsync(path)).Text;
            Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
            shown += text.Contains("alert(1)", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(shown >= 10, $"shown on {shown} pages");
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task A_form_without_the_sessions_token_changes_nothing(string token)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (admin.FormToken, admin.KeepsFormToken) = (token, true);
        await ChangesNothingAsync(
            admin,
            entry => entry != Entry.Anybody,
            reply => reply.Status == 403 && reply.Text.Contains("This form is too old", StringComparison.Ordinal));
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
        await ChangesNothingAsync(
            admin, _ => true, reply => reply.Status == 403 && reply.Text.Contains("Request from another site", StringComparison.Ordinal));
    }
}
