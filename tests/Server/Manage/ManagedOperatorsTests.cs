using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Manage;

/// <summary>Operators of the console, by a key of the whole server.</summary>
public class ManagedOperatorsTests(ServerFixture server) : ServerTests(server)
{
    private const string Invitations = "operators/invitations";

    private Task<Reply> InviteAsync(string? name, string role)
    {
        var body = new JsonObject { ["role"] = role };
        if (name is not null)
            body["name"] = name;
        return Manager.PostAsync(Invitations, body);
    }

    private async Task<JsonNode?> OperatorAsync(string name) =>
        (await Manager.GetAsync("operators"))
            .Expect(200)
            .Json["operators"]!.AsArray()
            .SingleOrDefault(one => (string)one!["name"]! == name);

    private async Task<JsonNode?> InvitationAsync(string name) =>
        (await Manager.GetAsync(Invitations))
            .Expect(200)
            .Json["invitations"]!.AsArray()
            .SingleOrDefault(one => (string?)one!["name"] == name);

    private async Task<JsonNode> LastChangeAsync(string target) =>
        (await Manager.GetAsync("audit")).Expect(200).Json["changes"]!.AsArray().First(change => (string)change!["target"]! == target)!;

    /// <summary>As before the first operator.</summary>
    private async Task RemoveAllAsync()
    {
        var store = Server.Services.GetRequiredService<OperatorStore>();
        foreach (var one in await store.ListAsync(CancellationToken.None))
            Assert.True(await store.RemoveAsync(one, Actor.Command("tests"), evenTheLastAdmin: true, CancellationToken.None));
    }

    /// <summary>Leaves one admin, whoever was there.</summary>
    private async Task<Visitor> OnlyAdminAsync(string name)
    {
        var visitor = await Visitor.OperatorAsync(Server, OperatorRole.Admin, name);
        var store = Server.Services.GetRequiredService<OperatorStore>();
        foreach (var other in (await store.ListAsync(CancellationToken.None)).Where(one => one.IsAdmin && one.Name != name))
            Assert.True(await store.RemoveAsync(other, Actor.Command("tests"), evenTheLastAdmin: false, CancellationToken.None));
        return visitor;
    }

    [Fact]
    public async Task An_invited_operator_comes_in_by_the_link_is_listed_and_removed()
    {
        using var somebody = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var name = NewUser();
        var made = (await InviteAsync(name, "viewer")).Expect(200);
        var link = made["link"]!;
        Assert.StartsWith($"{Visitor.ConsoleOrigin}/console/setup#opi_", link, StringComparison.Ordinal);
        Assert.Equal(
            Server.Clock.GetUtcNow().AddHours(24), (DateTimeOffset)made.Json["invitation"]!["expires_at"]!, TimeSpan.FromSeconds(1));
        Assert.Equal((string)made.Json["invitation"]!["id"]!, (string)(await InvitationAsync(name))!["id"]!);

        using var invited = new Visitor(Server);
        (await invited.SetUpAsync(link.Split('#')[1])).Expect(200);

        Assert.Null(await InvitationAsync(name));
        var listed = (await OperatorAsync(name))!;
        Assert.Equal(("viewer", 1), ((string)listed["role"]!, (int)listed["passkeys"]!));
        Assert.Null(listed["last_sign_in_at"]);
        (await invited.SignInAsync()).Expect(200);
        Assert.NotNull((await OperatorAsync(name))!["last_sign_in_at"]);

        (await Manager.DeleteAsync($"operators/{name}")).Expect(200);
        Assert.Null(await OperatorAsync(name));
        Assert.Equal(303, (await invited.GetAsync("/console/account")).Status);
        await RefusedAsync(404, "operator_not_found", () => Manager.DeleteAsync($"operators/{name}"));
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_with_the_key_and_a_link_is_nowhere_else()
    {
        using var somebody = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        // Lines of one moment have no order, and other tests have written more of them than a page holds.
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        var name = NewUser();
        var made = (await InviteAsync(name, "viewer")).Expect(200);
        var invited = await LastChangeAsync(name);
        Assert.Equal(("InviteOperator", "viewer"), ((string)invited["action"]!, (string)invited["after"]!["role"]!));
        Assert.StartsWith("key:", (string)invited["actor"]!, StringComparison.Ordinal);
        var secret = made["link"]![^43..];
        foreach (var text in (string[])[
            (await Manager.GetAsync("audit")).Text,
            (await Manager.GetAsync(Invitations)).Text,
            Server.Rows(),
            Server.Log,
        ])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await Manager.DeleteAsync($"{Invitations}/{made.Json["invitation"]!["id"]}")).Expect(200);
        var withdrawn = await LastChangeAsync(name);
        Assert.Equal(("WithdrawInvitation", "viewer"), ((string)withdrawn["action"]!, (string)withdrawn["before"]!["role"]!));

        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await Manager.DeleteAsync($"operators/{name}")).Expect(200);
        var removed = await LastChangeAsync(name);
        Assert.Equal(("RemoveOperator", "viewer"), ((string)removed["action"]!, (string)removed["before"]!["role"]!));
        Assert.Equal((string)invited["actor"]!, (string)removed["actor"]!);
    }

    [Fact]
    public async Task A_withdrawn_link_opens_nothing_and_is_withdrawn_once()
    {
        using var somebody = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var made = (await InviteAsync(NewUser(), "admin")).Expect(200);
        var path = $"{Invitations}/{made.Json["invitation"]!["id"]}";
        (await Manager.DeleteAsync(path)).Expect(200);

        using var invited = new Visitor(Server);
        Assert.Equal(400, (await invited.SetUpAsync(made["link"]!.Split('#')[1])).Status);
        await RefusedAsync(404, "invitation_not_found", () => Manager.DeleteAsync(path));
    }

    [Fact]
    public async Task The_only_admin_stays_and_stays_one()
    {
        var name = NewUser();
        using var only = await OnlyAdminAsync(name);
        await RefusedAsync(409, "last_admin", () => InviteAsync(name, "viewer"));
        Assert.Equal((409, "last_admin"), (await Manager.DeleteAsync($"operators/{name}")).Refused);
        (await only.GetAsync("/console/account")).Expect(200);
        Assert.Equal("admin", (string)(await OperatorAsync(name))!["role"]!);

        using var another = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        (await Manager.DeleteAsync($"operators/{name}")).Expect(200);
    }

    [Fact]
    public async Task Of_two_admins_who_are_removed_at_once_one_stays()
    {
        var (first, second) = (NewUser(), NewUser());
        using var one = await OnlyAdminAsync(first);
        using var two = await Visitor.OperatorAsync(Server, OperatorRole.Admin, second);

        var replies = await Task.WhenAll(Manager.DeleteAsync($"operators/{first}"), Manager.DeleteAsync($"operators/{second}"));

        Assert.Equal([200, 409], replies.Select(reply => reply.Status).Order());
    }

    [Fact]
    public async Task Whoever_is_the_only_admin_by_then_is_made_no_viewer_by_a_link()
    {
        var (name, other) = (NewUser(), NewUser());
        using var only = await OnlyAdminAsync(name);
        using var second = await Visitor.OperatorAsync(Server, OperatorRole.Admin, other);
        var token = (await InviteAsync(name, "viewer")).Expect(200)["link"]!.Split('#')[1];
        using var elsewhere = new Visitor(Server);
        var started = (await elsewhere.SayAsync("/console/setup/start", new JsonObject { ["token"] = token })).Expect(200);
        (await Manager.DeleteAsync($"operators/{other}")).Expect(200);

        Assert.Contains("only admin", (await elsewhere.FinishSetUpAsync(token, started)).Expect(409)["error"], StringComparison.Ordinal);
        Assert.Contains("only admin", (await elsewhere.SetUpAsync(token)).Expect(409)["error"], StringComparison.Ordinal);
        var still = (await OperatorAsync(name))!;
        Assert.Equal(("admin", 1), ((string)still["role"]!, (int)still["passkeys"]!));

        // The link was not used: it is good once there is another admin.
        using var third = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await elsewhere.SetUpAsync(token)).Expect(200);
        var now = (await OperatorAsync(name))!;
        Assert.Equal(("viewer", 2), ((string)now["role"]!, (int)now["passkeys"]!));
        var change = await LastChangeAsync(name);
        Assert.Equal(
            ("AcceptInvitation", "admin", "viewer"),
            ((string)change["action"]!, (string?)change["before"]?["role"], (string)change["after"]!["role"]!));
    }

    [Fact]
    public async Task Of_two_admins_whose_links_make_them_viewers_at_once_one_stays_an_admin()
    {
        var names = (string[])[NewUser(), NewUser()];
        using var one = await OnlyAdminAsync(names[0]);
        using var two = await Visitor.OperatorAsync(Server, OperatorRole.Admin, names[1]);
        using var first = new Visitor(Server);
        using var second = new Visitor(Server);
        var steps = new List<Func<Task<Reply>>>();
        foreach (var (name, visitor) in names.Zip([first, second]))
        {
            var token = (await InviteAsync(name, "viewer")).Expect(200)["link"]!.Split('#')[1];
            var started = (await visitor.SayAsync("/console/setup/start", new JsonObject { ["token"] = token })).Expect(200);
            steps.Add(() => visitor.FinishSetUpAsync(token, started));
        }

        var replies = await Task.WhenAll(steps.Select(step => step()));

        Assert.Equal([200, 409], replies.Select(reply => reply.Status).Order());
        Assert.Single(
            (await Manager.GetAsync("operators")).Expect(200).Json["operators"]!.AsArray(), listed => (string)listed!["role"]! == "admin");
    }

    [Fact]
    public async Task Of_two_links_for_the_first_operator_that_are_used_at_once_one_lets_somebody_in()
    {
        await RemoveAllAsync();
        using var first = new Visitor(Server);
        using var second = new Visitor(Server);
        var steps = new List<Func<Task<Reply>>>();
        foreach (var visitor in (Visitor[])[first, second])
        {
            var token = await Visitor.InviteAsync(Server, OperatorRole.Admin, name: null);
            var started = (await visitor.SayAsync(
                "/console/setup/start", new JsonObject { ["token"] = token, ["name"] = NewUser() })).Expect(200);
            steps.Add(() => visitor.FinishSetUpAsync(token, started));
        }

        var replies = await Task.WhenAll(steps.Select(step => step()));

        Assert.Equal([200, 400], replies.Select(reply => reply.Status).Order());
        Assert.Single((await Manager.GetAsync("operators")).Expect(200).Json["operators"]!.AsArray());
    }

    [Theory]
    [InlineData("ada lovelace")]
    [InlineData("ada?role=admin#top")]
    [InlineData("ada+1@example.com")]
    [InlineData("Ада 愛達 👩🏽‍💻")]
    [InlineData("ada: \"the <first>\", & 'only'; $1")]
    [InlineData("@ada")]
    [InlineData("--json")]
    [InlineData("invitations")]
    [InlineData("...")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Whatever_name_an_operator_may_have_it_is_one_to_remove_by(string name)
    {
        using var somebody = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        using var invited = new Visitor(Server);
        (await invited.SetUpAsync((await InviteAsync(name, "viewer")).Expect(200)["link"]!.Split('#')[1])).Expect(200);
        Assert.NotNull(await OperatorAsync(name));

        (await Manager.DeleteAsync($"operators/{Uri.EscapeDataString(name)}")).Expect(200);

        Assert.Null(await OperatorAsync(name));
        Assert.Equal(303, (await invited.GetAsync("/console/account")).Status);
    }

    [Theory]
    [InlineData("ada/lovelace")]
    [InlineData("/")]
    [InlineData("ada\\lovelace")]
    [InlineData("100%")]
    [InlineData("ada%2Flovelace")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" .. ")]
    public async Task A_name_that_no_address_can_hold_is_refused_wherever_one_is_chosen(string name)
    {
        await RemoveAllAsync();
        using var first = new Visitor(Server);
        var token = await Visitor.InviteAsync(Server, OperatorRole.Admin, name: null);
        Assert.Contains("none of them", (await first.SetUpAsync(token, name)).Expect(400)["error"], StringComparison.Ordinal);

        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await RefusedAsync(400, "invalid_request", () => InviteAsync(name, "viewer"));
        var page = (await admin.PostAsync("/console/operators/invite", ("name", name), ("role", "viewer"))).Expect(400).Text;
        Assert.Contains("none of them", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{name.Trim()}\"", page, StringComparison.Ordinal);
        Assert.Null(await InvitationAsync(name));
    }

    [Theory]
    [InlineData("ada/lovelace")]
    [InlineData("ada\\lovelace")]
    [InlineData("100%")]
    [InlineData("/../")]
    public async Task An_operator_who_was_given_such_a_name_before_comes_in_and_can_be_removed(string name)
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        using var one = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        (await Manager.DeleteAsync($"operators/{Uri.EscapeDataString(name)}")).Expect(200);
        Assert.Equal(303, (await one.GetAsync("/console/account")).Status);

        using var again = await Visitor.OperatorAsync(Server, OperatorRole.Viewer, name);
        var id = (await Server.Services.GetRequiredService<OperatorStore>().FindByNameAsync(name, CancellationToken.None))!.UserId;
        Assert.Equal(303, (await admin.PostAsync($"/console/operators/{id}/remove")).Status);
        Assert.Equal(303, (await again.GetAsync("/console/account")).Status);
    }

    [Theory]
    [InlineData("ada", "owner")]
    [InlineData("", "admin")]
    [InlineData("a\u0007da", "admin")]
    [InlineData(null, "admin")]
    [InlineData(null, "viewer")]
    public async Task A_name_or_role_that_is_none_is_refused(string? name, string role)
    {
        // Once somebody is in, only those with a name are invited.
        using var somebody = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await RefusedAsync(400, "invalid_request", () => InviteAsync(name, role));
        await RefusedAsync(404, "operator_not_found", () => Manager.DeleteAsync("operators/%07"));
    }
}
