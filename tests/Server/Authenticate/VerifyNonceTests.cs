namespace OpenPassage.Server.Tests.Authenticate;

public class VerifyNonceTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(string User, string Nonce)> SignedInAsync()
    {
        var user = await RegisteredAsync();
        return (user, (await Page.AuthenticateAsync(await AuthenticateTransactionAsync(user))).Expect(200)["nonce"]!);
    }

    [Fact]
    public async Task A_nonce_is_told_once()
    {
        var (user, nonce) = await SignedInAsync();

        Assert.Equal(user, (await Backend.VerifyNonceAsync(nonce)).Expect(200)["external_id"]);

        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(nonce));
    }

    /// <summary>Threat 7.</summary>
    [Fact]
    public async Task A_nonce_that_has_expired_is_refused()
    {
        var (_, nonce) = await SignedInAsync();
        Server.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));

        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(nonce));
    }

    /// <summary>Threat 7: neither on another app nor with another app's key.</summary>
    [Fact]
    public async Task A_nonce_of_another_app_is_refused()
    {
        var (user, nonce) = await SignedInAsync();

        await RefusedAsync(401, "invalid_nonce", () => OtherBackend.VerifyNonceAsync(nonce));
        await RefusedAsync(
            401, "invalid_access_token", () => new Backend(Server, App) { ApiKey = OtherApp.ApiKey }.VerifyNonceAsync(nonce));
        Assert.Equal(user, (await Backend.VerifyNonceAsync(nonce)).Expect(200)["external_id"]);
    }

    /// <summary>Threat 31.</summary>
    [Fact]
    public async Task A_nonce_of_a_user_deactivated_since_is_refused()
    {
        var (user, nonce) = await SignedInAsync();
        await DeactivateAsync(user);

        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(nonce));
    }

    [Fact]
    public async Task A_nonce_of_a_passkey_revoked_since_is_refused()
    {
        var (user, nonce) = await SignedInAsync();
        var id = await Backend.UserIdAsync(user);
        (await Backend.RevokeDeviceAsync(id, (string)(await Backend.ListDevicesAsync(id)).Json["devices"]![0]!["id"]!)).Expect(200);

        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(nonce));
    }

    /// <summary>Threat 30: what proved it, when, where and with which passkey, for the backend to judge by.</summary>
    [Fact]
    public async Task It_tells_a_sign_in_with_all_that_is_known_of_it()
    {
        var (user, nonce) = await SignedInAsync();
        var at = Server.Clock.GetUtcNow();
        Server.Clock.Advance(TimeSpan.FromSeconds(30));

        var told = (await Backend.VerifyNonceAsync(nonce)).Expect(200).Json.AsObject();

        string[] members = ["external_id", "ceremony", "user_present", "user_verified", "origin", "device_id", "time"];
        Assert.Equal(members, told.Select(member => member.Key));
        Assert.Equal((user, "authenticate"), ((string)told["external_id"]!, (string)told["ceremony"]!));
        Assert.Equal((true, true), ((bool)told["user_present"]!, (bool)told["user_verified"]!));
        Assert.Equal((App.Origin, at), ((string)told["origin"]!, (DateTimeOffset)told["time"]!));
        Assert.Equal(Assert.Single(await DevicesAsync(user)), (string)told["device_id"]!);
    }

    /// <summary>Threat 30: three things that used to look alike.</summary>
    [Fact]
    public async Task A_registration_and_one_in_passing_are_told_apart_from_it()
    {
        var user = NewUser();
        var prompted = (await Page.RegisterAsync(await RegisterTransactionAsync(user))).Expect(200)["nonce"]!;
        var transaction = await RegisterTransactionAsync(user);
        var another = Page.Another();
        var started = await another.StartRegistrationAsync(transaction, attachment: null, "conditional");
        (another.Authenticator.UserPresent, another.Authenticator.UserVerified) = (false, false);
        var passing = (await another.FinishRegistrationAsync(started, transaction)).Expect(200)["nonce"]!;

        var one = (await Backend.VerifyNonceAsync(prompted)).Expect(200).Json;
        var two = (await Backend.VerifyNonceAsync(passing)).Expect(200).Json;

        Assert.Equal(("register", true, true), Told(one));
        Assert.Equal(("conditional_create", false, false), Told(two));
        Assert.Equal((await DevicesAsync(user)).Order(), new[] { (string)one["device_id"]!, (string)two["device_id"]! }.Order());
        Assert.NotEqual((string)one["device_id"]!, (string)two["device_id"]!);
    }

    /// <summary>Threats 17 and 30.</summary>
    [Fact]
    public async Task A_sign_in_that_did_not_verify_the_user_says_so()
    {
        var app = await Manager.AppAsync(new System.Text.Json.Nodes.JsonObject { ["user_verification"] = "preferred" });
        var (backend, page) = (new Backend(Server, app), new Page(Server, app));
        (await page.RegisterAsync((await backend.CreateRegisterTransactionAsync("alice")).Expect(201)["transaction_id"])).Expect(200);

        page.Authenticator.UserVerified = false;
        string nonce = (await page.AuthenticateAsync()).Expect(200)["nonce"]!;

        Assert.False((bool)(await backend.VerifyNonceAsync(nonce)).Expect(200).Json["user_verified"]!);
    }

    private static (string Ceremony, bool Present, bool Verified) Told(System.Text.Json.Nodes.JsonNode told) =>
        ((string)told["ceremony"]!, (bool)told["user_present"]!, (bool)told["user_verified"]!);

    private async Task<List<string>> DevicesAsync(string user) =>
        [.. (await Backend.ListDevicesAsync(await Backend.UserIdAsync(user))).Json["devices"]!.AsArray()
            .Select(device => (string)device!["id"]!)];

    [Fact]
    public async Task A_transaction_or_a_handshake_is_no_nonce()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        var started = await Page.StartAuthenticationAsync(transaction);

        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(transaction));
        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync((string)started.Json["handshake"]!["id"]!));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64url! é")]
    [InlineData("{\"nonce\":1}")]
    public async Task Nonsense_is_an_invalid_nonce(string nonce) =>
        await RefusedAsync(401, "invalid_nonce", () => Backend.VerifyNonceAsync(nonce));

    [Fact]
    public async Task A_bent_nonce_is_refused()
    {
        var (user, nonce) = await SignedInAsync();
        for (var place = 0; place < nonce.Length; place += 7)
        {
            var bent = $"{nonce[..place]}{(nonce[place] == 'A' ? 'B' : 'A')}{nonce[(place + 1)..]}";
            Assert.Equal((401, "invalid_nonce"), (await Backend.VerifyNonceAsync(bent)).Refused);
        }

        Assert.Equal(user, (await Backend.VerifyNonceAsync(nonce)).Expect(200)["external_id"]);
    }

    /// <summary>Threat 3.</summary>
    [Fact]
    public async Task Two_verifies_of_one_nonce_at_once_are_one_success()
    {
        var user = await RegisteredAsync();
        for (var round = 0; round < 200; round++)
        {
            string nonce = (await Page.AuthenticateAsync()).Expect(200)["nonce"]!;

            var replies = await Task.WhenAll(Backend.VerifyNonceAsync(nonce), Backend.VerifyNonceAsync(nonce));

            Assert.Equal([200, 401], replies.Select(reply => reply.Status).Order());
            Assert.Equal(user, replies.Single(reply => reply.Status == 200)["external_id"]);
        }
    }

    [Theory]
    [InlineData("{}", "nonce is missing.")]
    [InlineData("""{"nonce":""}""", "nonce is empty.")]
    [InlineData("""{"nonce":null}""", "nonce has the wrong type.")]
    public async Task A_body_without_a_nonce_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Backend.PostAsync("authenticate/verify", body));

        Assert.Equal(error, reply.Error);
    }
}
