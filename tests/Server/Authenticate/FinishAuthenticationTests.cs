using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Authenticate;

public class FinishAuthenticationTests(ServerFixture server) : ServerTests(server)
{
    private const string Unaccepted =
        "This passkey cannot sign in here: it is not registered for this user, or its signature does not verify.";

    [Fact]
    public async Task With_a_transaction_the_nonce_proves_its_user()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);

        var finished = (await Page.AuthenticateAsync(transaction)).Expect(200);

        Assert.Equal(["nonce"], finished.Json.AsObject().Select(member => member.Key));
        Assert.Equal(user, (await Backend.VerifyNonceAsync(finished["nonce"]!)).Expect(200)["external_id"]);
    }

    [Fact]
    public async Task Without_a_transaction_the_passkey_says_whose_it_is()
    {
        var user = await RegisteredAsync();
        await RegisteredAsync(page: new Page(Server, App));

        var finished = (await Page.AuthenticateAsync()).Expect(200);

        Assert.Equal(user, (await Backend.VerifyNonceAsync(finished["nonce"]!)).Expect(200)["external_id"]);
    }

    [Fact]
    public async Task A_login_page_may_stay_open_for_an_hour_and_no_longer()
    {
        await RegisteredAsync();
        var early = await Page.StartAuthenticationAsync();
        var late = await Page.StartAuthenticationAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(59));
        (await Page.FinishAuthenticationAsync(early)).Expect(200);
        Server.Clock.Advance(TimeSpan.FromMinutes(2));

        await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(late));
    }

    [Fact]
    public async Task A_sign_in_is_counted()
    {
        var user = await RegisteredAsync();
        (await Page.AuthenticateAsync()).Expect(200);
        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(user))).Expect(200);

        var device = (await Backend.ListDevicesAsync(await Backend.UserIdAsync(user))).Json["devices"]![0]!;
        Assert.Equal(2, (int)device["usage_count"]!);
        Assert.Equal(Server.Clock.GetUtcNow(), (DateTimeOffset)device["last_login_at"]!);
    }

    // ---- user handles ----

    /// <summary>The forms of a handle that clients of Passage send: see UserHandleForms.</summary>
    public static TheoryData<string, Func<byte[], string?>> Handles => new()
    {
        { "a browser's", handle => Base64Url.EncodeToString(handle) },
        { "made in a browser, used natively", Encoding.UTF8.GetString },
        { "made natively, used in a browser", handle => Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(Base64Url.EncodeToString(handle))) },
    };

    [Theory]
    [MemberData(nameof(Handles))]
    public async Task Every_clients_form_of_the_handle_is_understood(string form, Func<byte[], string?> write)
    {
        Assert.NotEmpty(form);
        var user = await RegisteredAsync();
        void WriteHandle(AuthenticationCeremony ceremony)
            => ceremony.BendJson = json => json["response"]!["userHandle"] = write(ceremony.Passkey.UserHandle);

        (await Page.AuthenticateAsync(bend: WriteHandle)).Expect(200);
        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(user), WriteHandle)).Expect(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("absent")]
    public async Task With_a_transaction_the_handle_may_be_missing_and_without_one_it_may_not(string? handle)
    {
        var user = await RegisteredAsync();
        void Omit(AuthenticationCeremony ceremony) => ceremony.BendJson = json =>
        {
            json["response"]!["userHandle"] = handle;
            if (handle == "absent")
                json["response"]!.AsObject().Remove("userHandle");
        };

        (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(user), Omit)).Expect(200);
        var reply = await RefusedAsync(401, "discoverable_login_failed", () => Page.AuthenticateAsync(bend: Omit));
        Assert.Contains("no user handle", reply.Error, StringComparison.Ordinal);
    }

    /// <summary>Threat 11.</summary>
    [Fact]
    public async Task A_user_handle_of_another_user_is_refused()
    {
        var user = await RegisteredAsync();
        var mine = Page.Authenticator.Passkeys[0];
        await RegisteredAsync();
        var theirs = Page.Authenticator.Passkeys[1];

        var named = await RefusedAsync(401, "webauthn_login_failed", () => FinishAsync(user));
        var discoverable = await RefusedAsync(401, "discoverable_login_failed", () => FinishAsync(null));

        Assert.Equal(Unaccepted, named.Error);
        Assert.Equal(Unaccepted, discoverable.Error);

        async Task<Reply> FinishAsync(string? forUser)
        {
            var transaction = forUser is null ? null : await AuthenticateTransactionAsync(forUser);
            var started = await Page.StartAuthenticationAsync(transaction);
            return await Page.FinishAuthenticationAsync(started, transaction, ceremony => ceremony.UserHandle = theirs.UserHandle, mine);
        }
    }

    /// <summary>Threats 6 and 11: begun for one user, answered with another user's passkey.</summary>
    [Fact]
    public async Task A_credential_of_another_user_is_refused()
    {
        await RegisteredAsync();
        var theirs = Page.Authenticator.Passkeys[0];
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        var started = await Page.StartAuthenticationAsync(transaction);

        var reply = await RefusedAsync(
            401, "webauthn_login_failed", () => Page.FinishAuthenticationAsync(started, transaction, passkey: theirs));

        Assert.Equal(Unaccepted, reply.Error);
    }

    /// <summary>Threats 9, 10 and 35: that a passkey is known here must not show in any failure.</summary>
    [Fact]
    public async Task A_failure_does_not_tell_whether_the_credential_exists()
    {
        var user = await RegisteredAsync();
        var known = Page.Authenticator.Passkeys.Single();
        var stranger = new SoftwareAuthenticator();
        var unknown = stranger.Create(
            """{"rp":{"id":"example.com"},"user":{"id":"AAAA"},"challenge":"AAAA","pubKeyCredParams":[{"alg":-7}]}""", App.Origin).Passkey;
        Action<AuthenticationCeremony>[] bends =
        [
            ceremony => ceremony.Key = SigningKey.Create(Alg.ES256),
            ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)~signature[^1]],
            ceremony => ceremony.BendSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00],
            ceremony => ceremony.ClientData.Origin = "https://evil.example",
            ceremony => ceremony.ClientData.Challenge = "AAAAAAAAAAAAAAAAAAAAAA",
            ceremony => ceremony.AuthenticatorData.RpId = "evil.example",
            ceremony => ceremony.AuthenticatorData.UserPresent = false,
            ceremony => ceremony.AuthenticatorData.UserVerified = false,
            ceremony => ceremony.UserHandle = [1, 2, 3],
            ceremony => { ceremony.UserHandle = [1, 2, 3]; ceremony.ClientData.Origin = "https://evil.example"; },
            ceremony => ceremony.UserHandle = null,
        ];

        foreach (var bend in bends)
        {
            foreach (var forUser in new[] { user, null })
            {
                var ofKnown = await FailAsync(forUser, bend, known);
                var ofUnknown = await FailAsync(
                    forUser, ceremony => { ceremony.Key = SigningKey.Create(Alg.ES256); bend(ceremony); }, unknown);
                if (ofKnown.Status == 200)
                    continue; // A missing handle is fine when the user is known beforehand.
                Assert.Equal(ofKnown.Text, ofUnknown.Text);
                Assert.Equal(ofKnown.Status, ofUnknown.Status);
            }
        }

        async Task<Reply> FailAsync(string? forUser, Action<AuthenticationCeremony> bend, Passkey passkey)
        {
            var transaction = forUser is null ? null : await AuthenticateTransactionAsync(forUser);
            var started = await Page.StartAuthenticationAsync(transaction);
            return await Page.FinishAuthenticationAsync(started, transaction, bend, passkey);
        }
    }

    /// <summary>Threat 10.</summary>
    [Fact]
    public async Task A_passkey_that_was_revoked_during_the_ceremony_is_refused()
    {
        var user = await RegisteredAsync();
        var started = await Page.StartAuthenticationAsync();
        var id = await Backend.UserIdAsync(user);
        (await Backend.RevokeDeviceAsync(id, (string)(await Backend.ListDevicesAsync(id)).Json["devices"]![0]!["id"]!)).Expect(200);

        var reply = await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(started));

        Assert.Equal(Unaccepted, reply.Error);
    }

    /// <summary>Threats 8 and 31.</summary>
    [Fact]
    public async Task A_deactivated_user_is_refused_whichever_way()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var named = await Page.StartAuthenticationAsync(transaction);
        var discoverable = await Page.StartAuthenticationAsync();
        await DeactivateAsync(user);

        await RefusedAsync(403, "user_not_active", () => Page.FinishAuthenticationAsync(named, transaction));
        await RefusedAsync(403, "user_not_active", () => Page.FinishAuthenticationAsync(discoverable));
        // Only who holds the passkey may know.
        await RefusedAsync(
            401,
            "discoverable_login_failed",
            () => Page.FinishAuthenticationAsync(discoverable, bend: ceremony => ceremony.Key = SigningKey.Create(Alg.ES256)));
    }

    // ---- handshakes ----

    /// <summary>Threats 2 and 7.</summary>
    [Fact]
    public async Task A_replayed_assertion_is_refused()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var named = await Page.StartAuthenticationAsync(transaction);
        var discoverable = await Page.StartAuthenticationAsync();
        var toNamed = Page.Answer(named);
        var toDiscoverable = Page.Answer(discoverable);
        (await FinishAsync(named, transaction, toNamed)).Expect(200);
        (await FinishAsync(discoverable, null, toDiscoverable)).Expect(200);

        await RefusedAsync(404, "transaction_not_found", () => FinishAsync(named, transaction, toNamed));
        await RefusedAsync(401, "discoverable_login_failed", () => FinishAsync(discoverable, null, toDiscoverable));
        await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(discoverable));

        Task<Reply> FinishAsync(Reply started, string? of, JsonObject response)
            => Page.FinishAsync("authenticate", started, of, response.DeepClone().AsObject());
    }

    /// <summary>Threat 5: a named flow is no discoverable one, nor the reverse.</summary>
    [Fact]
    public async Task A_handshake_with_a_transaction_is_not_finished_without_it_nor_the_reverse()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        var named = await Page.StartAuthenticationAsync(transaction);
        var discoverable = await Page.StartAuthenticationAsync();

        await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(named));
        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishAuthenticationAsync(discoverable, transaction));
        (await Page.FinishAuthenticationAsync(named, transaction)).Expect(200);
    }

    /// <summary>Threats 5 and 6.</summary>
    [Fact]
    public async Task A_handshake_of_another_transaction_is_refused()
    {
        var user = await RegisteredAsync();
        var mine = await AuthenticateTransactionAsync(user);
        var started = await Page.StartAuthenticationAsync(await AuthenticateTransactionAsync(user));

        await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishAuthenticationAsync(started, mine));
    }

    /// <summary>Threat 5.</summary>
    [Fact]
    public async Task What_was_issued_to_register_does_not_sign_in()
    {
        var user = await RegisteredAsync();
        var toRegister = await RegisterTransactionAsync(user);
        var registration = await new Page(Server, App).StartRegistrationAsync(toRegister);
        var transaction = await AuthenticateTransactionAsync(user);
        var named = await Page.StartAuthenticationAsync(transaction);

        await RefusedAsync(404, "transaction_not_found", () => Page.FinishAuthenticationAsync(named, toRegister));
        await RefusedAsync(
            401, "webauthn_login_failed", () => Page.FinishAsync("authenticate", registration, transaction, Page.Answer(named)));
    }

    /// <summary>Threats 5 and 38.</summary>
    [Fact]
    public async Task A_handshake_and_a_passkey_of_another_app_are_refused()
    {
        await RegisteredAsync();
        var theirs = await OtherPage.StartAuthenticationAsync();
        var own = await OtherPage.StartAuthenticationAsync();

        await RefusedAsync(401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(theirs));
        await RefusedAsync(401, "discoverable_login_failed", () => OtherPage.FinishAsync("authenticate", own, null, Page.Answer(own)));
    }

    /// <summary>Threat 14.</summary>
    [Fact]
    public async Task A_sign_in_begun_on_one_origin_is_not_finished_on_a_sibling()
    {
        await RegisteredAsync();
        var started = await Page.StartAuthenticationAsync();

        var reply = await RefusedAsync(
            401,
            "discoverable_login_failed",
            () => Page.FinishAuthenticationAsync(started, bend: ceremony => ceremony.ClientData.Origin = App.Origins[1]));

        Assert.Contains("origin", reply.Error, StringComparison.Ordinal);
    }

    // ---- bent ceremonies ----
    public static TheoryData<string, Action<AuthenticationCeremony>, string> Bends => new()
    {
        { "threat 1: a challenge of the client's own", ceremony =>
            ceremony.ClientData.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "another challenge" },
        { "threat 5: a registration's type", ceremony => ceremony.ClientData.Type = "webauthn.create", "the other kind of ceremony" },
        { "threat 9: id is not rawId", ceremony => ceremony.Id = "AAAA", "different credentials" },
        { "threat 9: only a known credential id", ceremony => ceremony.BendSignature = _ => [0], Unaccepted },
        { "threat 12: a foreign origin", ceremony => ceremony.ClientData.Origin = "https://login.example.com.evil.example", "origin" },
        { "threat 12: another scheme", ceremony => ceremony.ClientData.Origin = "http://login.example.com", "origin" },
        { "threat 13: inside a frame of another site", ceremony => ceremony.ClientData.CrossOrigin = true, "frame" },
        { "threat 15: another RP ID", ceremony => ceremony.AuthenticatorData.RpId = "evil.example", "another relying party" },
        { "threat 16: the user is not present", ceremony => ceremony.AuthenticatorData.UserPresent = false, "was present" },
        { "threat 17: the user is not verified", ceremony => ceremony.AuthenticatorData.UserVerified = false, "verify the user" },
        { "threat 20: backup eligibility appears", ceremony => ceremony.AuthenticatorData.BackupEligible = true, Unaccepted },
        { "threat 20: backed up but not eligible", ceremony => ceremony.AuthenticatorData.BackupState = true, "backed up" },
        { "threat 21: a psychic signature", ceremony =>
            ceremony.BendSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00], Unaccepted },
        { "threat 21: another key", ceremony => ceremony.Key = SigningKey.Create(Alg.ES256), Unaccepted },
        { "threat 23: trailing bytes", ceremony => ceremony.AuthenticatorData.BendBytes = bytes => [.. bytes, 0], "authenticatorData" },
        { "threat 23: truncated", ceremony => ceremony.AuthenticatorData.BendBytes = bytes => bytes[..36], "authenticatorData" },
        { "not a public key", ceremony => ceremony.Type = "password", "public-key" },
    };

    [Theory]
    [MemberData(nameof(Bends))]
    public async Task A_bent_sign_in_is_refused_with_its_reason_and_nothing_is_written(
        string attack, Action<AuthenticationCeremony> bend, string reason)
    {
        Assert.NotEmpty(attack);
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        var named = await Page.StartAuthenticationAsync(transaction);
        var discoverable = await Page.StartAuthenticationAsync();

        var toNamed = await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishAuthenticationAsync(named, transaction, bend));
        var toDiscoverable = await RefusedAsync(
            401, "discoverable_login_failed", () => Page.FinishAuthenticationAsync(discoverable, bend: bend));

        Assert.Contains(reason, toNamed.Error, StringComparison.Ordinal);
        Assert.Contains(reason, toDiscoverable.Error, StringComparison.Ordinal);
        // Threat 4: nothing is burnt.
        (await Page.FinishAuthenticationAsync(named, transaction)).Expect(200);
        (await Page.FinishAuthenticationAsync(discoverable)).Expect(200);
    }

    [Fact]
    public async Task A_members_order_and_strange_members_do_not_matter()
    {
        await RegisteredAsync();

        (await Page.AuthenticateAsync(bend: ceremony =>
        {
            ceremony.ClientData.Members["other_keys_can_be_added_here"] = "do not compare clientDataJSON against a template";
            ceremony.BendJson = json => json["surprise"] = new JsonArray(1, 2);
        })).Expect(200);
    }

    // ---- at once ----

    /// <summary>Threat 3.</summary>
    [Fact]
    public async Task Two_finishes_of_one_handshake_at_once_make_one_nonce()
    {
        var user = await RegisteredAsync();
        for (var round = 0; round < 200; round++)
        {
            var transaction = round % 2 == 0 ? null : await AuthenticateTransactionAsync(user);
            var started = await Page.StartAuthenticationAsync(transaction);
            var first = Page.Answer(started);
            var second = Page.Answer(started);

            var replies = await Task.WhenAll(
                Page.FinishAsync("authenticate", started, transaction, first),
                Page.FinishAsync("authenticate", started, transaction, second));

            Assert.Equal([200, transaction is null ? 401 : 404], replies.Select(reply => reply.Status).Order());
        }

        var device = (await Backend.ListDevicesAsync(await Backend.UserIdAsync(user))).Json["devices"]![0]!;
        Assert.Equal(200, (int)device["usage_count"]!);
    }

    [Theory]
    [InlineData("{}", "handshake_id is missing.")]
    [InlineData("""{"handshake_id":"x"}""", "handshake_response is missing.")]
    [InlineData("""{"handshake_id":"x","handshake_response":[]}""", "handshake_response is not a JSON object.")]
    [InlineData(
        """{"handshake_id":"x","handshake_response":{},"transaction_id":""}""",
        "transaction_id is empty. Leave it out for a sign-in without transaction.")]
    public async Task A_body_that_is_not_what_is_asked_for_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Page.PostAsync("authenticate/transactions/webauthn/finish", body));

        Assert.Equal(error, reply.Error);
    }
}
