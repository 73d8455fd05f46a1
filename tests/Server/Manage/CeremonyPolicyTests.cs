using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Manage;

/// <summary>What an app's policy asks of ceremonies, seen by its pages.</summary>
public class CeremonyPolicyTests(CeremonyPolicyTests.Fixture server) : OwnServerTests(server), IClassFixture<CeremonyPolicyTests.Fixture>
{
    private static readonly Guid Model = new("2fc0579f-8113-47ea-b116-bb5a8db9202a");

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings
        {
            get
            {
                var anchors = Path.Combine(DataDirectory, "anchors.pem");
                File.WriteAllText(anchors, new X509Certificate2Collection(
                    X509CertificateLoader.LoadCertificate(CertificateAuthority.Shared.Der)).ExportCertificatePems());
                return [$"--OpenPassage:AttestationAnchors={anchors}"];
            }
        }
    }

    private async Task<(Backend Backend, Page Page)> AppAsync(JsonObject policy)
    {
        var app = await Manager.AppAsync(policy);
        return (new Backend(Server, app), new Page(Server, app));
    }

    private static async Task<JsonNode> CreationOptionsAsync(Backend backend, Page page, string? attachment = "any") =>
        JsonNode.Parse(
            Page.OptionsOf((await page.StartRegistrationAsync(await TransactionAsync(backend), attachment)).Expect(200)))!["publicKey"]!;

    private static async Task<string> TransactionAsync(Backend backend, string user = "alice") =>
        (await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"]!;

    [Fact]
    public async Task Browsers_are_told_the_apps_hints_attestation_attachment_and_timeout()
    {
        var (backend, page) = await AppAsync(new JsonObject
        {
            ["hints"] = new JsonArray("security-key", "hybrid"), ["attestation"] = "direct", ["attachment"] = "cross-platform",
            ["ceremony_timeout_seconds"] = 90,
        });

        // The page asks for a platform authenticator; the policy stands above it.
        var options = await CreationOptionsAsync(backend, page, "platform");

        Assert.Equal(["security-key", "hybrid"], options["hints"]!.AsArray().Select(hint => (string)hint!));
        Assert.Equal(("direct", "cross-platform", 90_000), (
            (string)options["attestation"]!,
            (string)options["authenticatorSelection"]!["authenticatorAttachment"]!,
            (int)options["timeout"]!));
    }

    [Fact]
    public async Task Signing_in_is_told_the_hints_and_the_timeout_too()
    {
        var (backend, page) = await AppAsync(
            new JsonObject { ["hints"] = new JsonArray("client-device"), ["ceremony_timeout_seconds"] = 90 });
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
        var transaction = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];

        var options = JsonNode.Parse(Page.OptionsOf((await page.StartAuthenticationAsync(transaction)).Expect(200)))!["publicKey"]!;

        Assert.Equal(["client-device"], options["hints"]!.AsArray().Select(hint => (string)hint!));
        Assert.Equal(90_000, (int)options["timeout"]!);
    }

    [Fact]
    public async Task A_ceremony_is_refused_once_the_browser_was_to_wait_no_longer()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["ceremony_timeout_seconds"] = 90 });
        var registration = await TransactionAsync(backend);
        var late = (await page.StartRegistrationAsync(registration)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal((401, "webauthn_login_failed"), (await page.FinishRegistrationAsync(late, registration)).Refused);

        // The transaction waits longer, and starts another.
        var started = (await page.StartRegistrationAsync(registration)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(89));
        (await page.FinishRegistrationAsync(started, registration)).Expect(200);

        var signIn = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        late = (await page.StartAuthenticationAsync(signIn)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal((401, "webauthn_login_failed"), (await page.FinishAuthenticationAsync(late, signIn)).Refused);
        started = (await page.StartAuthenticationAsync(signIn)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromSeconds(89));
        (await page.FinishAuthenticationAsync(started, signIn)).Expect(200);

        // A login page with autofill stays open for longer.
        var page2 = (await page.StartAuthenticationAsync()).Expect(200);
        Server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await page.FinishAuthenticationAsync(page2)).Expect(200);
    }

    [Fact]
    public async Task An_authenticator_of_another_attachment_is_refused()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["attachment"] = "cross-platform" });
        await TransactionAsync(backend);

        await RefusedAsync(401, "webauthn_login_failed", async () => await page.RegisterAsync(
            await TransactionAsync(backend), ceremony => ceremony.BendJson = json => json["authenticatorAttachment"] = "platform"));
    }

    [Fact]
    public async Task User_verification_that_is_required_is_demanded()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["user_verification"] = "required" });
        page.Authenticator.UserVerified = false;
        await TransactionAsync(backend);

        var refused = await RefusedAsync(
            401, "webauthn_login_failed", async () => await page.RegisterAsync(await TransactionAsync(backend)));

        Assert.Contains("verify", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_models_that_are_allowed_register()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["allowed_aaguids"] = new JsonArray(Model.ToString()) });
        await TransactionAsync(backend);

        await RefusedAsync(401, "webauthn_login_failed", async () => await page.RegisterAsync(await TransactionAsync(backend)));
        page.Authenticator.Aaguid = Model;
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
    }

    [Fact]
    public async Task Models_that_are_denied_do_not_register()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["denied_aaguids"] = new JsonArray(Model.ToString()) });
        await TransactionAsync(backend);
        page.Authenticator.Aaguid = Model;

        await RefusedAsync(401, "webauthn_login_failed", async () => await page.RegisterAsync(await TransactionAsync(backend)));
        page.Authenticator.Aaguid = Guid.NewGuid();
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
    }

    [Fact]
    public async Task Where_attestation_is_required_an_anchored_one_registers_and_no_other()
    {
        var (backend, page) = await AppAsync(new JsonObject { ["attestation"] = "direct", ["require_attestation"] = true });
        await TransactionAsync(backend);

        foreach (var attestation in (AttestationMaker[])[
            Attest.None,
            Attest.PackedSelf,
            new PackedAttestation { Authority = CertificateAuthority.Create("Stranger") }.Make,
        ])
        {
            page.Authenticator.Attestation = attestation;
            await RefusedAsync(401, "webauthn_login_failed", async () => await page.RegisterAsync(await TransactionAsync(backend)));
        }

        page.Authenticator.Attestation = new PackedAttestation().Make;
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);
    }

    [Fact]
    public async Task A_change_of_policy_holds_from_the_next_ceremony_on()
    {
        var app = await Manager.AppAsync();
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);

        (await Manager.PatchAsync(
            $"apps/{app.Id}", new JsonObject { ["denied_aaguids"] = new JsonArray(page.Authenticator.Aaguid.ToString()) })).Expect(200);

        Assert.Equal((401, "webauthn_login_failed"), (await page.Another().RegisterAsync(await TransactionAsync(backend, "bob"))).Refused);
        (await page.AuthenticateAsync()).Expect(200);
    }

    /// <summary>Threat 34: no passkey in passing where the app wants none, whatever was begun before.</summary>
    [Fact]
    public async Task Where_conditional_create_is_off_no_passkey_is_made_in_passing()
    {
        var app = await Manager.AppAsync();
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        var transaction = await TransactionAsync(backend);
        var begun = (await page.StartRegistrationAsync(transaction, attachment: null, "conditional")).Expect(200);
        (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { ["conditional_create"] = false })).Expect(200);

        await RefusedAsync(403, "operation_not_allowed", () => page.StartRegistrationAsync(transaction, attachment: null, "conditional"));
        await RefusedAsync(403, "operation_not_allowed", () => page.FinishRegistrationAsync(begun, transaction));
        (await page.RegisterAsync(transaction)).Expect(200);
    }

    [Fact]
    public async Task By_default_it_is_on()
    {
        var (backend, page) = await AppAsync([]);

        (await page.StartRegistrationAsync(await TransactionAsync(backend), attachment: null, "conditional")).Expect(200);
    }
}
