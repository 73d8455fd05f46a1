using OpenPassage.OperatorConsole.Sessions;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Users, their passkeys and their events at the console.</summary>
public class ConsoleUsersTests(ServerFixture server) : ServerTests(server)
{
    private const string Users = "/console/apps/acme/users";

    [Fact]
    public async Task A_user_is_found_by_the_beginning_of_the_name_and_shown_with_passkeys_and_events()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var name = await RegisteredAsync();
        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);

        Assert.Contains(name, (await admin.GetAsync($"{Users}?q={name[..^1]}")).Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(name, (await admin.GetAsync($"{Users}?q={name[1..]}"))
            .Expect(200)
            .Text.Replace($"value=\"{name[1..]}\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var page = (await admin.GetAsync($"{Users}/{await Backend.UserIdAsync(name)}")).Expect(200).Text;
        foreach (var shown in (string[])["device-bound", "internal, hybrid", "Signed in", "Passkey created"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Delete this user", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_sign_in_says_which_step_refused_it_and_what_to_do()
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var name = await RegisteredAsync();
        Assert.Equal(401, (await Page.AuthenticateAsync(
            await AuthenticateTransactionAsync(name), ceremony => ceremony.ClientData.Origin = "https://evil.example")).Status);

        var events = (await viewer.GetAsync(
            $"/console/apps/acme/events?user={name}&outcome=refused&rejection=wrong_origin")).Expect(200).Text;
        foreach (var shown in (string[])["wrong_origin", "WebAuthn §7.2", "What to do:"])
            Assert.Contains(shown, events, StringComparison.Ordinal);
        Assert.Contains(
            "wrong_origin",
            (await viewer.GetAsync($"/console/apps/acme/events/export?user={name}&outcome=refused&format=csv")).Expect(200).Text,
            StringComparison.Ordinal);
        Assert.Equal(
            "application/jsonl; charset=utf-8",
            (await viewer.GetAsync("/console/apps/acme/events/export?format=jsonl")).Expect(200).Header("Content-Type"));
    }

    [Fact]
    public async Task A_user_is_deactivated_blocked_and_let_be_again()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = await RegisteredAsync();
        var user = $"{Users}/{await Backend.UserIdAsync(name)}";

        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("status", "inactive"))).Status);
        Assert.NotEqual(201, (await Backend.CreateAuthenticateTransactionAsync(name)).Status);
        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("status", "active"))).Status);
        (await Backend.CreateAuthenticateTransactionAsync(name)).Expect(201);

        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("enrolment", "blocked"))).Status);
        Assert.NotEqual(201, (await Backend.CreateRegisterTransactionAsync(name)).Status);
        Assert.Equal(303, (await admin.PostAsync($"{user}/status", ("enrolment", "allowed"))).Status);
        (await Backend.CreateRegisterTransactionAsync(name)).Expect(201);
    }

    [Fact]
    public async Task Passkeys_are_revoked_one_and_all_and_a_user_is_deleted_when_the_name_was_typed()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = await RegisteredAsync();
        await RegisteredAsync(name, new Page(Server, App));
        await RegisteredAsync(name, new Page(Server, App));
        var id = await Backend.UserIdAsync(name);
        var device = (string)(await Backend.ListDevicesAsync(id)).Expect(200).Json["devices"]![0]!["id"]!;

        Assert.Equal(303, (await admin.PostAsync($"{Users}/{id}/devices/{device}/revoke")).Status);
        Assert.Equal(2, (await Backend.ListDevicesAsync(id)).Json["devices"]!.AsArray().Count);
        Assert.Equal(303, (await admin.PostAsync($"{Users}/{id}/revoke-all")).Status);
        Assert.Empty((await Backend.ListDevicesAsync(id)).Json["devices"]!.AsArray());
        Assert.Equal((409, "user_has_no_passkeys"), (await Backend.CreateAuthenticateTransactionAsync(name)).Refused);

        Assert.Equal(400, (await admin.PostAsync($"{Users}/{id}/delete", ("confirm", "yes"))).Status);
        Assert.Equal(303, (await admin.PostAsync($"{Users}/{id}/delete", ("confirm", name))).Status);
        Assert.Equal(404, (await admin.GetAsync($"{Users}/{id}")).Status);
    }

    /// <summary>Threat 42.</summary>
    [Fact]
    public async Task What_strangers_type_is_text_on_every_page()
    {
        const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>";
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin, "<b>Mallory</b>");
        var name = Hostile + NewUser();
        var page = new Page(Server, App) { UserAgent = Hostile };
        await RegisteredAsync(name, page);
        (await page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200);
        var id = await Backend.UserIdAsync(name);
        var device = (string)(await Backend.ListDevicesAsync(id)).Json["devices"]![0]!["id"]!;
        (await Backend.RenameDeviceAsync(id, device, Hostile)).Expect(200);
        Assert.Equal(400, (await admin.PostAsync("/console/apps/new", ("name", Hostile), ("rp_id", Hostile), ("origins", Hostile))).Status);

        foreach (var path in (string[])
        [
            "/console", "/console/account", "/console/operators", "/console/changes", Users, $"{Users}/{id}",
            $"{Users}?q={Uri.EscapeDataString(Hostile)}", "/console/events",
            $"/console/events?user={Uri.EscapeDataString(name)}&app={Uri.EscapeDataString(Hostile)}", "/console/apps/acme/events",
            $"/console/apps/acme/events?rejection={Uri.EscapeDataString(Hostile)}&user={Uri.EscapeDataString(name)}",
            $"/console/sign-in?to={Uri.EscapeDataString(Hostile)}", $"/console?done={Uri.EscapeDataString(Hostile)}",
        ])
        {
            var text = (await admin.GetAsync(path)).Text;
            Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<svg onload", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>Mallory", text, StringComparison.Ordinal);
        }
    }
}
