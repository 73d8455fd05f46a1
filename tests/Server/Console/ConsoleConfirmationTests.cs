using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>From the route table: a step that is added asks for a passkey, or stands here with the reason why not.</summary>
public class ConsoleConfirmationTests(ServerFixture server) : ServerTests(server)
{
    /// <summary>Steps without a passkey shown lately, and why.</summary>
    private static readonly Dictionary<string, string> WithoutConfirmation = new()
    {
        ["/console/sign-in/start"] = "nobody is signed in yet: it asks for the passkey",
        ["/console/sign-in/finish"] = "it is the passkey",
        ["/console/setup/invitation"] = "nobody is signed in yet: the link is the right to enter",
        ["/console/setup/start"] = "as before",
        ["/console/setup/finish"] = "as before, and it makes the passkey",
        ["/console/confirm/start"] = "it asks for the passkey",
        ["/console/confirm/finish"] = "it is the passkey",
        ["/console/sign-out"] = "it ends what is open here, and nothing else",
        ["/console/account/end-sessions"] = "it closes what is open elsewhere: somebody who fears for a session must not be held up",
        ["/console/account/end-session"] = "the same for one",
        ["/console/account/passkeys/finish"] = "what it finishes was begun with a passkey",
        ["/console/apps/{app_id}/baseline"] = "it draws a line into a chart",
        ["/console/apps/{app_id}/try/start"] = "its user is the operator's own, console:NAME, which no backend has given anybody",
        ["/console/apps/{app_id}/try/finish"] = "the same",
    };

    private IReadOnlyList<RouteEndpoint> Steps() =>
    [
        .. Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(
                endpoint => endpoint.Metadata.OfType<Entry>().Any()
                    && !endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("GET")),
    ];

    /// <summary>Threat 29: whoever finds a browser open weakens nothing and locks nobody out.</summary>
    [Fact]
    public async Task Every_step_but_those_with_a_reason_asks_for_a_passkey_that_was_shown_lately()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        var device = (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["id"]!;
        var app = await Manager.AppAsync();
        var key = (string)(await Manager.KeyAsync(app.Id)).Json["key"]!["id"]!;
        var ids = new Dictionary<string, string> { ["user_id"] = user, ["device_id"] = device, ["key_id"] = key };
        Server.Clock.Advance(Session.Confirmed);

        var asked = 0;
        var before = Server.Rows();
        foreach (var step in Steps().Where(step => !WithoutConfirmation.ContainsKey(step.RoutePattern.RawText!)))
        {
            var route = step.RoutePattern.RawText!;
            ids["app_id"] = route.Contains("/users/", StringComparison.Ordinal) ? App.Id : app.Id;
            var path = ids
                .Aggregate(route, (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal))
                .Replace("{invitation_id}", "one", StringComparison.Ordinal);

            var reply = await admin.PostAsync(
                path,
                ("name", "x"),
                ("rp_id", "example.com"),
                ("origins", "https://example.com"),
                ("status", "inactive"),
                ("confirm", app.Id));

            Assert.True(
                reply.Status == 403 && reply.Text.Contains("Confirm that it is you", StringComparison.Ordinal),
                $"{path}: {reply.Status}");
            asked++;
        }

        // A session's last page is noted, and nothing else.
        Assert.Equal(WithoutSessions(before), WithoutSessions(Server.Rows()));
        Assert.True(asked >= 16, $"{asked} steps");

        static string WithoutSessions(string rows)
            => string.Join('\n', rows.Split('\n').Where(row => !row.StartsWith("operator_sessions:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_list_of_steps_that_ask_for_none_names_no_step_that_is_gone_or_that_asks()
    {
        var free = Steps()
            .Where(step => step.Metadata.GetMetadata<NeedsConfirmation>() is null)
            .Select(step => step.RoutePattern.RawText!)
            .ToList();
        Assert.Equal(WithoutConfirmation.Keys.Order(StringComparer.Ordinal), free.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_filled_in_is_done_once_the_passkey_was_shown()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var app = await Manager.AppAsync();
        Server.Clock.Advance(Session.Confirmed);
        (string, string)[] form =
        [
            ("name", "Shop"), ("rp_id", "example.com"), ("origins", "https://example.com\nhttps://new.example.com"),
            ("hints", "hybrid"), ("hints", "security-key"), ("user_verification", "preferred"),
        ];

        var page = (await admin.PostAsync($"/console/apps/{app.Id}/settings", form)).Expect(403).Text;
        foreach (var (name, value) in form)
            Assert.Contains(
                $"<input type=\"hidden\" name=\"{name}\" value=\"{value}\"",
                page.Replace("&#xA;", "\n", StringComparison.Ordinal),
                StringComparison.Ordinal);

        (await admin.ConfirmAsync()).Expect(200);
        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app.Id}/settings", form)).Status);
        Assert.Equal("preferred", (await Manager.GetAsync($"apps/{app.Id}")).Expect(200)["user_verification"]);
    }
}
