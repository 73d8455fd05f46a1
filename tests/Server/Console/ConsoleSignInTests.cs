using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Who comes into the console, and how long they stay.</summary>
public class ConsoleSignInTests(ServerFixture server) : ServerTests(server)
{
    private Visitor Stranger() => new(Server);

    private Task<string> InviteAsync(OperatorRole role = OperatorRole.Admin, string? name = "") =>
        Visitor.InviteAsync(Server, role, name is "" ? NewUser() : name);

    [Fact]
    public async Task An_invited_person_makes_a_passkey_is_in_and_signs_in_with_it_later()
    {
        using var visitor = Stranger();
        var name = NewUser();
        var token = await InviteAsync(OperatorRole.Admin, name);
        var told = (await visitor.SayAsync("/console/setup/invitation", new JsonObject { ["token"] = token })).Expect(200);
        Assert.Equal((name, "admin"), (told["name"], told["role"]));

        Assert.Equal("/console", (await visitor.SetUpAsync(token)).Expect(200)["location"]);
        Assert.Contains(name, (await visitor.GetAsync("/console/account")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(303, (await visitor.PostAsync("/console/sign-out")).Status);
        Assert.Equal(303, (await visitor.GetAsync("/console/account")).Status);
        Assert.Equal("/console/account", (await visitor.SignInAsync("/console/account")).Expect(200)["location"]);
        (await visitor.GetAsync("/console/account")).Expect(200);
    }

    [Fact]
    public async Task A_setup_link_is_good_once_also_for_two_who_race()
    {
        using var first = Stranger();
        using var second = Stranger();
        var token = await InviteAsync();
        var one = (await first.SayAsync("/console/setup/start", new JsonObject { ["token"] = token })).Expect(200);
        var two = (await second.SayAsync("/console/setup/start", new JsonObject { ["token"] = token })).Expect(200);

        var finished = await Task.WhenAll(first.FinishSetUpAsync(token, one), second.FinishSetUpAsync(token, two));

        Assert.Equal([200, 400], finished.Select(reply => reply.Status).Order());
        using var third = Stranger();
        Assert.Equal(400, (await third.SetUpAsync(token)).Status);
    }

    /// <summary>Threat 14: neither begun nor finished from anywhere else, whatever is left out or said twice.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("http://localhost:8421")]
    [InlineData("http://localhost:8420, http://localhost:8420")]
    [InlineData("http://LOCALHOST:8420")]
    public async Task A_sign_in_is_begun_and_finished_on_the_consoles_origin_alone(string? origin)
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        visitor.Cookie = null;
        var started = (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);
        var finished = visitor.Finished(started);

        visitor.Origin = origin;
        Assert.Equal(403, (await visitor.SayAsync("/console/sign-in/start", [])).Status);
        Assert.Equal(403, (await visitor.SayAsync("/console/sign-in/finish", finished.DeepClone().AsObject())).Status);
        visitor.Origin = Visitor.ConsoleOrigin;
        (await visitor.SayAsync("/console/sign-in/finish", finished.DeepClone().AsObject())).Expect(200);
    }

    /// <summary>Threat 14.</summary>
    [Theory]
    [InlineData("http://localhost:8421")]
    [InlineData("https://localhost:8420")]
    [InlineData("https://localhost")]
    [InlineData("android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    public async Task An_operators_passkey_that_was_used_elsewhere_is_refused(string origin)
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        visitor.Cookie = null;
        var started = (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);

        var refused = await visitor.SayAsync("/console/sign-in/finish", new JsonObject
        {
            ["handshake"] = started["handshake"],
            ["response"] = visitor.Authenticator.Get(started.Text, origin).ToJsonObject(OpenPassage.Authenticator.ResponseShape.Browser),
        });

        Assert.Equal(400, refused.Status);
        Assert.Null(visitor.Cookie);
    }

    [Fact]
    public async Task A_setup_link_expires()
    {
        using var visitor = Stranger();
        var token = await InviteAsync();
        Server.Clock.Advance(Invitation.Lifetime);
        Assert.Equal(400, (await visitor.SetUpAsync(token)).Status);
    }

    [Fact]
    public async Task A_setup_link_that_is_changed_anywhere_is_not_good_and_all_say_the_same()
    {
        using var visitor = Stranger();
        var token = await InviteAsync();
        var last = token[^1] == 'a' ? 'b' : 'a';
        var answers = new HashSet<string>();
        foreach (var wrong in (string?[])[
            null, "", "opi", token[..^1], token + "x", token[..^1] + last, token.Replace("opi_", "xpi_", StringComparison.Ordinal),
            token.ToUpperInvariant(),
        ])
            answers.Add((await visitor.SetUpAsync(wrong!)).Expect(400).Text);
        Assert.Single(answers);
        (await visitor.SetUpAsync(token)).Expect(200);
    }

    [Fact]
    public async Task Of_links_and_cookies_the_database_holds_hashes_alone()
    {
        using var visitor = Stranger();
        var token = await InviteAsync();
        Assert.DoesNotContain(token.Split('_')[2], Server.Rows(), StringComparison.Ordinal);
        (await visitor.SetUpAsync(token)).Expect(200);
        var rows = Server.Rows();
        Assert.DoesNotContain(visitor.Cookie!.Split('=')[1], rows, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(visitor.Cookie.Split('=')[1])), rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_there_is_an_operator_a_link_for_the_first_one_is_good_no_more()
    {
        using var visitor = Stranger();
        var token = await Visitor.InviteAsync(Server, OperatorRole.Admin, name: null);
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        Assert.Equal(400, (await visitor.SetUpAsync(token, "Mallory")).Status);
    }

    [Fact]
    public async Task The_cookie_is_for_http_alone_for_the_console_alone_and_not_for_forms_of_other_sites()
    {
        using var visitor = Stranger();
        var set = (await visitor.SetUpAsync(await InviteAsync())).Expect(200).Header("Set-Cookie")!;
        Assert.Contains("; path=/console", set, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", set, StringComparison.Ordinal);
        Assert.Contains("; httponly", set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_a_new_one_at_every_sign_in()
    {
        using var visitor = Stranger();
        visitor.Cookie = "openpassage-console=chosen-by-an-attacker";
        (await visitor.SetUpAsync(await InviteAsync())).Expect(200);
        var first = visitor.Cookie;
        Assert.DoesNotContain("chosen-by-an-attacker", first, StringComparison.Ordinal);
        (await visitor.SignInAsync()).Expect(200);
        Assert.NotEqual(first, visitor.Cookie);
        visitor.Cookie = first;
        Assert.Equal(303, (await visitor.GetAsync("/console/account")).Status);
    }

    [Fact]
    public async Task A_session_ends_after_30_minutes_without_a_page_and_after_12_hours_in_any_case()
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        Server.Clock.Advance(TimeSpan.FromMinutes(29));
        (await visitor.GetAsync("/console/account")).Expect(200);
        Server.Clock.Advance(TimeSpan.FromMinutes(29));
        (await visitor.GetAsync("/console/account")).Expect(200);
        Server.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(303, (await visitor.GetAsync("/console/account")).Status);

        (await visitor.SignInAsync()).Expect(200);
        for (var i = 0; i < 35; i++)
        {
            Server.Clock.Advance(TimeSpan.FromMinutes(20));
            (await visitor.GetAsync("/console/account")).Expect(200);
        }

        Server.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(303, (await visitor.GetAsync("/console/account")).Status);
    }

    /// <summary>Threat 39: a session that was ended is none any more, though its cookie has time left.</summary>
    [Fact]
    public async Task An_operator_ends_sessions_elsewhere_and_a_removed_one_is_out_at_once()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = NewUser();
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        using var elsewhere = new Visitor(Server) { Authenticator = viewer.Authenticator };
        (await elsewhere.SignInAsync()).Expect(200);
        (await elsewhere.GetAsync("/console/account")).Expect(200);

        Assert.Equal(303, (await viewer.PostAsync("/console/account/end-sessions")).Status);
        Assert.Equal(303, (await elsewhere.GetAsync("/console/account")).Status);
        (await viewer.GetAsync("/console/account")).Expect(200);

        var one = await Server.Services.GetRequiredService<OperatorStore>().FindByNameAsync(name, CancellationToken.None);
        Assert.Equal(303, (await admin.PostAsync($"/console/operators/{one!.UserId}/remove")).Status);
        Assert.Equal(303, (await viewer.GetAsync("/console/account")).Status);
        Assert.Equal(400, (await viewer.SignInAsync()).Status);
    }

    [Theory]
    [InlineData("/console/operators", "/console/operators")]
    [InlineData("/console?range=30", "/console?range=30")]
    [InlineData("https://evil.example", "/console")]
    [InlineData("//evil.example", "/console")]
    [InlineData("/console//evil.example", "/console")]
    [InlineData("/consoleevil", "/console")]
    [InlineData("/console/\\evil.example", "/console")]
    [InlineData("/console/\t/evil", "/console")]
    [InlineData("javascript:alert(1)", "/console")]
    [InlineData("", "/console")]
    public async Task After_signing_in_nobody_is_led_out_of_the_console(string wanted, string led)
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        Assert.Equal(led, (await visitor.SignInAsync(wanted)).Expect(200)["location"]);
        Assert.Equal(led, (await visitor.GetAsync($"/console/sign-in?to={Uri.EscapeDataString(wanted)}")).Header("Location"));
    }

    [Fact]
    public async Task A_passkey_of_an_app_opens_nothing_here_and_an_operators_opens_no_app()
    {
        using var visitor = Stranger();
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await RegisteredAsync();
        using var user = new Visitor(Server) { Authenticator = Page.Authenticator };
        var started = (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);
        Assert.Throws<OpenPassage.Authenticator.CeremonyException>(() => user.Finished(started));

        foreach (var path in (string[])["users", "users/x", "users/x/devices"])
            Assert.Equal((404, "app_not_found"), (await Reply.ReadAsync(await Server.Http.GetAsync($"v1/apps/.console/{path}"))).Refused);
        Assert.DoesNotContain(".console", (await Reply.ReadAsync(await Server.Http.GetAsync("metrics"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ceremony_for_confirming_signs_nobody_in_and_the_other_way_round()
    {
        using var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var confirm = (await visitor.SayAsync("/console/confirm/start", [])).Expect(200);
        Assert.Equal(400, (await visitor.SayAsync("/console/sign-in/finish", visitor.Finished(confirm))).Status);
        var signIn = (await visitor.SayAsync("/console/sign-in/start", [])).Expect(200);
        Assert.Equal(400, (await visitor.SayAsync("/console/confirm/finish", visitor.Finished(signIn))).Status);
    }

    [Fact]
    public async Task A_step_that_cannot_be_taken_back_asks_for_the_passkey_and_carries_the_form_on()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = NewUser() + "<b>\"";
        Server.Clock.Advance(Session.Confirmed);
        (await admin.GetAsync("/console/operators")).Expect(200);

        var asked = (await admin.PostAsync("/console/operators/invite", ("name", name), ("role", "viewer"))).Expect(403);
        Assert.Contains("Confirm that it is you", asked.Text, StringComparison.Ordinal);
        Assert.Contains(System.Net.WebUtility.HtmlEncode(name), asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", asked.Text, StringComparison.Ordinal);
        Assert.Contains("To invite an operator, use your passkey again.", asked.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/console/operators\">Cancel", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("setup#opi_", asked.Text, StringComparison.Ordinal);

        (await admin.ConfirmAsync()).Expect(200);
        Assert.Contains(
            "setup#opi_",
            (await admin.PostAsync("/console/operators/invite", ("name", name), ("role", "viewer"))).Expect(200).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_admin_cannot_leave_the_console_without_one()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin, "Ada");
        var one = await Server.Services.GetRequiredService<OperatorStore>().FindByNameAsync("Ada", CancellationToken.None);
        Assert.Equal(409, (await admin.PostAsync($"/console/operators/{one!.UserId}/remove")).Status);
        Assert.Equal(400, (await admin.PostAsync("/console/operators/invite", ("name", "Ada"), ("role", "viewer"))).Status);
    }

    [Fact]
    public async Task Every_page_says_that_it_may_not_be_framed_and_runs_the_consoles_own_script_alone()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        foreach (var path in (string[])[
            "/console", "/console/apps/acme", "/console/apps/acme/users", "/console/apps/acme/events", "/console/apps/acme/keys",
            "/console/apps/acme/settings", "/console/apps/acme/start", "/console/apps/acme/changes", "/console/changes", "/console/events",
            "/console/apps/new", "/console/sign-in", "/console/setup", "/console/account", "/console/operators", "/console/nothing",
        ])
        {
            var page = await admin.GetAsync(path);
            var policy = page.Header("Content-Security-Policy")!;
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("no-store", page.Header("Cache-Control"));
            Assert.DoesNotMatch("<script(?![^>]*src=)|<style|\\son\\w+=|\\sstyle=|<(link|script|img)[^>]*(src|href)=.https?:", page.Text);
        }
    }
}
