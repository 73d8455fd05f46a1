using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Tests.Users;

/// <summary>Users of products that have no external ids, wherever users are shown.</summary>
public class UsersWithoutExternalIdTests(ServerFixture server) : ServerTests(server)
{
    private static readonly IdentifierKind Email = new("email", text => text);

    private readonly AppId app = new(App.Id);

    private Database Database => Server.Services.GetRequiredService<Database>();

    private IdentifierStore Identifiers => Server.Services.GetRequiredService<IdentifierStore>();

    /// <summary>A user who has a passkey and events, and from then on no external id, but an address unless that is null.</summary>
    private async Task<string> NamelessAsync(string? address)
    {
        var name = await RegisteredAsync();
        var id = await Backend.UserIdAsync(name);
        await Database.WriteAsync([new("UPDATE users SET external_id = NULL WHERE user_id = @user", Parameter.Text("user", id))], default);
        if (address is not null)
            Assert.Equal(IdentifierOutcome.Has, await Identifiers.AddAsync(app, id, Email, address, verified: true, default));
        return id;
    }

    [Fact]
    public async Task Flex_shows_them_with_an_empty_external_id_and_finds_the_others_as_before()
    {
        var id = await NamelessAsync("flex@example.com");

        Assert.Equal("", (string?)(await Backend.GetUserAsync(id)).Expect(200).Json["user"]!["external_id"]);
        var listed = (await Backend.ListUsersAsync($"?id={id}")).Expect(200).Json["users"]!.AsArray().Single()!;
        Assert.Equal("", (string?)listed["external_id"]);
        Assert.Empty((await Backend.ListUsersAsync("?identifier=flex@example.com")).Expect(200).Json["users"]!.AsArray());
    }

    [Fact]
    public async Task Flex_has_no_word_for_whose_nonce_it_is_and_refuses_it()
    {
        var name = await RegisteredAsync();
        var id = await Backend.UserIdAsync(name);
        string nonce = (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(name))).Expect(200)["nonce"]!;
        await Database.WriteAsync([new("UPDATE users SET external_id = NULL WHERE user_id = @user", Parameter.Text("user", id))], default);

        Assert.Equal((401, "invalid_nonce"), (await Backend.VerifyNonceAsync(nonce)).Refused);
    }

    [Fact]
    public async Task Management_shows_null_and_the_console_an_identifier_else_the_id()
    {
        var known = await NamelessAsync("known@example.com");
        var unknown = await NamelessAsync(null);
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);

        var shown = (await Manager.GetAsync($"apps/{App.Id}/users/{known}")).Expect(200).Json["user"]!.AsObject();
        Assert.True(shown.ContainsKey("external_id") && shown["external_id"] is null && !shown.ContainsKey("name"));
        var events = (await Manager.GetAsync($"apps/{App.Id}/events?user_id={known}")).Expect(200).Json["events"]!;
        var happened = events.AsArray().Single()!.AsObject();
        Assert.True(happened.ContainsKey("external_id") && happened["external_id"] is null && !happened.ContainsKey("user_name"));
        foreach (var page in (string[])["/console/apps/acme/users", "/console/apps/acme/events"])
        {
            var text = (await admin.GetAsync(page)).Expect(200).Text;
            Assert.Contains($"users/{known}\">known@example.com</a>", text, StringComparison.Ordinal);
            Assert.Contains($"users/{unknown}\">{unknown}</a>", text, StringComparison.Ordinal);
        }

        var file = (await admin.GetAsync("/console/apps/acme/events/export?format=csv")).Expect(200).Text;
        Assert.Contains(known, file, StringComparison.Ordinal);
        var user = (await admin.GetAsync($"/console/apps/acme/users/{known}")).Expect(200).Text;
        Assert.Contains("known@example.com</h2>", user, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_one_takes_the_identifiers_too_which_are_another_users_then()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var id = await NamelessAsync("free@example.com");
        await Identifiers.AddAsync(app, id, new("phone", text => text), "+49", verified: false, default);

        Assert.Equal(400, (await admin.PostAsync($"/console/apps/acme/users/{id}/delete", ("confirm", ""))).Status);
        Assert.Equal(303, (await admin.PostAsync($"/console/apps/acme/users/{id}/delete", ("confirm", "free@example.com"))).Status);

        Assert.Empty(await Identifiers.ListAsync(app, id, default));
        var next = await NamelessAsync("free@example.com");
        (await Manager.DeleteAsync($"apps/{App.Id}/users/{next}")).Expect(200);
        Assert.Null(await Identifiers.FindUserAsync(app, Email, "free@example.com", default));
    }

    [Fact]
    public async Task An_app_is_deleted_with_its_users_identifiers()
    {
        var made = await Manager.AppAsync();
        var (id, users) = (new AppId(made.Id), Server.Services.GetRequiredService<UserStore>());
        for (var i = 0; i < 3; i++)
        {
            await Database.WriteAsync([users.Creation(id, $"user{i}", null)], default);
            await Identifiers.AddAsync(id, $"user{i}", Email, $"{i}@example.com", verified: true, default);
        }

        (await Manager.DeleteAsync($"apps/{made.Id}")).Expect(200);

        Statement left = new("SELECT COUNT(*) FROM identifiers WHERE app_id = @app", Parameter.Text("app", made.Id));
        Assert.Equal(0, await Database.NumberAsync(left, default));
    }
}
