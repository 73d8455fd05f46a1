using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Manage;

public class ManagedEventsTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(Backend Backend, Page Page, string Path)> AppAsync()
    {
        var app = await Manager.AppAsync();
        return (new Backend(Server, app), new Page(Server, app), $"apps/{app.Id}/events");
    }

    private async Task<List<JsonNode>> FindAsync(string path, string query = "")
    {
        var found = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Manager.GetAsync($"{path}?limit=2&cursor={cursor}&{query}")).Expect(200).Json;
            found.AddRange(page["events"]!.AsArray().Select(happened => happened!));
            cursor = (string?)page["next"];
        }

        return found;
    }

    private static async Task<string> TransactionAsync(Backend backend, string user = "alice") =>
        (await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"]!;

    /// <summary>One user registers, signs in three times and fails once; another registers.</summary>
    private async Task<(string Path, string Alice)> HappenedAsync()
    {
        var (backend, page, path) = await AppAsync();
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
        for (var i = 0; i < 3; i++)
        {
            Server.Clock.Advance(TimeSpan.FromSeconds(1));
            (await page.AuthenticateAsync()).Expect(200);
        }

        var signIn = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        (await page.AuthenticateAsync(
            signIn, ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)])).Expect(401);
        (await page.Another().RegisterAsync(await TransactionAsync(backend, "bob"))).Expect(200);
        return (path, await backend.UserIdAsync("alice"));
    }

    [Fact]
    public async Task Events_are_found_by_user_type_outcome_rejection_and_time()
    {
        var (path, alice) = await HappenedAsync();

        Assert.Equal(6, (await FindAsync(path)).Count);
        Assert.Equal(6, (await FindAsync(path)).Select(found => (string)found["id"]!).Distinct().Count());
        Assert.Equal(5, (await FindAsync(path, $"user_id={alice}")).Count);
        Assert.Equal(4, (await FindAsync(path, "type=passkey_login")).Count);
        Assert.Equal(2, (await FindAsync(path, "type=passkey_registered")).Count);
        Assert.Single(await FindAsync(path, "outcome=refused"));
        Assert.Equal(5, (await FindAsync(path, "outcome=ok")).Count);
        Assert.Single(await FindAsync(path, "rejection=bad_signature"));
        Assert.Empty(await FindAsync(path, "rejection=wrong_origin"));
        var times = (await FindAsync(path, "type=passkey_login&outcome=ok")).Select(found => (string)found["at"]!).ToList();
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        Assert.Equal(2, (await FindAsync(path, $"to={times[1]}")).Count);
        Assert.Equal(4, (await FindAsync(path, $"from={times[1]}&to=2100-01-01")).Count);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"{path}?from=yesterday")).Refused);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"{path}?type=party")).Refused);
    }

    [Fact]
    public async Task Events_of_all_apps_are_found_at_once()
    {
        var since = $"from={Server.Clock.GetUtcNow().AddSeconds(1):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        var one = (await HappenedAsync()).Path.Split('/')[1];
        var other = (await HappenedAsync()).Path.Split('/')[1];

        var all = await FindAsync("events", since);

        Assert.Equal(12, all.Count);
        Assert.Equal(12, all.Select(found => (string)found["id"]!).Distinct().Count());
        Assert.Equal((6, 6), (all.Count(found => (string)found["app_id"]! == one), all.Count(found => (string)found["app_id"]! == other)));
        var order = all.Select(found => (At: (string)found["at"]!, Id: (string)found["id"]!)).ToList();
        Assert.Equal(
            order.OrderByDescending(found => found.At, StringComparer.Ordinal).ThenByDescending(found => found.Id, StringComparer.Ordinal),
            order);
        Assert.Equal(2, (await FindAsync("events", $"{since}&outcome=refused")).Count);
        Assert.Equal(6, (await FindAsync("events", $"{since}&app_id={one}")).Count);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync("events?type=party")).Refused);
        Assert.Equal(401, (await new Manager(Server, (await Manager.KeyAsync(one, "admin"))["secret"]).GetAsync("events")).Status);
    }

    [Fact]
    public async Task Events_of_all_apps_are_exported_at_once()
    {
        var (one, other) = ((await HappenedAsync()).Path.Split('/')[1], (await HappenedAsync()).Path.Split('/')[1]);

        var all = (await Manager.GetAsync("events/export"))
            .Expect(200)
            .Text.TrimEnd('\n')
            .Split('\n')
            .Select(line => (string)JsonNode.Parse(line)!["app_id"]!)
            .ToList();

        Assert.Equal((6, 6), (all.Count(app => app == one), all.Count(app => app == other)));
        Assert.Equal(7, (await Manager.GetAsync($"events/export?format=csv&app_id={one}")).Expect(200).Text.TrimEnd().Split("\r\n").Length);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync("events/export?format=xls")).Refused);
        Assert.Equal(401, (await new Manager(Server, (await Manager.KeyAsync(one, "admin"))["secret"]).GetAsync("events/export")).Status);
    }

    [Theory]
    [InlineData(".console")]
    [InlineData("nobody")]
    [InlineData("%00")]
    public async Task Events_of_what_is_no_app_are_not_to_be_had(string app)
    {
        foreach (var operation in (string[])["events", "events/export"])
            Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"{operation}?app_id={app}")).Refused);
    }

    [Fact]
    public async Task A_refused_sign_in_says_which_step_refused_it_and_what_to_do()
    {
        var (path, _) = await HappenedAsync();

        var refusal = (await FindAsync(path, "outcome=refused")).Single()["refusal"]!;

        Assert.Equal(("bad_signature", "7.2.21"), ((string)refusal["rejection"]!, (string)refusal["step"]!));
        Assert.EndsWith(".", (string)refusal["reason"]!, StringComparison.Ordinal);
        Assert.Contains("register again", (string)refusal["advice"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_registration_is_an_event_of_the_one_who_was_to_register()
    {
        var (backend, page, path) = await AppAsync();
        (await page.RegisterAsync(
            await TransactionAsync(backend), ceremony => ceremony.ClientData.Origin = "https://evil.example")).Expect(401);

        var found = (await FindAsync(path)).Single();

        Assert.Equal(("alice", "passkey_registered", "refused", "wrong_origin", "7.1.9"),
            (
                (string)found["external_id"]!,
                (string)found["type"]!,
                (string)found["outcome"]!,
                (string)found["refusal"]!["rejection"]!,
                (string)found["refusal"]!["step"]!));
    }

    /// <summary>Nothing is written for a stranger.</summary>
    [Fact]
    public async Task A_failure_that_no_backend_has_begun_leaves_no_row()
    {
        var (backend, page, path) = await AppAsync();
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
        (await page.AuthenticateAsync(
            bend: ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)])).Expect(401);

        Assert.Empty(await FindAsync(path, "outcome=refused"));
    }

    [Fact]
    public async Task Failing_again_with_the_same_transaction_for_the_same_reason_leaves_one_row()
    {
        var (backend, page, path) = await AppAsync();
        var transaction = await TransactionAsync(backend);
        for (var i = 0; i < 5; i++)
        {
            (await page.RegisterAsync(transaction, ceremony => ceremony.ClientData.Origin = "https://evil.example")).Expect(401);
            Server.Clock.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.Single(await FindAsync(path));
    }

    [Fact]
    public async Task An_app_gets_so_many_rows_of_failures_a_minute()
    {
        var (backend, page, path) = await AppAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 125; i++)
            (await page.RegisterAsync(
                await TransactionAsync(backend), ceremony => ceremony.ClientData.Origin = "https://evil.example")).Expect(401);

        Assert.Equal(120, (await FindAsync(path)).Count);
        Server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await page.RegisterAsync(
            await TransactionAsync(backend), ceremony => ceremony.ClientData.Origin = "https://evil.example")).Expect(401);
        Assert.Equal(121, (await FindAsync(path)).Count);
    }

    [Fact]
    public async Task All_that_is_found_is_exported_as_JSON_lines_or_CSV()
    {
        var (path, _) = await HappenedAsync();

        var lines = (await Manager.GetAsync($"{path}/export")).Expect(200);
        var table = (await Manager.GetAsync($"{path}/export?format=csv&outcome=refused")).Expect(200);

        Assert.Equal(
            (await FindAsync(path)).Select(found => found.ToJsonString()),
            lines.Text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.ToJsonString()));
        Assert.StartsWith("attachment", lines.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(2, table.Text.TrimEnd().Split("\r\n").Length);
        Assert.Contains(",bad_signature,7.2.21,", table.Text, StringComparison.Ordinal);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"{path}/export?format=xls")).Refused);
    }
}
