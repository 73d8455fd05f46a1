using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Register;

public class FinishRegistrationTests(ServerFixture server) : ServerTests(server)
{
    private const string Finish = "register/transactions/webauthn/finish";

    [Fact]
    public async Task It_keeps_the_passkey_and_answers_a_nonce()
    {
        var user = NewUser();
        var transaction = await RegisterTransactionAsync(user);

        var finished = (await Page.RegisterAsync(transaction)).Expect(200);

        Assert.Equal(["nonce"], finished.Json.AsObject().Select(member => member.Key));
        Assert.Equal(user, (await Backend.VerifyNonceAsync(finished["nonce"]!)).Expect(200)["external_id"]);
        var devices = (await Backend.ListDevicesAsync(await Backend.UserIdAsync(user))).Json["devices"]!.AsArray();
        Assert.Equal(
            System.Buffers.Text.Base64Url.EncodeToString(Page.Authenticator.Passkeys.Single().Id), (string)devices.Single()!["cred_id"]!);
    }

    [Theory]
    [InlineData(ResponseShape.FlexJs)]
    [InlineData(ResponseShape.Browser)]
    public async Task Transports_are_kept_from_either_place(ResponseShape shape)
    {
        var page = new Page(Server, App) { Shape = shape };
        var user = await RegisteredAsync(page: page);

        var started = await page.StartAuthenticationAsync(await AuthenticateTransactionAsync(user));

        var named = started.Json["handshake"]!["challenge"]!["publicKey"]!["allowCredentials"]![0]!;
        Assert.Equal(["internal", "hybrid"], named["transports"]!.AsArray().Select(word => (string)word!));
    }

    [Fact]
    public async Task A_native_client_without_origin_header_and_transports_registers()
    {
        const string Origin = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        var app = await Manager.AppAsync(new() { ["origins"] = new System.Text.Json.Nodes.JsonArray(Origin) });
        var page = new Page(Server, app) { Origin = null };
        var transaction = (await new Backend(Server, app).CreateRegisterTransactionAsync(NewUser())).Expect(201)["transaction_id"];

        (await page.RegisterAsync(transaction, bend => bend.Transports = null)).Expect(200);
    }

    [Fact]
    public async Task A_passkey_made_in_passing_needs_neither_presence_nor_verification()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction, attachment: null, "conditional");

        (await Page.FinishRegistrationAsync(started, transaction, WithoutGesture)).Expect(200);
    }

    /// <summary>Threats 16 and 17: the page cannot say afterwards that it was in passing.</summary>
    [Fact]
    public async Task A_passkey_made_with_a_prompt_needs_both()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);

        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishRegistrationAsync(started, transaction, WithoutGesture));
    }

    private static void WithoutGesture(RegistrationCeremony ceremony)
    {
        ceremony.AuthenticatorData.UserPresent = false;
        ceremony.AuthenticatorData.UserVerified = false;
    }

    /// <summary>Threats 2, 7 and 28: what succeeded once never succeeds again.</summary>
    [Fact]
    public async Task A_replayed_registration_is_refused()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);
        var response = Page.Authenticator.Create(Page.OptionsOf(started), App.Origin).ToJsonObject();
        (await Page.FinishAsync("register", started, transaction, response.DeepClone().AsObject())).Expect(200);

        await RefusedAsync(404, "transaction_not_found", () => Page.FinishAsync("register", started, transaction, response));
        var other = await Page.FinishRegistrationAsync(started, transaction);
        Assert.Equal((404, "transaction_not_found"), other.Refused);
    }

    /// <summary>Threat 4: our answer is that a failure burns nothing, because a start is free anyway.</summary>
    [Fact]
    public async Task After_a_failure_the_same_transaction_still_succeeds()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);
        await RefusedAsync(
            401,
            "webauthn_login_failed",
            () => Page.FinishRegistrationAsync(started, transaction, bend => bend.ClientData.Origin = "https://evil.example"));
        Page.Authenticator.Passkeys.Clear();

        (await Page.FinishRegistrationAsync(started, transaction)).Expect(200);
    }

    /// <summary>Threat 5.</summary>
    [Fact]
    public async Task A_handshake_of_another_transaction_is_refused()
    {
        var mine = await RegisterTransactionAsync(NewUser());
        var theirs = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(theirs);

        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishRegistrationAsync(started, mine));
    }

    /// <summary>Threat 5.</summary>
    [Fact]
    public async Task A_handshake_to_sign_in_does_not_register()
    {
        var user = await RegisteredAsync();
        var transaction = await RegisterTransactionAsync(user);
        var signIn = await Page.StartAuthenticationAsync(await AuthenticateTransactionAsync(user));
        var registration = await new Page(Server, App).StartRegistrationAsync(transaction);
        var response = new SoftwareAuthenticator().Create(Page.OptionsOf(registration), App.Origin).ToJsonObject();

        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishAsync("register", signIn, transaction, response));
    }

    /// <summary>Threats 5 and 38.</summary>
    [Fact]
    public async Task A_handshake_or_transaction_of_another_app_is_refused()
    {
        var user = NewUser();
        var mine = await RegisterTransactionAsync(user);
        var theirs = (string)(await OtherBackend.CreateRegisterTransactionAsync(user)).Json["transaction_id"]!;
        var startedMine = await Page.StartRegistrationAsync(mine);
        var startedTheirs = await OtherPage.StartRegistrationAsync(theirs);

        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishRegistrationAsync(startedTheirs, mine));
        await RefusedAsync(404, "transaction_not_found", () => Page.FinishRegistrationAsync(startedMine, theirs));
    }

    [Fact]
    public async Task A_ceremony_that_took_too_long_is_refused()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);
        Server.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        await RefusedAsync(404, "transaction_not_found", () => Page.FinishRegistrationAsync(started, transaction));
    }

    /// <summary>Threats 8 and 31.</summary>
    [Fact]
    public async Task A_user_deactivated_during_the_ceremony_is_refused()
    {
        var user = NewUser();
        var transaction = await RegisterTransactionAsync(user);
        var started = await Page.StartRegistrationAsync(transaction);
        await DeactivateAsync(user);

        await RefusedAsync(403, "user_not_active", () => Page.FinishRegistrationAsync(started, transaction));
    }

    /// <summary>Threat 14: several origins, and the ceremony stays on the one where it began.</summary>
    [Fact]
    public async Task A_ceremony_begun_on_one_origin_is_not_finished_on_a_sibling()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);

        await RefusedAsync(
            401,
            "webauthn_login_failed",
            () => Page.FinishRegistrationAsync(started, transaction, bend => bend.ClientData.Origin = App.Origins[1]));
        (await new Page(Server, App) { Origin = App.Origins[1] }.RegisterAsync(await RegisterTransactionAsync(NewUser()))).Expect(200);
    }

    public static TheoryData<string, Action<RegistrationCeremony>, string> Bends => new()
    {
        { "threat 1: a challenge of the client's own", ceremony =>
            ceremony.ClientData.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "another challenge" },
        { "threat 5: an authentication's type", ceremony => ceremony.ClientData.Type = "webauthn.get", "the other kind of ceremony" },
        { "threat 9: id is not rawId", ceremony => ceremony.Id = "AAAA", "different credentials" },
        { "threat 12: a foreign origin", ceremony => ceremony.ClientData.Origin = "https://login.example.com.evil.example", "origin" },
        { "threat 12: another port", ceremony => ceremony.ClientData.Origin = "https://login.example.com:444", "origin" },
        { "threat 13: inside a frame of another site", ceremony => ceremony.ClientData.CrossOrigin = true, "frame" },
        { "threat 13: a foreign top origin", ceremony =>
        {
            ceremony.ClientData.CrossOrigin = true;
            ceremony.ClientData.TopOrigin = "https://evil.example";
        }, "frame" },
        { "threat 15: another RP ID", ceremony => ceremony.AuthenticatorData.RpId = "evil.example", "another relying party" },
        { "threat 16: the user is not present", ceremony => ceremony.AuthenticatorData.UserPresent = false, "was present" },
        { "threat 17: the user is not verified", ceremony => ceremony.AuthenticatorData.UserVerified = false, "verify the user" },
        { "threat 20: backed up but not eligible", ceremony => ceremony.AuthenticatorData.BackupState = true, "backed up" },
        { "threat 18: an algorithm nobody asked for", ceremony => ceremony.AuthenticatorData.CoseKey[3] = -65535, "algorithm" },
        { "threat 18: another attachment than asked for", ceremony =>
            ceremony.BendJson = json => json["authenticatorAttachment"] = "cross-platform", "kind" },
        { "threat 22: an empty credential id", ceremony => ceremony.AuthenticatorData.CredentialIdLength = 0, "." },
        { "threat 23: truncated CBOR", ceremony => ceremony.BendAttestationObjectBytes = bytes => bytes[..^1], "attestationObject" },
        { "threat 23: trailing bytes", ceremony => ceremony.BendAttestationObjectBytes = bytes => [.. bytes, 0], "attestationObject" },
        { "threat 23: a key twice in CBOR", ceremony => ceremony.BendAttestationObject = map => map.Add(
            "fmt", "none"), "attestationObject" },
        { "no credential", ceremony => ceremony.AuthenticatorData.HasCredential = false, "authenticatorData" },
        { "not a public key", ceremony => ceremony.Type = "password", "public-key" },
    };

    [Theory]
    [MemberData(nameof(Bends))]
    public async Task A_bent_registration_is_refused_with_its_reason_and_nothing_is_kept(
        string attack, Action<RegistrationCeremony> bend, string reason)
    {
        Assert.NotEmpty(attack);
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);

        var reply = await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishRegistrationAsync(started, transaction, bend));

        Assert.Contains(reason, reply.Error, StringComparison.Ordinal);
    }

    /// <summary>Threat 9: what is kept is what the authenticator said, not what the page wrote beside it.</summary>
    [Fact]
    public async Task The_credential_id_that_is_kept_is_the_authenticators_own()
    {
        var user = NewUser();

        (await Page.RegisterAsync(await RegisterTransactionAsync(user), ceremony => ceremony.Id = ceremony.RawId = "AAAA")).Expect(200);

        var device = (await Backend.ListDevicesAsync(await Backend.UserIdAsync(user))).Json["devices"]!.AsArray().Single()!;
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(Page.Authenticator.Passkeys.Single().Id), (string)device["cred_id"]!);
    }

    /// <summary>Threat 22.</summary>
    [Fact]
    public async Task A_credential_id_that_another_user_registered_is_refused()
    {
        await RegisteredAsync();
        var taken = Page.Authenticator.Passkeys.Single().Id;
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);

        var reply = await RefusedAsync(
            401,
            "webauthn_login_failed",
            () => Page.FinishRegistrationAsync(started, transaction, bend => bend.AuthenticatorData.CredentialId = taken));

        Assert.Contains("already registered", reply.Error, StringComparison.Ordinal);
        (await new Page(Server, App).FinishRegistrationAsync(started, transaction)).Expect(200);
    }

    /// <summary>Threat 3.</summary>
    [Fact]
    public async Task Two_finishes_of_one_transaction_at_once_make_one_passkey()
    {
        for (var round = 0; round < 200; round++)
        {
            var page = new Page(Server, App);
            var user = NewUser();
            var transaction = await RegisterTransactionAsync(user);
            var started = await page.StartRegistrationAsync(transaction);

            var replies = await Task.WhenAll(
                page.FinishRegistrationAsync(started, transaction), page.FinishRegistrationAsync(started, transaction));

            Assert.Equal([200, 404], replies.Select(reply => reply.Status).Order());
            var devices = await Backend.ListDevicesAsync(await Backend.UserIdAsync(user));
            Assert.Single(devices.Json["devices"]!.AsArray());
        }
    }

    [Theory]
    [InlineData("{}", "handshake_id is missing.")]
    [InlineData("""{"handshake_id":"","handshake_response":{},"transaction_id":"x"}""", "handshake_id is empty.")]
    [InlineData("""{"handshake_id":"x","handshake_response":{},"transaction_id":""}""", "transaction_id is empty.")]
    [InlineData("""{"handshake_id":"x","handshake_response":{}}""", "transaction_id is missing.")]
    [InlineData("""{"handshake_id":"x","handshake_response":"{}","transaction_id":"x"}""", "handshake_response is not a JSON object.")]
    [InlineData("""{"handshake_id":"x","handshake_response":null,"transaction_id":"x"}""", "handshake_response is not a JSON object.")]
    [InlineData("""{"handshake_id":1,"handshake_response":{},"transaction_id":"x"}""", "handshake_id has the wrong type.")]
    public async Task A_body_that_is_not_what_is_asked_for_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Page.PostAsync(Finish, body));

        Assert.Equal(error, reply.Error);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"AAAA","rawId":"AAAA","type":"public-key"}""")]
    [InlineData(
        """{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"not base64url!","attestationObject":"AAAA"}}""")]
    [InlineData("""{"id":1,"rawId":[],"type":{},"response":[]}""")]
    public async Task A_response_that_is_no_webauthn_json_is_refused(string response)
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await Page.StartRegistrationAsync(transaction);

        var reply = await RefusedAsync(
            400, "invalid_request", () => Page.FinishAsync("register", started, transaction, JsonNode.Parse(response)!.AsObject()));

        Assert.StartsWith("handshake_response: ", reply.Error, StringComparison.Ordinal);
    }
}
