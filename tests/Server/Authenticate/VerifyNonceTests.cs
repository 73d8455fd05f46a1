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
        await RefusedAsync(401, "invalid_access_token", () => new Backend(Server, App) { ApiKey = OtherApp.ApiKey }.VerifyNonceAsync(nonce));
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
