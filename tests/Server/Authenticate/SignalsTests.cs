using System.Buffers.Text;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Authenticate;

/// <summary>What pages that ask for it are told, for them to tell authenticators (§5.1.10).</summary>
public class SignalsTests(SignalsTests.EachItsOwnRpId server) : ServerTests(server), IClassFixture<SignalsTests.EachItsOwnRpId>
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
        var transaction = (await Backend.PostAsync("transactions/authenticate", $$"""{"external_id":"{{user}}","passkey_display_name":"Ada Lovelace"}""")).Expect(201)["transaction_id"]!;

        var finished = (await Page.AuthenticateAskingForSignalsAsync(transaction)).Expect(200);

        Assert.Equal("Ada Lovelace", (string)finished.Json["signals"]!["name"]!);
        Assert.Equal("Ada Lovelace", (string)finished.Json["signals"]!["displayName"]!);
    }

    [Fact]
    public async Task A_passkey_that_is_not_kept_here_may_be_forgotten()
    {
        await RegisteredAsync();
        var reply = await Page.AuthenticateAskingForSignalsAsync(bend: ceremony => ceremony.Key = SigningKey.Create(Alg.ES256), passkey: Stranger());

        Assert.Equal((401, "discoverable_login_failed", "unknown_credential"), (reply.Status, reply["code"], reply["reason"]));
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
            Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync(bend: bend, passkey: Stranger())).Refused);
        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAskingForSignalsAsync(bend: ceremony => ceremony.Key = SigningKey.Create(Alg.ES256))).Refused);
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
        .Create($$$"""{"rp":{"id":"{{{App.RpId}}}"},"user":{"id":"AAAA"},"challenge":"AAAA","pubKeyCredParams":[{"alg":-7}]}""", App.Origin).Passkey;

    public sealed class EachItsOwnRpId : ServerFixture
    {
        protected override IEnumerable<string> Settings => ["--OpenPassage:Apps:1:RpId=other.example", "--OpenPassage:Apps:1:Origins:0=https://other.example"];
    }
}
