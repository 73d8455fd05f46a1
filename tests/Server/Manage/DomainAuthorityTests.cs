using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Manage;

/// <summary>
/// A domain belongs to the apps that hold it: only a key of the server, an operator or the configuration lets another one in.
/// </summary>
public class DomainAuthorityTests(ServerFixture server) : ServerTests(server)
{
    private const string Fingerprint = "DD:78:C7:50:84:D9:17:4F:74:94:4F:43:0E:FC:AF:46:60:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42";
    private static int domains;

    private static readonly string[] Documents = ["webauthn", "passkey-endpoints", "assetlinks.json", "apple-app-site-association"];

    private static string NewDomain() => $"d{Interlocked.Increment(ref domains)}.example";

    private static JsonArray Origins(params string[] origins) => new([.. origins.Select(origin => JsonValue.Create(origin))]);

    /// <summary>An app that a key of the server has made, and a key of its own that manages it.</summary>
    private async Task<(TestApp App, Manager Own)> TenantAsync(string? domain = null, JsonObject? settings = null)
    {
        domain ??= NewDomain();
        settings ??= [];
        settings["rp_id"] = domain;
        settings["origins"] ??= Origins($"https://{domain}");
        var app = await Manager.AppAsync(settings);
        return (app, new Manager(Server, (await Manager.KeyAsync(app.Id, "admin"))["secret"]));
    }

    private async Task<string> DocumentsAsync(string host)
    {
        var texts = new List<string>();
        foreach (var document in Documents)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $".well-known/{document}");
            request.Headers.Host = host;
            texts.Add((await Reply.ReadAsync(await Server.Http.SendAsync(request))).Text);
        }

        return string.Join('\n', texts);
    }

    private static JsonObject Parsed(string json, string victim)
        => JsonNode.Parse(json.Replace("VICTIM", victim, StringComparison.Ordinal))!.AsObject();

    public static TheoryData<string> Reaches =>
    [
        """{"rp_id":"VICTIM","origins":["https://evil.VICTIM"]}""",
        """{"rp_id":"VICTIM","origins":[],"apple_apps":["ABCDE12345.com.example.evil"]}""",
        """{"rp_id":"login.VICTIM","origins":["https://login.VICTIM"]}""",
        """{"rp_id":"a.b.login.VICTIM","origins":["https://a.b.login.VICTIM"]}""",
        """{"rp_id":"related-VICTIM","origins":["https://related-VICTIM"]}""",
        """{"rp_id":"below.related-VICTIM","origins":["https://below.related-VICTIM"]}""",
        """{"related_origins":["https://VICTIM"]}""",
        """{"related_origins":["https://VICTIM:8443"]}""",
        """{"related_origins":["https://deep.login.VICTIM"]}""",
        """{"related_origins":["https://related-VICTIM"]}""",
        """{"rp_id":"localhost","origins":["http://localhost:3000"]}""",
        """{"rp_id":"sub.localhost","origins":["http://sub.localhost:8420"]}""",
    ];

    /// <summary>
    /// Threat 38: a key of one app speaks for another's domain, in the documents that browsers and telephones fetch there.
    /// </summary>
    [Theory]
    [MemberData(nameof(Reaches))]
    public async Task A_key_of_an_app_cannot_reach_a_domain_that_another_app_or_the_console_holds(string change)
    {
        var victim = NewDomain();
        await TenantAsync(victim, new JsonObject { ["related_origins"] = Origins($"https://related-{victim}") });
        var (app, own) = await TenantAsync();
        var before = await DocumentsAsync(victim);

        var reply = await RefusedAsync(403, "operation_not_allowed", () => own.PatchAsync($"apps/{app.Id}", Parsed(change, victim)));

        Assert.Contains("a key for the whole server", reply.Error, StringComparison.Ordinal);
        Assert.Equal(before, await DocumentsAsync(victim));
        (await Manager.PatchAsync($"apps/{app.Id}", Parsed(change, victim))).Expect(200);
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_domain_above_one_that_is_held_is_reached_neither()
    {
        var above = NewDomain();
        await TenantAsync($"login.{above}");
        var (app, own) = await TenantAsync();

        await RefusedAsync(
            403,
            "operation_not_allowed",
            () => own.PatchAsync($"apps/{app.Id}", new JsonObject { ["rp_id"] = above, ["origins"] = Origins($"https://login.{above}") }));
        await RefusedAsync(
            403,
            "operation_not_allowed",
            () => own.PatchAsync($"apps/{app.Id}", new JsonObject { ["rp_id"] = above, ["origins"] = Origins($"https://{above}") }));
        await RefusedAsync(
            403,
            "operation_not_allowed",
            () => own.PatchAsync($"apps/{app.Id}", new JsonObject { ["related_origins"] = Origins($"https://{above}") }));
    }

    /// <summary>Threat 38: the origin lies on the app's own RP ID, and on another app's domain.</summary>
    [Fact]
    public async Task An_origin_on_a_domain_below_that_another_app_has_joined_is_that_apps()
    {
        var domain = NewDomain();
        var (app, own) = await TenantAsync(domain);
        await TenantAsync($"login.{domain}");

        await RefusedAsync(
            403,
            "operation_not_allowed",
            () => own.PatchAsync(
                $"apps/{app.Id}",
                new JsonObject { ["origins"] = Origins($"https://{domain}", $"https://login.{domain}") }));
        (await own.PatchAsync($"apps/{app.Id}", new JsonObject { ["name"] = "Still mine" })).Expect(200);
    }

    public static TheoryData<string> Widening =>
    [
        """{"origins":["https://VICTIM","https://new.VICTIM"]}""",
        """{"related_origins":["https://evil-VICTIM"]}""",
        $$"""{"android_apps":[{"package":"com.example.evil","certificate_fingerprints":["{{Fingerprint}}"]}]}""",
        """{"origins":["https://VICTIM","android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"]}""",
        """{"apple_apps":["ABCDE12345.com.example.evil"]}""",
        """{"passkey_endpoints":{"enroll":"https://evil.example/enroll"}}""",
        """{"passkey_endpoints":{"manage":"https://evil.example/manage"}}""",
        """{"passkey_endpoints":{"prf_usage_details":"https://evil.example/prf"}}""",
    ];

    /// <summary>Threat 38: the documents of a domain are those of all apps that hold it.</summary>
    [Theory]
    [MemberData(nameof(Widening))]
    public async Task Where_apps_share_a_domain_a_key_of_one_adds_nothing_to_what_is_said_of_it(string change)
    {
        var domain = NewDomain();
        await TenantAsync(domain);
        var (app, own) = await TenantAsync(domain);

        await RefusedAsync(403, "operation_not_allowed", () => own.PatchAsync($"apps/{app.Id}", Parsed(change, domain)));

        (await Manager.PatchAsync($"apps/{app.Id}", Parsed(change, domain))).Expect(200);
        // What is said already may be said again, and taken back.
        (await own.PatchAsync($"apps/{app.Id}", Parsed(change, domain))).Expect(200);
        (await own.PatchAsync($"apps/{app.Id}", new JsonObject
        {
            ["origins"] = Origins($"https://{domain}"),
            ["related_origins"] = new JsonArray(),
            ["android_apps"] = new JsonArray(),
            ["apple_apps"] = new JsonArray(),
            ["passkey_endpoints"] = new JsonObject(),
        })).Expect(200);
        await RefusedAsync(403, "operation_not_allowed", () => own.PatchAsync($"apps/{app.Id}", Parsed(change, domain)));
    }

    [Fact]
    public async Task On_a_domain_that_nobody_else_holds_a_key_of_the_app_changes_what_it_likes()
    {
        var (app, own) = await TenantAsync();
        var free = NewDomain();

        (await own.PatchAsync($"apps/{app.Id}", Parsed($$"""
            {"rp_id":"VICTIM","origins":["https://VICTIM","https://login.VICTIM"],"related_origins":["https://related-VICTIM"],"apple_apps":["ABCDE12345.com.example.shop"],
             "android_apps":[{"package":"com.example.shop","certificate_fingerprints":["{{Fingerprint}}"]}],"passkey_endpoints":{"enroll":"https://VICTIM/e"} }
            """, free))).Expect(200);

        Assert.Contains("com.example.shop", await DocumentsAsync(free), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joins_a_domain_with_the_right_to_do_so_says_so_in_the_audit()
    {
        var domain = NewDomain();
        var (holder, _) = await TenantAsync(domain);

        var (made, own) = await TenantAsync($"login.{domain}");
        Assert.Equal([holder.Id], await JoinedAsync(made.Id, "CreateApp"));

        var (moved, _) = await TenantAsync();
        Assert.Null(await JoinedAsync(moved.Id, "CreateApp"));
        (await Manager.PatchAsync(
            $"apps/{moved.Id}",
            new JsonObject { ["rp_id"] = domain, ["origins"] = Origins($"https://{domain}") })).Expect(200);
        Assert.Equal(
            new[] { holder.Id, made.Id }.Order(StringComparer.Ordinal),
            (await JoinedAsync(moved.Id, "UpdateApp"))!.Order(StringComparer.Ordinal));

        // A change that joins nothing says nothing of it.
        (await own.PatchAsync($"apps/{made.Id}", new JsonObject { ["name"] = "Renamed" })).Expect(200);
        Assert.Null(await JoinedAsync(made.Id, "UpdateApp"));
    }

    [Fact]
    public async Task The_consoles_host_is_joined_with_a_key_of_the_server_and_said_so_in_the_audit()
    {
        var (app, _) = await TenantAsync("passkeys.localhost", new JsonObject { ["origins"] = Origins("http://passkeys.localhost:3000") });

        Assert.Contains(".console", (await JoinedAsync(app.Id, "CreateApp"))!);
    }

    [Fact]
    public async Task An_operator_lets_an_app_join_a_domain_and_the_audit_says_so()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var domain = NewDomain();
        var (holder, _) = await TenantAsync(domain);
        var id = $"joins-{domain.Replace('.', '-')}";

        Assert.Equal(
            303,
            (await admin.PostAsync(
                "/console/apps/new",
                ("name", "Joins"),
                ("id", id),
                ("rp_id", domain),
                ("origins", $"https://{domain}"))).Status);

        Assert.Equal([holder.Id], await JoinedAsync(id, "CreateApp"));
    }

    /// <summary>Threat 38: who takes a free domain first has no place in its documents once the server lets its owner in.</summary>
    [Fact]
    public async Task An_app_that_took_a_domain_by_itself_gives_way_to_one_that_the_server_lets_in()
    {
        var domain = NewDomain();
        var (squatter, own) = await TenantAsync();
        (await own.PatchAsync($"apps/{squatter.Id}", Parsed("""
            {"rp_id":"VICTIM","origins":["https://VICTIM"],"related_origins":["https://evil-VICTIM"],"passkey_endpoints":{"enroll":"https://evil.example/enroll"}}
            """, domain))).Expect(200);
        Assert.Contains("https://evil.example/enroll", await DocumentsAsync(domain), StringComparison.Ordinal);

        var (owner, _) = await TenantAsync(domain, Parsed("""{"passkey_endpoints":{"enroll":"https://VICTIM/enroll"}}""", domain));

        Assert.Equal([squatter.Id], await JoinedAsync(owner.Id, "CreateApp"));
        Assert.DoesNotContain("evil", await DocumentsAsync(domain), StringComparison.Ordinal);
        Assert.Contains($"https://{domain}/enroll", await DocumentsAsync(domain), StringComparison.Ordinal);
        Assert.Equal("""{"origins":[]}""", (await new Backend(Server, squatter).GetAsync(".well-known/webauthn")).Expect(200).Text);
    }

    /// <summary>Threat 38, at the same moment.</summary>
    [Fact]
    public async Task Of_two_apps_that_reach_for_a_free_domain_at_once_one_gets_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var domain = NewDomain();
            var tenants = new[] { await TenantAsync(), await TenantAsync(), await TenantAsync() };
            var replies = await Task.WhenAll(tenants.Select(tenant => tenant.Own.PatchAsync(
                $"apps/{tenant.App.Id}", new JsonObject { ["rp_id"] = domain, ["origins"] = Origins($"https://{domain}") })));

            Assert.InRange(replies.Count(reply => reply.Status == 200), 0, 1);
            Assert.All(replies, reply => Assert.Contains(reply.Status, (int[])[200, 403, 409]));
            Assert.Equal(
                replies.Count(reply => reply.Status == 200),
                Server.Services.GetRequiredService<AppDirectory>().OfRpId(domain).Count);
        }
    }

    [Fact]
    public async Task A_declared_app_that_shares_a_domain_with_another_says_so_in_the_audit_of_its_first_start()
    {
        // Declared after the first one, on the same RP ID.
        Assert.Equal([App.Id], await JoinedAsync(OtherApp.Id, "DeclareApp"));
        Assert.Null(await JoinedAsync(App.Id, "DeclareApp"));

        // The next start changes nothing, and says nothing.
        var before = Server.Rows();
        await Server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
            .OfType<OpenPassage.Server.Opening>()
            .Single()
            .StartingAsync(CancellationToken.None);
        Assert.Equal(Lines(before), Lines(Server.Rows()));

        static int Lines(string rows) => rows.Split('\n').Count(row =>
            row.StartsWith("audit:", StringComparison.Ordinal) && row.Contains("DeclareApp", StringComparison.Ordinal));
    }

    /// <summary>Whose domains the newest such change has joined; null: it says of none.</summary>
    private async Task<IReadOnlyList<string>?> JoinedAsync(string app, string action)
    {
        var change = (await Manager.GetAsync($"apps/{app}/audit?limit=500")).Expect(200).Json["changes"]!.AsArray()
            .FirstOrDefault(change => (string)change!["action"]! == action);
        return change?["after"]?["joins"]?.AsArray().Select(holder => (string)holder!).ToList();
    }
}
