using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Apps and API keys at the console.</summary>
public partial class ConsoleAppsTests(ServerFixture server) : ServerTests(server)
{
    private static (string, string)[] Settings(string name, string id) =>
        [
            ("name", name),
            ("id", id),
            ("rp_id", "shop.example"),
            ("origins", "https://shop.example\nhttps://login.shop.example"),
            ("user_verification", "required"),
            ("attestation", "none"),
        ];

    private async Task<(Visitor Admin, string App)> WithAppAsync()
    {
        var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var id = $"app-{Guid.NewGuid():N}"[..16];
        Assert.Equal(
            $"/console/apps/{id}/start?done=app-created",
            (await admin.PostAsync("/console/apps/new", Settings("Shop", id))).Header("Location"));
        return (admin, id);
    }

    [Fact]
    public async Task An_app_is_made_is_in_service_and_is_changed()
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        Assert.Contains($"/console/apps/{app}", (await admin.GetAsync("/console")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Contains(app, (await admin.GetAsync($"/console/apps/{app}/start")).Expect(200).Text, StringComparison.Ordinal);

        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app}/settings", Settings("Bigger shop", app))).Status);

        Assert.Contains("Bigger shop", (await admin.GetAsync($"/console/apps/{app}/settings")).Expect(200).Text, StringComparison.Ordinal);
        var changes = (await admin.GetAsync($"/console/apps/{app}/changes")).Expect(200).Text;
        Assert.Contains("operator:", changes, StringComparison.Ordinal);
        Assert.Contains("UpdateApp", changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_page_says_what_ceremonies_are_held_to_and_changes_it()
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        async Task<(bool, bool, string)> KeptAsync()
        {
            var kept = (await Manager.GetAsync($"apps/{app}")).Expect(200).Json;
            return ((bool)kept["conditional_create"]!, (bool)kept["hold_new_passkeys"]!, (string)kept["counter_policy"]!);
        }

        Assert.Equal((true, false, "report"), await KeptAsync());

        (string, string)[] strict =
            [.. Settings("Shop", app), ("conditional_create", "false"), ("hold_new_passkeys", "on"), ("counter_policy", "refuse")];
        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app}/settings", strict)).Status);

        Assert.Equal((false, true, "refuse"), await KeptAsync());
        var page = (await admin.GetAsync($"/console/apps/{app}/settings")).Expect(200).Text;
        Assert.Matches("""<option value="false" selected[^>]*>refused""", page);
        Assert.Matches("""<input type="checkbox" name="hold_new_passkeys" checked""", page);
        Assert.Matches("""<option value="refuse" selected[^>]*>refuse the sign-in""", page);
        var wrong = await admin.PostAsync($"/console/apps/{app}/settings", [.. Settings("Shop", app), ("counter_policy", "never")]);
        Assert.Contains("counter_policy is", wrong.Expect(400).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_is_said_and_the_form_comes_back_as_it_was_filled()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var page = (await admin.PostAsync(
            "/console/apps/new", ("name", "Shop"), ("rp_id", "com"), ("origins", "https://shop.com"))).Expect(400).Text;
        Assert.Contains("public suffix", page, StringComparison.Ordinal);
        Assert.Contains("https://shop.com", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bu\u0308cher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example.")]
    [InlineData("example.com", "https://log\u00adin.example.com", "https://login.example.com.")]
    public async Task A_name_that_browsers_write_otherwise_is_refused_and_theirs_is_named(string rpId, string origin, string theirs)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var page = (await admin.PostAsync("/console/apps/new", ("name", "Shop"), ("rp_id", rpId), ("origins", origin))).Expect(400).Text;
        Assert.Contains(theirs, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_app_is_shown_says_why_it_cannot_be_changed_and_is_not()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var page = (await admin.GetAsync($"/console/apps/{App.Id}/settings")).Expect(200).Text;
        Assert.Contains("declared in the server&#x27;s configuration", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Delete this app", page, StringComparison.Ordinal);
        var before = Server.Rows();
        Assert.InRange((await admin.PostAsync($"/console/apps/{App.Id}/settings", Settings("Mine now", App.Id))).Status, 400, 499);
        Assert.InRange((await admin.PostAsync($"/console/apps/{App.Id}/delete", ("confirm", App.Id))).Status, 400, 499);
        Assert.Equal(before, Server.Rows());
    }

    [Theory]
    [InlineData("example.com", "https://example.com", "browsers let it use only passkeys of localhost, not of example.com")]
    [InlineData("localhost", "http://localhost:3000", "is not one of the app")]
    [InlineData("localhost", Visitor.ConsoleOrigin, null)]
    public async Task The_quick_start_tries_an_app_from_here_or_says_why_not(string rpId, string origin, string? why)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var app = await Manager.AppAsync(new JsonObject { ["rp_id"] = rpId, ["origins"] = new JsonArray(origin) });
        var page = (await admin.GetAsync($"/console/apps/{app.Id}/start")).Expect(200).Text;
        var started = await admin.SayAsync($"/console/apps/{app.Id}/try/start", new JsonObject { ["ceremony"] = "register" });

        Assert.Equal(why is null, page.Contains("data-try=", StringComparison.Ordinal));
        Assert.Equal(why is null ? 200 : 400, started.Status);
        if (why is not null)
        {
            Assert.Contains(why, page, StringComparison.Ordinal);
            Assert.Contains(why, started["error"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("5m")]
    [InlineData("-1")]
    [InlineData("99999")]
    public async Task A_timeout_that_cannot_be_is_refused_and_not_forgotten(string timeout)
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        Assert.Contains(
            "ceremony_timeout is",
            (await admin.PostAsync(
                $"/console/apps/{app}/settings", [.. Settings("Shop", app), ("ceremony_timeout", timeout)])).Expect(400).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("2000000000")]
    [InlineData("99999999999")]
    public async Task A_key_whose_end_cannot_be_read_is_not_made(string expires)
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        var page = (await admin.PostAsync(
            $"/console/apps/{app}/keys", ("name", "backend"), ("scopes", "users:read"), ("expires", expires))).Expect(400).Text;
        Assert.Contains("in how many days", page, StringComparison.Ordinal);
        Assert.Contains("There are no API keys yet", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_works_is_rotated_and_revoked()
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        var made = (await admin.PostAsync(
            $"/console/apps/{app}/keys",
            ("name", "backend"),
            ("scopes", "users:read"),
            ("scopes", "transactions:write"),
            ("expires", "30"))).Expect(200).Text;
        var key = KeyText().Match(made).Value;
        Assert.NotEqual("", key);
        var id = key.Split('_')[1];
        Assert.DoesNotContain(key, (await admin.GetAsync($"/console/apps/{app}/keys")).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(200, await UsersAsync(app, key));

        var rotated = KeyText().Match((await admin.PostAsync($"/console/apps/{app}/keys/{id}/rotate")).Expect(200).Text).Value;
        Assert.NotEqual(key, rotated);
        var ends = (await Manager.GetAsync($"apps/{app}/keys")).Expect(200).Json["keys"]!.AsArray()
            .Single(one => (string)one!["id"]! == rotated.Split('_')[1])!["expires_at"];
        Assert.Equal(Server.Clock.GetUtcNow().AddDays(30), (DateTimeOffset?)ends);
        Assert.Equal((200, 200), (await UsersAsync(app, key), await UsersAsync(app, rotated)));

        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app}/keys/{id}/revoke")).Status);
        Assert.Equal((401, 200), (await UsersAsync(app, key), await UsersAsync(app, rotated)));
    }

    [Fact]
    public async Task An_app_is_deleted_when_its_id_was_typed_and_a_passkey_shown()
    {
        var (admin, app) = await WithAppAsync();
        using var _ = admin;
        Server.Clock.Advance(Session.Confirmed);
        Assert.Contains(
            "Confirm that it is you",
            (await admin.PostAsync($"/console/apps/{app}/delete", ("confirm", app))).Expect(403).Text,
            StringComparison.Ordinal);
        (await admin.ConfirmAsync()).Expect(200);
        Assert.Contains(
            "Nothing was deleted",
            (await admin.PostAsync($"/console/apps/{app}/delete", ("confirm", "yes"))).Expect(400).Text,
            StringComparison.Ordinal);
        (await admin.GetAsync($"/console/apps/{app}")).Expect(200);
        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app}/delete", ("confirm", app))).Status);
        Assert.Equal(404, (await admin.GetAsync($"/console/apps/{app}")).Status);
    }

    [Fact]
    public async Task The_RP_ID_is_open_until_there_is_a_passkey_and_again_when_the_last_one_is_revoked()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var app = await Manager.AppAsync();
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        async Task<bool> IsFixedAsync()
            => (await admin.GetAsync($"/console/apps/{app.Id}/settings"))
                .Expect(200)
                .Text.Contains("Fixed: the app", StringComparison.Ordinal);
        Assert.False(await IsFixedAsync());

        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);
        Assert.True(await IsFixedAsync());
        Assert.Equal(409, (await admin.PostAsync(
            $"/console/apps/{app.Id}/settings", ("name", "Shop"), ("rp_id", "example.org"), ("origins", "https://example.org"))).Status);

        Assert.Equal(303, (await admin.PostAsync($"/console/apps/{app.Id}/users/{await backend.UserIdAsync("alice")}/revoke-all")).Status);
        Assert.False(await IsFixedAsync());
    }

    [Fact]
    public async Task The_consoles_own_app_is_no_app_of_the_console()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        Assert.DoesNotContain(".console", (await admin.GetAsync("/console")).Expect(200).Text, StringComparison.Ordinal);
        foreach (var page in (string[])["", "/users", "/events", "/keys", "/settings", "/changes"])
            Assert.Equal(404, (await admin.GetAsync($"/console/apps/.console{page}")).Status);
    }

    private async Task<int> UsersAsync(string app, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"v1/apps/{app}/users");
        request.Headers.Authorization = new("Bearer", key);
        return (int)(await Server.Http.SendAsync(request)).StatusCode;
    }

    [GeneratedRegex("opk_[A-Za-z0-9]{16}_[A-Za-z0-9]{43}", RegexOptions.None, 1000)]
    private static partial Regex KeyText();
}
