using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Tests.Register;

/// <summary>
/// Threats 30 and 34: a passkey that a script on the page has made unseen signs nobody in before the app's own backend has
/// verified its nonce, where the app says so.
/// </summary>
public class HeldPasskeysTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(TestApp App, Backend Backend, Page Page)> AppAsync(bool hold = true)
    {
        var app = await Manager.AppAsync(new JsonObject { ["hold_new_passkeys"] = hold });
        return (app, new Backend(Server, app), new Page(Server, app));
    }

    private static async Task<string> RegisterAsync(Backend backend, Page page, string user = "alice") =>
        (await page.RegisterAsync(await TransactionAsync(backend, user))).Expect(200)["nonce"]!;

    private static async Task<string> TransactionAsync(Backend backend, string user = "alice") =>
        (await backend.CreateRegisterTransactionAsync(user)).Expect(201)["transaction_id"]!;

    private static async Task<JsonArray> DevicesAsync(Backend backend, string user = "alice") =>
        (await backend.ListDevicesAsync(await backend.UserIdAsync(user))).Expect(200).Json["devices"]!.AsArray();

    [Fact]
    public async Task It_signs_nobody_in_until_its_nonce_is_verified()
    {
        var (_, backend, page) = await AppAsync();
        var nonce = await RegisterAsync(backend, page);

        var refused = await page.AuthenticateAsync();
        Assert.Equal((401, "discoverable_login_failed"), refused.Refused);
        Assert.Contains("not active yet", refused.Error, StringComparison.Ordinal);
        Assert.Equal((409, "user_has_no_passkeys"), (await backend.CreateAuthenticateTransactionAsync("alice")).Refused);

        Assert.Equal("alice", (await backend.VerifyNonceAsync(nonce)).Expect(200)["external_id"]);

        (await page.AuthenticateAsync()).Expect(200);
        var transaction = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        (await page.AuthenticateAsync(transaction)).Expect(200);
        Assert.Equal((401, "invalid_nonce"), (await backend.VerifyNonceAsync(nonce)).Refused);
    }

    [Fact]
    public async Task It_is_not_offered_beside_those_that_are_active()
    {
        var (_, backend, page) = await AppAsync();
        (await backend.VerifyNonceAsync(await RegisterAsync(backend, page))).Expect(200);
        await RegisterAsync(backend, page.Another());

        var transaction = (await backend.CreateAuthenticateTransactionAsync("alice")).Expect(201)["transaction_id"];
        var options = JsonNode.Parse(Page.OptionsOf((await page.StartAuthenticationAsync(transaction)).Expect(200)))!["publicKey"]!;

        var offered = Assert.Single(options["allowCredentials"]!.AsArray())!;
        Assert.Equal(page.Authenticator.Passkeys[0].Id, System.Buffers.Text.Base64Url.DecodeFromChars((string)offered["id"]!));
    }

    [Fact]
    public async Task Lists_say_that_it_is_inactive_and_until_when_and_say_no_such_thing_of_others()
    {
        var (app, backend, page) = await AppAsync();
        var nonce = await RegisterAsync(backend, page);
        var user = await backend.UserIdAsync("alice");

        var held = (await DevicesAsync(backend))[0]!.AsObject();
        Assert.Equal(Server.Clock.GetUtcNow() + TimeSpan.FromMinutes(2), (DateTimeOffset)held["inactive_until"]!);
        var told = (await backend.GetUserAsync(user)).Expect(200).Json["user"]!;
        Assert.False((bool)told["webauthn"]!);
        Assert.Empty(told["webauthn_types"]!.AsArray());
        var managed = (await Manager.GetAsync($"apps/{app.Id}/users/{user}")).Expect(200).Json["devices"]![0]!;
        Assert.Equal(Server.Clock.GetUtcNow() + TimeSpan.FromMinutes(2), (DateTimeOffset)managed["inactive_until"]!);

        (await backend.VerifyNonceAsync(nonce)).Expect(200);

        Assert.False((await DevicesAsync(backend))[0]!.AsObject().ContainsKey("inactive_until"));
        Assert.True((bool)(await backend.GetUserAsync(user)).Json["user"]!["webauthn"]!);
        Assert.Null((await Manager.GetAsync($"apps/{app.Id}/users/{user}")).Json["devices"]![0]!["inactive_until"]);
        Assert.Contains("passkey_activated", (await Manager.GetAsync($"apps/{app.Id}/events")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_when_its_nonce_was_never_verified_and_its_user_may_try_again()
    {
        var (app, backend, page) = await AppAsync();
        var nonce = await RegisterAsync(backend, page);
        Server.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));

        Assert.Equal((401, "invalid_nonce"), (await backend.VerifyNonceAsync(nonce)).Refused);
        Assert.Equal(401, (await page.AuthenticateAsync()).Status);
        await Server.Services.GetRequiredService<PasskeyRemovals>().RemoveNeverActivatedAsync(CancellationToken.None);

        Assert.Empty(await DevicesAsync(backend));
        Assert.Contains("passkey_expired", (await Manager.GetAsync($"apps/{app.Id}/events")).Expect(200).Text, StringComparison.Ordinal);
        (await backend.VerifyNonceAsync(await RegisterAsync(backend, page))).Expect(200);
        (await page.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task An_active_one_is_never_swept()
    {
        var (_, backend, page) = await AppAsync();
        (await backend.VerifyNonceAsync(await RegisterAsync(backend, page))).Expect(200);
        var (_, plain, other) = await AppAsync(hold: false);
        await RegisterAsync(plain, other);
        Server.Clock.Advance(TimeSpan.FromDays(1));

        await Server.Services.GetRequiredService<PasskeyRemovals>().RemoveNeverActivatedAsync(CancellationToken.None);

        (await page.AuthenticateAsync()).Expect(200);
        (await other.AuthenticateAsync()).Expect(200);
    }

    /// <summary>Threat 3.</summary>
    [Fact]
    public async Task Two_verifies_at_once_are_one_success_and_one_passkey()
    {
        var (_, backend, page) = await AppAsync();
        for (var round = 0; round < 20; round++)
        {
            var fresh = page.Another();
            var nonce = await RegisterAsync(backend, fresh, $"user-{round}");

            var replies = await Task.WhenAll(backend.VerifyNonceAsync(nonce), backend.VerifyNonceAsync(nonce));

            Assert.Equal([200, 401], replies.Select(reply => reply.Status).Order());
            (await fresh.AuthenticateAsync()).Expect(200);
        }
    }

    /// <summary>Threats 8 and 31: what was done to user or passkey in between counts.</summary>
    [Theory]
    [InlineData("""{"status":"inactive"}""", """{"status":"active"}""")]
    [InlineData("""{"enrolment_blocked":true}""", """{"enrolment_blocked":false}""")]
    public async Task Of_a_user_who_was_stopped_meanwhile_it_stays_inactive(string stop, string let)
    {
        var (app, backend, page) = await AppAsync();
        var nonce = await RegisterAsync(backend, page);
        var user = await backend.UserIdAsync("alice");
        (await Manager.PatchAsync($"apps/{app.Id}/users/{user}", JsonNode.Parse(stop)!.AsObject())).Expect(200);

        Assert.Equal((401, "invalid_nonce"), (await backend.VerifyNonceAsync(nonce)).Refused);
        (await Manager.PatchAsync($"apps/{app.Id}/users/{user}", JsonNode.Parse(let)!.AsObject())).Expect(200);
        Assert.Equal(401, (await page.AuthenticateAsync()).Status);
        Assert.NotNull((await DevicesAsync(backend))[0]!["inactive_until"]);
    }

    [Fact]
    public async Task A_revoked_one_is_gone()
    {
        var (_, backend, page) = await AppAsync();
        var nonce = await RegisterAsync(backend, page);
        (await backend.RevokeDeviceAsync(await backend.UserIdAsync("alice"), (string)(await DevicesAsync(backend))[0]!["id"]!)).Expect(200);

        Assert.Equal((401, "invalid_nonce"), (await backend.VerifyNonceAsync(nonce)).Refused);
        Assert.Empty(await DevicesAsync(backend));
    }

    [Fact]
    public async Task A_nonce_of_another_passkey_activates_that_one_alone()
    {
        var (_, backend, page) = await AppAsync();
        var another = page.Another();
        await RegisterAsync(backend, page);
        (await backend.VerifyNonceAsync(await RegisterAsync(backend, another))).Expect(200);

        Assert.Equal(401, (await page.AuthenticateAsync()).Status);
        (await another.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task By_default_a_new_passkey_works_at_once()
    {
        var (_, backend, page) = await AppAsync(hold: false);
        await RegisterAsync(backend, page);

        (await page.AuthenticateAsync()).Expect(200);
    }

    [Fact]
    public async Task The_page_is_answered_as_ever()
    {
        var (_, backend, page) = await AppAsync();

        var reply = (await page.RegisterAsync(await TransactionAsync(backend))).Expect(200);

        Assert.Equal(["nonce"], reply.Json.AsObject().Select(member => member.Key));
    }

    /// <summary>Its authenticator must neither hide nor forget it while it waits.</summary>
    [Fact]
    public async Task No_signal_takes_it_away_while_it_waits()
    {
        var (_, backend, page) = await AppAsync();
        var another = page.Another();
        (await backend.VerifyNonceAsync(await RegisterAsync(backend, another))).Expect(200);
        await RegisterAsync(backend, page);

        Assert.Null((await page.AuthenticateAskingForSignalsAsync())["reason"]);
        var accepted = (await another.AuthenticateAskingForSignalsAsync()).Expect(200).Json["signals"]!["allAcceptedCredentialIds"]!;
        Assert.Equal(2, accepted.AsArray().Count);
    }
}
