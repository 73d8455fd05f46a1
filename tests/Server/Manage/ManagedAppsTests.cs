using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Manage;

public class ManagedAppsTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task An_app_that_is_made_serves_at_once()
    {
        var app = await Manager.AppAsync();
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));

        var transaction = (await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];
        var nonce = (await page.RegisterAsync(transaction)).Expect(200)["nonce"]!;

        Assert.Equal("alice", (await backend.VerifyNonceAsync(nonce)).Expect(200)["external_id"]);
        Assert.Contains(
            app.Id, (await Manager.GetAsync("apps")).Expect(200).Json["apps"]!.AsArray().Select(listed => (string)listed!["id"]!));
    }

    [Fact]
    public async Task Every_setting_that_is_sent_comes_back()
    {
        var sent = JsonNode.Parse("""
            {"id":"full","name":"Full","rp_id":"example.com","rp_name":"Example","origins":["https://login.example.com"],
             "related_origins":["https://example.co.uk"],"android_apps":[{"package":"com.example.shop","certificate_fingerprints":
             ["14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5"]}],
             "apple_apps":["ABCDE12345.com.example.shop"],"passkey_endpoints":{"enroll":"https://example.com/e","manage":null,"prf_usage_details":null},
             "user_verification":"preferred","attachment":"platform","hints":["client-device","hybrid"],"attestation":"direct",
             "require_attestation":false,"allowed_aaguids":["2fc0579f-8113-47ea-b116-bb5a8db9202a"],"denied_aaguids":[],
             "ceremony_timeout_seconds":120,"conditional_create":false,"hold_new_passkeys":true,"counter_policy":"refuse"}
            """)!.AsObject();
        var made = (await Manager.PostAsync("apps", sent)).Expect(200).Json.AsObject();

        Assert.All(sent, member => Assert.True(JsonNode.DeepEquals(member.Value, made[member.Key]), $"{member.Key}: {made[member.Key]}"));
        var read = (await Manager.GetAsync("apps/full")).Expect(200).Json;
        Assert.True(JsonNode.DeepEquals(made, read));
        (await Manager.DeleteAsync("apps/full")).Expect(200);
    }

    [Fact]
    public async Task What_is_absent_stays_and_what_is_empty_is_taken_away()
    {
        var app = await Manager.AppAsync(
            new JsonObject
            {
                ["name"] = "Before",
                ["hints"] = new JsonArray("hybrid"),
                ["attachment"] = "platform",
                ["ceremony_timeout_seconds"] = 60,
            });

        (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["name"] = "After" })).Expect(200);
        var kept = (await Manager.GetAsync($"apps/{app.Id}")).Json;
        Assert.Equal(
            ("After", "platform", 60), ((string)kept["name"]!, (string)kept["attachment"]!, (int)kept["ceremony_timeout_seconds"]!));
        Assert.Equal(["hybrid"], kept["hints"]!.AsArray().Select(hint => (string)hint!));

        var taken = (await Manager.PatchAsync(
            $"apps/{app.Id}",
            new JsonObject { ["hints"] = new JsonArray(), ["attachment"] = "", ["ceremony_timeout_seconds"] = 0 })).Expect(200).Json;
        Assert.Empty(taken["hints"]!.AsArray());
        Assert.Null(taken["attachment"]);
        Assert.Null(taken["ceremony_timeout_seconds"]);
    }

    [Fact]
    public async Task A_declared_app_is_shown_and_says_why_it_cannot_be_changed()
    {
        var app = (await Manager.GetAsync($"apps/{App.Id}")).Expect(200);

        Assert.Equal("declared", app["source"]);
        Assert.Contains("OpenPassage:Apps", app["read_only_because"], StringComparison.Ordinal);
        var reply = await RefusedAsync(
            403, "operation_not_allowed", () => Manager.PatchAsync($"apps/{App.Id}", new JsonObject { ["name"] = "Mine" }));
        Assert.Equal(app["read_only_because"], reply.Error);
        await RefusedAsync(403, "operation_not_allowed", () => Manager.DeleteAsync($"apps/{App.Id}?with_passkeys=true"));
    }

    [Fact]
    public async Task An_RP_ID_is_fixed_once_a_passkey_exists()
    {
        var app = await Manager.AppAsync();
        (await Manager.PatchAsync(
            $"apps/{app.Id}",
            new JsonObject { ["rp_id"] = "shop.example.com", ["origins"] = new JsonArray("https://shop.example.com") })).Expect(200);
        var backend = new Backend(Server, app);
        var page = new Page(Server, app with { Origins = ["https://shop.example.com"] });
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);

        await RefusedAsync(
            409, "app_has_passkeys", () => Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["rp_id"] = "example.com" }));
        (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["rp_id"] = "shop.example.com", ["name"] = "Shop" })).Expect(200);
    }

    [Fact]
    public async Task An_app_with_passkeys_is_deleted_only_when_that_is_said_and_then_with_all_it_had()
    {
        var app = await Manager.AppAsync();
        var backend = new Backend(Server, app);
        (await new Page(Server, app).RegisterAsync(
            (await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);

        await RefusedAsync(409, "app_has_passkeys", () => Manager.DeleteAsync($"apps/{app.Id}"));
        (await Manager.DeleteAsync($"apps/{app.Id}?with_passkeys=true")).Expect(200);

        Assert.Equal((404, "app_not_found"), (await backend.ListUsersAsync()).Refused);
        Assert.Equal((404, "app_not_found"), (await Manager.GetAsync($"apps/{app.Id}")).Refused);
        // Its audit alone outlives it.
        Assert.All(
            Server.Rows().Split('\n').Where(row => row.Contains(app.Id, StringComparison.Ordinal)),
            row => Assert.StartsWith("audit", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_with_who_what_before_and_after()
    {
        var app = await Manager.AppAsync(new JsonObject { ["name"] = "Before" });
        var made = await Manager.KeyAsync(app.Id, "admin");
        var own = new Manager(Server, made["secret"]);
        (await own.PatchAsync($"apps/{app.Id}", new JsonObject { ["name"] = "After" })).Expect(200);

        var changes = (await own.GetAsync($"apps/{app.Id}/audit")).Expect(200).Json["changes"]!.AsArray();

        var renamed = changes.Single(change => (string)change!["action"]! == "UpdateApp")!;
        Assert.Equal($"key:{made.Json["key"]!["id"]}", (string)renamed["actor"]!);
        Assert.Equal(("Before", "After"), ((string)renamed["before"]!["name"]!, (string)renamed["after"]!["name"]!));
        var created = changes.Single(change => (string)change!["action"]! == "CreateApp")!;
        Assert.Equal("key:AdminKeys:0", (string)created["actor"]!);
        Assert.Null(created["before"]);
        Assert.Equal(2, changes.Count(change => (string)change!["action"]! == "CreateApiKey"));
    }

    [Fact]
    public async Task The_audit_is_paged_through_without_gap_or_repeat()
    {
        var app = await Manager.AppAsync();
        for (var i = 0; i < 7; i++)
            (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["name"] = $"Name {i}" })).Expect(200);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Manager.GetAsync($"apps/{app.Id}/audit?limit=2&cursor={cursor}")).Expect(200).Json;
            seen.AddRange(page["changes"]!.AsArray().Select(change => (string)change!["id"]!));
            cursor = (string?)page["next"];
        }

        Assert.Equal(9, seen.Count);
        Assert.Equal(9, seen.Distinct().Count());
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"apps/{app.Id}/audit?cursor=nonsense!")).Refused);
        Assert.Equal((400, "invalid_request"), (await Manager.GetAsync($"apps/{app.Id}/audit?limit=0")).Refused);
    }

    [Theory]
    [InlineData("""{"origins":["https://example.com"]}""", "rp_id is missing.")]
    [InlineData("""{"rp_id":"com","origins":["https://example.com"]}""", "rp_id is 'com', a public suffix")]
    [InlineData(
        """{"rp_id":"bu\u0308cher.example","origins":["https://xn--bcher-kva.example"]}""",
        "rp_id is 'bu\u0308cher.example' and should be written as browsers write it: xn--bcher-kva.example.")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://ｅxample.com"]}""",
        "origins[0] is 'https://ｅxample.com' and should be written as browsers send it: https://example.com.")]
    [InlineData(
        """{"rp_id":"xn--bu-jvd.example","origins":["https://xn--bu-jvd.example"]}""",
        "rp_id is 'xn--bu-jvd.example', which browsers do not accept as a domain")]
    [InlineData("""{"rp_id":"example.com"}""", "origins is empty")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://example.com","https://example.org"]}""", "origins[1] is 'https://example.org'")]
    [InlineData("""{"rp_id":"example.com","origins":["https://example.com"],"hints":["telepathy"]}""", "hints[0] is 'telepathy'")]
    [InlineData("""{"rp_id":"example.com","origins":["https://example.com"],"attachment":"glue"}""", "attachment is 'glue'")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://example.com"],"attestation":"direct","require_attestation":true}""",
        "require_attestation is set, and nobody is trusted")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://example.com"],"allowed_aaguids":["yubikey"]}""", "allowed_aaguids[0] is 'yubikey'")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://example.com"],"ceremony_timeout_seconds":5}""", "ceremony_timeout is 00:00:05")]
    [InlineData(
        """{"rp_id":"example.com","origins":["https://example.com"],"passkey_endpoints":{"enroll":"javascript:alert(1)"}}""",
        "passkey_endpoints.enroll is")]
    [InlineData("""{"id":"a/b","rp_id":"example.com","origins":["https://example.com"]}""", "id is 'a/b'")]
    [InlineData("""{"rp_id":"example.com","origins":[null]}""", "A list has at most 100 items")]
    public async Task An_app_that_breaks_a_rule_is_refused_and_the_member_is_named(string body, string begin)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Manager.PostAsync("apps", JsonNode.Parse(body)!.AsObject()));

        Assert.StartsWith(begin, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_beyond_ASCII_is_kept_as_browsers_send_it()
    {
        var made = (await Manager.PostAsync(
            "apps",
            new JsonObject
            {
                ["rp_id"] = "bücher.example",
                ["origins"] = new JsonArray("https://login.bücher.example:8443"),
            })).Expect(200);

        Assert.Equal("xn--bcher-kva.example", made["rp_id"]);
        Assert.Equal(["https://login.xn--bcher-kva.example:8443"], made.Json["origins"]!.AsArray().Select(origin => (string)origin!));
    }

    [Fact]
    public async Task An_id_is_given_once() => await RefusedAsync(
        409, "app_already_exists", () => Manager.PostAsync(
            "apps", new JsonObject { ["id"] = App.Id, ["rp_id"] = "example.com", ["origins"] = new JsonArray("https://example.com") }));
}
