using System.Buffers.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.Server.Passkeys;
using Passkey = OpenPassage.Authenticator.Passkey;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>What pages that ask for it are told, for them to tell authenticators (§5.1.10).</summary>
public class SignalsTests(SignalsTests.EachItsOwnRpId server) : OwnServerTests(server), IClassFixture<SignalsTests.EachItsOwnRpId>
{
    [Fact]
    public async Task After_a_sign_in_every_passkey_of_the_user_is_named_and_no_other()
    {
        var user = await RegisteredAsync();
        await RegisteredAsync(user, new Page(Server, App));
        await RegisteredAsync(page: new Page(Server, App));

        var finished = (await Page.AuthenticateAskingForSignalsAsync()).Expect(200);

        Assert.Equal(["nonce", "signals"], finished.Json.AsObject().Select(member => member.Key));
        var signals = finished.Json["signals"]!.AsObject();
        Assert.Equal(["rpId", "userId", "allAcceptedCredentialIds"], signals.Select(member => member.Key));
        Assert.Equal(App.RpId, (string)signals["rpId"]!);
        Assert.Equal(Base64Url.EncodeToString(Mine.UserHandle), (string)signals["userId"]!);
        var accepted = signals["allAcceptedCredentialIds"]!.AsArray().Select(id => (string)id!).ToList();
        Assert.Equal(2, accepted.Count);
        Assert.Contains(Base64Url.EncodeToString(Mine.Id), accepted);
    }

    [Fact]
    public async Task The_name_that_the_backend_says_goes_to_the_authenticator()
    {
        var user = await RegisteredAsync();
        var transaction = (await Backend.PostAsync(
            "transactions/authenticate", $$"""{"external_id":"{{user}}","passkey_display_name":"Ada Lovelace"}"""))
            .Expect(201)["transaction_id"]!;

        var finished = (await Page.AuthenticateAskingForSignalsAsync(transaction)).Expect(200);

        Assert.Equal("Ada Lovelace", (string)finished.Json["signals"]!["name"]!);
        Assert.Equal("Ada Lovelace", (string)finished.Json["signals"]!["displayName"]!);
    }

    /// <summary>
    /// Threat 35: a credential id that is registered, one that was revoked and one that never was are answered alike, to the byte,
    /// unless the passkey's own key signed.
    /// </summary>
    [Fact]
    public async Task Who_holds_no_key_is_not_told_which_credential_ids_exist()
    {
        var user = await RegisteredAsync();
        var registered = Mine;
        var another = Page.Another();
        await RegisteredAsync(user, another);
        var revoked = another.Authenticator.Passkeys[0];
        var id = await Backend.UserIdAsync(user);
        foreach (var device in (await Backend.ListDevicesAsync(id)).Json["devices"]!.AsArray())
        {
            if ((string)device!["cred_id"]! == Base64Url.EncodeToString(revoked.Id))
                (await Backend.RevokeDeviceAsync(id, (string)device["id"]!)).Expect(200);
        }

        var never = Stranger();
        never.UserHandle = registered.UserHandle;
        HashSet<string> answers = [];
        foreach (var passkey in (Passkey[])[registered, revoked, never, Stranger()])
        {
            Action<AuthenticationCeremony>[] bends =
            [
                ceremony => ceremony.BendSignature = _ => [0],
                ceremony => ceremony.BendSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00],
                ceremony => ceremony.Key = SigningKey.Create(Alg.ES256),
            ];
            foreach (var bend in bends)
                answers.Add(Whole(await Page.AuthenticateAskingForSignalsAsync(bend: bend, passkey: passkey)));
        }

        Assert.Single(answers);
        Assert.Equal("unknown_credential", (await Page.AuthenticateAskingForSignalsAsync(passkey: revoked))["reason"]);
    }

    [Fact]
    public async Task A_passkey_that_was_never_kept_here_is_told_nothing()
    {
        await RegisteredAsync();

        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync(passkey: Stranger())).Refused);
    }

    [Fact]
    public async Task A_passkey_of_a_user_who_was_deleted_may_be_forgotten()
    {
        var user = await RegisteredAsync();
        (await Manager.DeleteAsync($"apps/{App.Id}/users/{await Backend.UserIdAsync(user)}")).Expect(200);

        Assert.Equal("unknown_credential", (await Page.AuthenticateAskingForSignalsAsync())["reason"]);
    }

    [Fact]
    public async Task What_a_former_passkey_was_is_kept_for_as_long_as_events_are()
    {
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        (await Backend.RevokeDeviceAsync(user, (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["id"]!)).Expect(200);
        var store = Server.Services.GetRequiredService<PasskeyRemovals>();

        await store.ForgetBeforeAsync(Server.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal("unknown_credential", (await Page.AuthenticateAskingForSignalsAsync())["reason"]);
        await store.ForgetBeforeAsync(Server.Clock.GetUtcNow() + TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync()).Refused);
    }

    /// <summary>Status, headers and body, without what differs between any two answers.</summary>
    private static string Whole(Reply reply)
    {
        var headers = reply.Message.Headers.Concat(reply.Message.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return string.Join('\n', headers.Order(StringComparer.Ordinal).Prepend(reply.Text).Prepend($"{reply.Status}"));
    }

    [Fact]
    public async Task A_revoked_passkey_may_be_forgotten_and_a_page_that_does_not_ask_is_not_told()
    {
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        var device = (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["id"]!;
        var revoked = (await Backend.RevokeDeviceAsync(user, device)).Expect(200);
        Assert.Empty(revoked.Json["signals"]!["allAcceptedCredentialIds"]!.AsArray());
        Assert.Equal(Base64Url.EncodeToString(Mine.UserHandle), (string)revoked.Json["signals"]!["userId"]!);

        Assert.Equal("unknown_credential", (await Page.AuthenticateAskingForSignalsAsync())["reason"]);
        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAsync()).Refused);
    }

    /// <summary>Threats 9 and 35: only that nothing but the key is missing is told, and never for a user whom somebody named.</summary>
    [Fact]
    public async Task Whatever_else_is_wrong_nothing_is_said_of_the_passkey()
    {
        var user = await RegisteredAsync();
        Action<AuthenticationCeremony>[] bends =
        [
            ceremony => ceremony.ClientData.Challenge = "AAAAAAAAAAAAAAAAAAAAAA",
            ceremony => ceremony.ClientData.Origin = "https://evil.example",
            ceremony => ceremony.AuthenticatorData.UserVerified = false,
            ceremony => ceremony.UserHandle = null,
        ];

        foreach (var bend in bends)
            Assert.Equal(
                (401, "discoverable_login_failed"),
                (await Page.AuthenticateAskingForSignalsAsync(bend: bend, passkey: Stranger())).Refused);
        Assert.Equal(
            (401, "discoverable_login_failed"),
            (await Page.AuthenticateAskingForSignalsAsync(bend: ceremony => ceremony.Key = SigningKey.Create(Alg.ES256))).Refused);
        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await Page.AuthenticateAskingForSignalsAsync(await AuthenticateTransactionAsync(user), passkey: Stranger())).Refused);
    }

    /// <summary>What a page is told here deletes a passkey for good: it may be good for the other app.</summary>
    public class WhereAppsShareAnRpId(ServerFixture server) : ServerTests(server)
    {
        [Fact]
        public async Task A_passkey_of_the_other_app_is_not_to_be_forgotten()
        {
            await RegisteredAsync();
            var other = new Page(Server, OtherApp) { Authenticator = Page.Authenticator };

            Assert.Equal((401, "discoverable_login_failed"), (await other.AuthenticateAskingForSignalsAsync()).Refused);
        }
    }

    private Passkey Mine => Page.Authenticator.Passkeys[0];

    /// <summary>A passkey for this RP ID that the server has never seen.</summary>
    private static Passkey Stranger() => new SoftwareAuthenticator()
        .Create(
            $$$"""{"rp":{"id":"{{{App.RpId}}}"},"user":{"id":"AAAA"},"challenge":"AAAA","pubKeyCredParams":[{"alg":-7}]}""",
            App.Origin).Passkey;

    public sealed class EachItsOwnRpId : ServerFixture
    {
        protected override IEnumerable<string> Settings
            => ["--OpenPassage:Apps:1:RpId=other.example", "--OpenPassage:Apps:1:Origins:0=https://other.example"];
    }
}
