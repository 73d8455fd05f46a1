using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Manage;

public class ManagedUsersTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(Backend Backend, Page Page, string Users)> AppAsync()
    {
        var app = await Manager.AppAsync();
        return (new Backend(Server, app), new Page(Server, app), $"apps/{app.Id}/users");
    }

    private static async Task<string> RegisterAsync(Backend backend, Page page, string user) =>
        (await page.RegisterAsync(
            (await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"])).Expect(200)["nonce"]!;

    private async Task<List<string>> FindAsync(string path, string query, int limit = 3)
    {
        var found = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Manager.GetAsync($"{path}?limit={limit}&cursor={cursor}&{query}")).Expect(200).Json;
            Assert.InRange(page["users"]!.AsArray().Count, 0, limit);
            found.AddRange(page["users"]!.AsArray().Select(user => (string)user!["external_id"]!));
            cursor = (string?)page["next"];
        }

        return found;
    }

    private async Task<string> IdAsync(string users, string externalId) =>
        (string)(await Manager.GetAsync($"{users}?external_id={Uri.EscapeDataString(externalId)}"))
            .Expect(200)
            .Json["users"]!.AsArray()
            .Single()!["id"]!;

    [Fact]
    public async Task Pages_run_through_all_users_newest_first_without_gap_or_repeat()
    {
        var (backend, _, users) = await AppAsync();
        for (var i = 0; i < 11; i++)
        {
            await backend.CreateRegisterTransactionAsync($"user {i}");
            Server.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Enumerable.Range(0, 11).Reverse().Select(i => $"user {i}"), await FindAsync(users, ""));
    }

    [Theory]
    [InlineData("a", "a", "a b", "ab", "aé")]
    [InlineData("a b", "a b")]
    [InlineData("A", "A", "Ab")]
    [InlineData("%", "%x")]
    [InlineData("_")]
    [InlineData("\uD7FF", "\uD7FFz")]
    [InlineData("\U0010FFFF", "\U0010FFFF!")]
    [InlineData("zz")]
    public async Task A_prefix_finds_in_byte_order_what_begins_so_and_nothing_in_it_is_a_wildcard(string prefix, params string[] expected)
    {
        var (backend, _, users) = await AppAsync();
        foreach (var name in (string[])["a", "ab", "a b", "aé", "b", "A", "Ab", "%x", "\uD7FFz", "\uE000", "\U0010FFFF!"])
            await backend.CreateRegisterTransactionAsync(name);

        Assert.Equal(expected, await FindAsync(users, $"prefix={Uri.EscapeDataString(prefix)}", limit: 2));
    }

    [Fact]
    public async Task Status_and_enrolment_are_filters()
    {
        var (backend, _, users) = await AppAsync();
        foreach (var name in (string[])["active", "inactive", "blocked"])
            await backend.CreateRegisterTransactionAsync(name);
        (await Manager.PatchAsync($"{users}/{await IdAsync(users, "inactive")}", new JsonObject { ["status"] = "inactive" })).Expect(200);
        (await Manager.PatchAsync(
            $"{users}/{await IdAsync(users, "blocked")}", new JsonObject { ["enrolment_blocked"] = true })).Expect(200);

        Assert.Equal(["inactive"], await FindAsync(users, "status=inactive"));
        Assert.Equal(["active", "blocked"], (await FindAsync(users, "status=active")).Order(StringComparer.Ordinal));
        Assert.Equal(["blocked"], await FindAsync(users, "enrolment_blocked=true"));
        Assert.Equal(["active"], await FindAsync(users, "enrolment_blocked=false&status=active&prefix=a"));
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"{users}?status=asleep")).Refused);
    }

    [Fact]
    public async Task A_user_is_shown_with_everything_that_is_known_of_the_passkeys()
    {
        var (backend, page, users) = await AppAsync();
        page.Authenticator.Aaguid = new Guid("fbfc3007-154e-4ecc-8c0b-6e020557d7bd");
        (page.Authenticator.BackupEligible, page.Authenticator.BackupState) = (true, true);
        await RegisterAsync(backend, page, "alice");
        (await page.AuthenticateAsync()).Expect(200);

        var shown = (await Manager.GetAsync($"{users}/{await IdAsync(users, "alice")}")).Expect(200).Json;

        var device = shown["devices"]!.AsArray().Single()!;
        Assert.Equal(
            ("alice", "active", 1),
            ((string)shown["user"]!["external_id"]!, (string)shown["user"]!["status"]!, (int)shown["user"]!["login_count"]!));
        Assert.Empty(shown["user"]!["identifiers"]!.AsArray());
        Assert.StartsWith("data:image/svg+xml", (string)device["provider"]!["icon_light"]!, StringComparison.Ordinal);
        Assert.Equal("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", (string)device["provider"]!["aaguid"]!);
        Assert.NotNull((string?)device["provider"]!["name"]);
        Assert.Equal(
            (true, true, 1, "none"),
            ((bool)device["synced"]!, (bool)device["backed_up"]!, (int)device["uses"]!, (string)device["attestation_trust"]!));
        Assert.Equal(["internal", "hybrid"], device["transports"]!.AsArray().Select(transport => (string)transport!));
        Assert.NotNull(device["last_used_at"]);
    }

    [Fact]
    public async Task A_user_who_is_deactivated_signs_in_again_once_activated()
    {
        var (backend, page, users) = await AppAsync();
        await RegisterAsync(backend, page, "alice");
        var path = $"{users}/{await IdAsync(users, "alice")}";

        (await Manager.PatchAsync(path, new JsonObject { ["status"] = "inactive" })).Expect(200);
        Assert.Equal((403, "user_not_active"), (await page.AuthenticateAsync()).Refused);
        (await Manager.PatchAsync(path, new JsonObject { ["status"] = "active" })).Expect(200);
        (await page.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task Blocked_enrolment_stops_new_passkeys_at_every_step_and_no_sign_in()
    {
        var (backend, page, users) = await AppAsync();
        await RegisterAsync(backend, page, "alice");
        var transaction = (await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];
        page.Authenticator.Passkeys.Clear();
        var started = (await page.StartRegistrationAsync(transaction)).Expect(200);
        (await Manager.PatchAsync($"{users}/{await IdAsync(users, "alice")}", new JsonObject { ["enrolment_blocked"] = true })).Expect(200);

        Assert.Equal((403, "operation_not_allowed"), (await backend.CreateRegisterTransactionAsync("alice")).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await page.StartRegistrationAsync(transaction)).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await page.FinishRegistrationAsync(started, transaction)).Refused);
        (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201);
    }

    [Fact]
    public async Task One_passkey_or_all_of_them_are_revoked()
    {
        var (backend, page, users) = await AppAsync();
        var (second, third) = (page.Another(), page.Another());
        await RegisterAsync(backend, page, "alice");
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        await RegisterAsync(backend, second, "alice");
        await RegisterAsync(backend, third, "alice");
        var path = $"{users}/{await IdAsync(users, "alice")}";
        var devices = (await Manager.GetAsync(path)).Json["devices"]!.AsArray().Select(device => (string)device!["id"]!).ToList();

        (await Manager.DeleteAsync($"{path}/devices/{devices[0]}")).Expect(200);
        Assert.Equal(401, (await page.AuthenticateAsync()).Status);
        (await second.AuthenticateAsync()).Expect(200);
        Assert.Equal((404, "device_not_found"), (await Manager.DeleteAsync($"{path}/devices/{devices[0]}")).Refused);
        Assert.Equal(2, (int)(await Manager.DeleteAsync($"{path}/devices")).Expect(200).Json["revoked"]!);
        Assert.Equal(401, (await second.AuthenticateAsync()).Status);
        // What they signed in stays counted.
        Assert.Equal(1, (int)(await Manager.GetAsync(path)).Json["user"]!["login_count"]!);
    }

    [Fact]
    public async Task A_deleted_user_is_gone_with_passkeys_and_events_and_the_audit_says_so()
    {
        var (backend, page, users) = await AppAsync();
        await RegisterAsync(backend, page, "alice");
        var id = await IdAsync(users, "alice");

        (await Manager.DeleteAsync($"{users}/{id}")).Expect(200);

        Assert.Equal((404, "user_not_found"), (await Manager.GetAsync($"{users}/{id}")).Refused);
        Assert.Equal(401, (await page.AuthenticateAsync()).Status);
        Assert.All(
            Server.Rows().Split('\n').Where(row => row.Contains(id, StringComparison.Ordinal)),
            row => Assert.StartsWith("audit", row, StringComparison.Ordinal));
        var line = (await Manager.GetAsync($"{users[..^6]}/audit"))
            .Json["changes"]!.AsArray()
            .Single(change => (string)change!["action"]! == "DeleteUser")!;
        Assert.Equal(
            ("DeleteUser", id, "alice"), ((string)line["action"]!, (string)line["target"]!, (string)line["before"]!["external_id"]!));
    }

    [Fact]
    public async Task A_user_or_passkey_of_another_app_is_not_found()
    {
        var (backend, page, users) = await AppAsync();
        await RegisterAsync(backend, page, "alice");
        var id = await IdAsync(users, "alice");
        var device = (string)(await Manager.GetAsync($"{users}/{id}")).Json["devices"]![0]!["id"]!;
        var (_, _, others) = await AppAsync();

        foreach (var call in (Func<Task<Reply>>[])
        [
            () => Manager.GetAsync($"{others}/{id}"),
            () => Manager.PatchAsync($"{others}/{id}", new JsonObject { ["status"] = "inactive" }),
            () => Manager.DeleteAsync($"{others}/{id}"), () => Manager.DeleteAsync($"{others}/{id}/devices"),
            () => Manager.DeleteAsync($"{others}/{id}/devices/{device}"),
        ])
        {
            await RefusedAsync(404, "user_not_found", call);
        }
    }
}
