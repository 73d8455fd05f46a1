using System.Reflection;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;
using OpenPassage.Server.Events;
using OpenPassage.Server.Manage;
using OpenPassage.WebAuthn;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.Server.Tests.Manage;

/// <summary>Every policy that the core has is a setting of an app, and each does what it says.</summary>
public class PolicySettingsTests(PolicySettingsTests.Fixture server) : OwnServerTests(server), IClassFixture<PolicySettingsTests.Fixture>
{
    private static readonly Guid Listed = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid Outdated = new("11111111-2222-3333-4444-666666666666");
    private static readonly Guid Revoked = new("11111111-2222-3333-4444-777777777777");

    /// <summary>
    /// The core's policies and where each is set: a member of an app over <c>/v1/manage</c>, a setting of the server, or, after a
    /// minus, why there is none.
    /// </summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["RelyingParty.Id"] = "rp_id",
        ["RelyingParty.Name"] = "rp_name",
        ["RelyingParty.Origins"] = "origins",
        ["RelyingParty.TopOrigins"] = "top_origins",
        ["RelyingParty.AllowUnnamedTopOrigin"] = "allow_unnamed_top_origin",
        ["RelyingParty.Algorithms"] = "algorithms",
        ["RelyingParty.Formats"] = "attestation_formats",
        ["RelyingParty.Keys"] = "- a cache",
        ["AttestationPolicy.Anchors"] = "AttestationAnchors",
        ["AttestationPolicy.Metadata"] = "FidoMetadata",
        ["AttestationPolicy.RequireAttestation"] = "require_attestation",
        ["AttestationPolicy.Untrusted"] = "untrusted_attestation",
        ["AttestationPolicy.AcceptUnjudged"] = "untrusted_attestation",
        ["AttestationPolicy.AllowedAaguids"] = "allowed_aaguids",
        ["AttestationPolicy.DeniedAaguids"] = "denied_aaguids",
        ["AttestationPolicy.RefusedStatuses"] = "refused_statuses",
        ["AttestationPolicy.AllowSha1"] = "allow_sha1",
        ["RegistrationExpectation.Challenge"] = "- of the ceremony",
        ["RegistrationExpectation.UserHandle"] = "- of the ceremony",
        ["RegistrationExpectation.Conditional"] = "- of the ceremony",
        ["RegistrationExpectation.Origin"] = "- of the ceremony",
        ["RegistrationExpectation.Origins"] = "- of the ceremony",
        ["RegistrationExpectation.At"] = "- of the ceremony",
        ["RegistrationExpectation.UserVerificationRequired"] = "user_verification",
        ["RegistrationExpectation.Algorithms"] = "algorithms",
        ["RegistrationExpectation.Attachment"] = "attachment",
        ["RegistrationExpectation.BackupEligible"] = "synced_passkeys",
        ["RegistrationExpectation.BackupState"] = "synced_passkeys",
        ["RegistrationExpectation.Attestation"] = "attestation",
    };

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings
        {
            get
            {
                var root = Path.Combine(DataDirectory, "root.pem");
                File.WriteAllText(root, CertificateAuthority.Shared.ToPem());
                var publisher = new MetadataPublisher { Entries = { Entry(Listed), Entry(Outdated, "UPDATE_AVAILABLE"), Entry(Revoked,
                    "REVOKED") } };
                var blob = Path.Combine(DataDirectory, "blob.jwt");
                File.WriteAllBytes(blob, publisher.Publish());
                return [$"--OpenPassage:AttestationAnchors={root}", $"--OpenPassage:FidoMetadata={blob}",
                    $"--OpenPassage:FidoMetadataRoot={root}"];
            }
        }

        private static JsonObject Entry(Guid model, string? status = null)
        {
            var entry = MetadataPublisher.Entry(model, CertificateAuthority.Shared.Der);
            if (status is not null)
                entry["statusReports"]!.AsArray().Add(MetadataPublisher.Status(status, "2022-01-01"));
            return entry;
        }
    }

    private async Task<(TestApp App, Backend Backend, Page Page)> AppAsync(JsonObject policy)
    {
        var app = await Manager.AppAsync(policy);
        return (app, new Backend(Server, app), new Page(Server, app));
    }

    private static async Task<Reply> RegisterAsync(Backend backend, Page page, Action<RegistrationCeremony>? bend = null) =>
        await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"], bend);

    private async Task<string> TrustAsync(TestApp app, Backend backend)
    {
        var user = (await Manager.GetAsync($"apps/{app.Id}/users/{await backend.UserIdAsync("alice")}")).Expect(200);
        return (string)user.Json["devices"]!.AsArray()[^1]!["attestation_trust"]!;
    }

    private static AttestationMaker Sha1 => new TpmAttestation { Key = new RsaKey(Alg.RS1) }.Make;

    [Fact]
    public async Task Every_policy_of_the_core_has_its_setting_and_every_setting_its_places()
    {
        Type[] types = [typeof(RelyingParty), typeof(AttestationPolicy), typeof(RegistrationExpectation)];
        var members = types.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property =>
            $"{type.Name}.{property.Name}"));
        Assert.Equal(members.Order(StringComparer.Ordinal), Places.Keys.Order(StringComparer.Ordinal));

        var shown = (await Manager.GetAsync($"apps/{(await Manager.AppAsync()).Id}")).Expect(200).Json.AsObject();
        var (_, help) = await Host.Executable.RunAsync(["app", "set", "--help"]);
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "guides", "configuration.md"));
        var api = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "openapi.json"));
        using var admin = await OperatorConsole.Visitor.OperatorAsync(Server,
            global::OpenPassage.OperatorConsole.Sessions.OperatorRole.Admin);
        var form = (await admin.GetAsync($"/console/apps/{(await Manager.AppAsync()).Id}/settings")).Expect(200).Text;
        foreach (var (member, place) in Places.Where(entry => !entry.Value.StartsWith('-')))
        {
            var name = string.Concat(place.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
            Assert.True(guide.Contains($"{name}`", StringComparison.Ordinal) || guide.Contains($"{name}:M`", StringComparison.Ordinal),
                $"{member}: {name} is not in configuration.md");
            if (char.IsUpper(place[0]))
                continue;
            Assert.True(shown.ContainsKey(place), $"{member}: an app does not show {place}");
            Assert.Contains($"\"{place}\"", api, StringComparison.Ordinal);
            Assert.True(form.Contains($"name=\"{place}\"", StringComparison.Ordinal), $"{member}: the console has no {place}");
            var option = OptionOf(place);
            Assert.True(help.Contains($" {option} ", StringComparison.Ordinal), $"{member}: {option} is no option");
        }
    }

    private static string OptionOf(string place) => place switch
    {
        "allowed_aaguids" => "--allow-aaguid",
        "denied_aaguids" => "--deny-aaguid",
        "refused_statuses" => "--refuse-status",
        "origins" or "top_origins" or "algorithms" or "attestation_formats" => $"--{place.Replace('_', '-')[..^1]}",
        _ => $"--{place.Replace('_', '-')}",
    };

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "OpenPassage.slnx")))
            directory = directory.Parent;
        return directory.FullName;
    }

    /// <summary>What Windows 11 machines send whose TPM signs over SHA-1.</summary>
    [Fact]
    public async Task A_TPM_over_SHA_1_registers_under_direct_where_nobody_requires_attestation_and_is_not_trusted()
    {
        var (app, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct" });
        page.Authenticator.Attestation = Sha1;

        (await RegisterAsync(backend, page)).Expect(200);

        Assert.Equal("untrusted", await TrustAsync(app, backend));
        (await page.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task Where_SHA_1_is_allowed_it_can_be_trusted()
    {
        var (app, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct", ["require_attestation"] = true,
            ["allow_sha1"] = true });
        page.Authenticator.Attestation = Sha1;

        (await RegisterAsync(backend, page)).Expect(200);

        Assert.Equal("anchored", await TrustAsync(app, backend));
    }

    [Theory]
    [InlineData("a future format")]
    [InlineData("a maker nobody knows")]
    public async Task Nor_does_anything_else_that_cannot_be_judged_stop_a_registration(string which)
    {
        var (app, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct" });
        page.Authenticator.Attestation = which == "a future format"
            ? _ => new("future", new CborMap { { "sig", new byte[8] } })
            : new TpmAttestation
            {
                BendCertificate = leaf => leaf.Extensions[Certificate.SubjectAltName] = TpmAttestation.DeviceName(
                    (TpmAttestation.Manufacturer, "id:5A5A5A5A"), (TpmAttestation.Model, "X"), (TpmAttestation.Version, "id:1")),
            }.Make;

        (await RegisterAsync(backend, page)).Expect(200);

        Assert.Equal("untrusted", await TrustAsync(app, backend));
    }

    /// <summary>What is wrong is refused whether it was required or not.</summary>
    [Fact]
    public async Task A_forged_attestation_is_refused_all_the_same()
    {
        var (_, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct" });
        page.Authenticator.Attestation = new PackedAttestation { BendSignature = signature => [.. signature[..^1],
            (byte)(signature[^1] ^ 1)] }.Make;
        Assert.Equal((401, "webauthn_login_failed"), (await RegisterAsync(backend, page)).Refused);
    }

    [Theory]
    [InlineData("attestation_sha1_not_allowed", "allow_sha1")]
    [InlineData("unknown_attestation_format", "attestation_formats")]
    [InlineData("attestation_algorithm_not_supported", "untrusted_attestation")]
    [InlineData("tpm_manufacturer", "untrusted_attestation")]
    [InlineData("attestation_required", "require_attestation")]
    [InlineData("untrusted_attestation", "untrusted_attestation")]
    [InlineData("authenticator_model_not_allowed", "allowed_aaguids")]
    [InlineData("authenticator_status_refused", "refused_statuses")]
    [InlineData("backup_eligibility_refused", "synced_passkeys")]
    [InlineData("backup_state_refused", "synced_passkeys")]
    [InlineData("attachment_not_allowed", "attachment")]
    [InlineData("algorithm_not_allowed", "algorithms")]
    [InlineData("user_not_verified", "user_verification")]
    [InlineData("cross_origin", "top_origins")]
    [InlineData("wrong_top_origin", "top_origins")]
    public async Task What_a_policy_refuses_is_told_with_the_setting_that_says_so(string code, string setting)
    {
        Assert.Contains(setting, EventRefusal.Of(code, EventAction.Register).Advice, StringComparison.Ordinal);
        Assert.True((await Manager.GetAsync($"apps/{(await Manager.AppAsync()).Id}")).Expect(200).Json.AsObject().ContainsKey(setting));
    }

    [Fact]
    public async Task The_advice_stands_in_the_event()
    {
        var (app, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct", ["require_attestation"] = true });
        page.Authenticator.Attestation = Sha1;
        Assert.Equal((401, "webauthn_login_failed"), (await RegisterAsync(backend, page)).Refused);
        var events = (await Manager.GetAsync($"apps/{app.Id}/events")).Expect(200).Text;
        Assert.Contains("attestation_sha1_not_allowed", events, StringComparison.Ordinal);
        Assert.Contains("allow_sha1", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Untrusted_attestation_is_refused_where_the_app_says_so_and_none_is_not()
    {
        var (_, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct", ["untrusted_attestation"] = "refuse" });
        var stranger = new PackedAttestation { Authority = CertificateAuthority.Create("Stranger") };
        foreach (var attestation in (AttestationMaker[])[stranger.Make, Sha1])
        {
            page.Authenticator.Attestation = attestation;
            Assert.Equal((401, "webauthn_login_failed"), (await RegisterAsync(backend, page)).Refused);
        }

        page.Authenticator.Attestation = Attest.None;
        (await RegisterAsync(backend, page)).Expect(200);
    }

    [Fact]
    public async Task Only_formats_that_are_listed_are_believed_and_browsers_are_told_which()
    {
        var (app, backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct",
            ["attestation_formats"] = new JsonArray("tpm") });
        var transaction = (await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"];
        var options = JsonNode.Parse(Page.OptionsOf((await page.StartRegistrationAsync(transaction)).Expect(200)))!["publicKey"]!;
        Assert.Equal(["tpm"], options["attestationFormats"]!.AsArray().Select(format => (string)format!));

        foreach (var (attestation, trust) in ((AttestationMaker, string)[])[(new PackedAttestation().Make, "untrusted"),
            (new TpmAttestation().Make, "anchored"), (Attest.None, "none")])
        {
            // The last one is looked at.
            Server.Clock.Advance(TimeSpan.FromSeconds(1));
            var another = page.Another();
            another.Authenticator.Attestation = attestation;
            (await RegisterAsync(backend, another)).Expect(200);
            Assert.Equal(trust, await TrustAsync(app, backend));
        }
    }

    [Fact]
    public async Task Only_algorithms_that_are_listed_are_offered_and_registered_and_older_passkeys_go_on()
    {
        var (app, backend, page) = await AppAsync([]);
        (await RegisterAsync(backend, page)).Expect(200);
        (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["algorithms"] = new JsonArray("RS256", "ES384") })).Expect(200);

        var transaction = (await backend.CreateRegisterTransactionAsync("bob")).Expect(201)["transaction_id"];
        var options = JsonNode.Parse(Page.OptionsOf((await page.StartRegistrationAsync(transaction)).Expect(200)))!["publicKey"]!;
        Assert.Equal([-257, -35], options["pubKeyCredParams"]!.AsArray().Select(parameter => (int)parameter!["alg"]!));

        var another = page.Another();
        another.Authenticator.Algorithm = Alg.ES256;
        Assert.Equal((401, "webauthn_login_failed"),
            (await another.RegisterAsync((await backend.CreateRegisterTransactionAsync("bob")).Expect(201)["transaction_id"])).Refused);
        another.Authenticator.Algorithm = Alg.ES384;
        (await another.RegisterAsync((await backend.CreateRegisterTransactionAsync("bob")).Expect(201)["transaction_id"])).Expect(200);
        (await page.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task A_model_is_refused_for_the_statuses_that_the_app_lists()
    {
        foreach (var (statuses, model, registers) in ((string[]?, Guid, bool)[])
            [(null, Outdated, true), (null, Revoked, false), (["UPDATE_AVAILABLE"], Outdated, false), (["UPDATE_AVAILABLE"], Revoked,
                true), (["none"], Revoked, true), ([], Revoked, false)])
        {
            var policy = new JsonObject { ["attestation"] = "direct" };
            if (statuses is not null)
                policy["refused_statuses"] = new JsonArray([.. statuses.Select(status => (JsonNode)status)]);
            var (_, backend, page) = await AppAsync(policy);
            page.Authenticator.Aaguid = model;
            page.Authenticator.Attestation = new PackedAttestation().Make;
            var reply = await RegisterAsync(backend, page);
            Assert.True(reply.Status == (registers ? 200 : 401), $"{string.Join(' ', statuses ?? ["default"])} {model}: {reply.Text}");
        }
    }

    [Theory]
    [InlineData("allow", true, true, true)]
    [InlineData("refuse", true, false, false)]
    [InlineData("require", false, true, true)]
    [InlineData("backed-up", false, false, true)]
    public async Task Synced_passkeys_are_allowed_refused_or_required(string word, bool bound, bool eligible, bool backedUp)
    {
        var (_, backend, page) = await AppAsync(new JsonObject { ["synced_passkeys"] = word });
        foreach (var (isEligible, isBackedUp, registers) in ((bool, bool, bool)[])[(false, false, bound), (true, false, eligible), (true,
            true, backedUp)])
        {
            var another = page.Another();
            (another.Authenticator.BackupEligible, another.Authenticator.BackupState) = (isEligible, isBackedUp);
            var reply = await RegisterAsync(backend, another);
            Assert.True(reply.Status == (registers ? 200 : 401), $"{isEligible} {isBackedUp}: {reply.Text}");
        }
    }

    /// <summary>Threat 13: a frame of a site that the app does not list.</summary>
    [Fact]
    public async Task A_frame_is_let_be_on_the_sites_that_the_app_lists()
    {
        var (_, backend, page) = await AppAsync(new JsonObject { ["top_origins"] = new JsonArray("https://portal.example.net") });
        foreach (var (top, registers) in ((string?, bool)[])[("https://portal.example.net", true), ("https://evil.example.net", false),
            (null, false)])
        {
            var reply = await RegisterAsync(backend, page.Another(), ceremony => (ceremony.ClientData.CrossOrigin,
                ceremony.ClientData.TopOrigin) = (true, top));
            Assert.True(reply.Status == (registers ? 200 : 401), $"{top}: {reply.Text}");
        }

        (await RegisterAsync(backend, page)).Expect(200);
        (await page.AuthenticateAsync(bend: ceremony => (ceremony.ClientData.CrossOrigin, ceremony.ClientData.TopOrigin) = (true,
            "https://portal.example.net"))).Expect(200);
    }

    [Fact]
    public async Task A_frame_whose_browser_does_not_name_the_page_is_let_be_only_by_its_own_setting()
    {
        foreach (var allowed in (bool[])[true, false])
        {
            var (_, backend, page) = await AppAsync(new JsonObject { ["allow_unnamed_top_origin"] = allowed });
            Assert.Equal(allowed ? 200 : 401, (await RegisterAsync(backend, page, ceremony =>
                ceremony.ClientData.CrossOrigin = true)).Status);
        }
    }

    [Theory]
    [InlineData("top_origins", "https://portal.example.net/", "top_origins[0] is")]
    [InlineData("top_origins", "http://portal.example.net", "top_origins[0] is")]
    [InlineData("algorithms", "ESP256", "algorithms[0] is 'ESP256' and should be ")]
    [InlineData("algorithms", "Ed25519", "algorithms[0] is")]
    [InlineData("algorithms", "RS1", "algorithms[0] is")]
    [InlineData("algorithms", "-7", "algorithms[0] is")]
    [InlineData("attestation_formats", "none", "attestation_formats[0] is")]
    [InlineData("attestation_formats", "Packed", "attestation_formats[0] is")]
    [InlineData("refused_statuses", "REVOKD", "refused_statuses[0] is")]
    public async Task A_word_that_is_none_is_refused_with_a_sentence(string list, string word, string sentence)
    {
        var refused = await Manager.PostAsync("apps", new JsonObject { ["rp_id"] = "example.com",
            ["origins"] = new JsonArray("https://example.com"), [list] = new JsonArray(word) });
        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.StartsWith(sentence, refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("untrusted_attestation", "trust")]
    [InlineData("synced_passkeys", "yes")]
    public async Task So_is_a_word_of_a_single_setting(string member, string word)
    {
        var refused = await Manager.PostAsync("apps", new JsonObject { ["rp_id"] = "example.com",
            ["origins"] = new JsonArray("https://example.com"), [member] = word });
        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.StartsWith($"{member} is '{word}' and should be ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_beside_other_statuses_is_refused()
    {
        var refused = await Manager.PostAsync("apps", new JsonObject { ["rp_id"] = "example.com",
            ["origins"] = new JsonArray("https://example.com"), ["refused_statuses"] = new JsonArray("none", "REVOKED") });
        Assert.Equal((400, "invalid_request"), refused.Refused);
    }

    [Fact]
    public async Task The_console_and_the_command_line_keep_every_setting_that_they_are_given()
    {
        using var admin = await OperatorConsole.Visitor.OperatorAsync(Server,
            global::OpenPassage.OperatorConsole.Sessions.OperatorRole.Admin);
        var app = await Manager.AppAsync();
        (await admin.GetAsync($"/console/apps/{app.Id}/settings")).Expect(200);
        (await admin.PostAsync(
            $"/console/apps/{app.Id}/settings",
            ("name", "Shop"), ("origins", "https://example.com"), ("attestation", "direct"), ("top_origins", "https://portal.example.net"),
                ("allow_unnamed_top_origin", "on"),
            ("algorithms", "ES256\nML-DSA-44"), ("attestation_formats", "packed\ntpm"), ("untrusted_attestation", "refuse"),
                ("refused_statuses", "REVOKED"),
            ("allow_sha1", "on"), ("synced_passkeys", "require"),
                ("passkey_endpoints.prf_usage_details", "https://example.com/prf"))).Expect(303);
        var shown = (await Manager.GetAsync($"apps/{app.Id}")).Expect(200).Json;
        Assert.Equal(
            """["https://portal.example.net"] true ["ES256","ML-DSA-44"] ["packed","tpm"] "refuse" ["REVOKED"] true "require" """.TrimEnd(),
            string.Join(' ', Members.Select(member => shown[member]!.ToJsonString())));
        Assert.Equal("https://example.com/prf", (string)shown["passkey_endpoints"]!["prf_usage_details"]!);

        (await admin.GetAsync($"/console/apps/{app.Id}/settings")).Expect(200);
        (await admin.PostAsync($"/console/apps/{app.Id}/settings", ("name", "Shop"), ("origins", "https://example.com"))).Expect(303);
        shown = (await Manager.GetAsync($"apps/{app.Id}")).Expect(200).Json;
        Assert.Equal(
            """[] false [] [] "report" [] false "allow" """.TrimEnd(),
            string.Join(' ', Members.Select(member => shown[member]!.ToJsonString())));
    }

    private static readonly string[] Members =
        ["top_origins", "allow_unnamed_top_origin", "algorithms", "attestation_formats", "untrusted_attestation", "refused_statuses",
            "allow_sha1", "synced_passkeys"];
}
