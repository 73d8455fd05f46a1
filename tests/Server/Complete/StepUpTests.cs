using System.Text.Json.Nodes;
using OpenPassage.Authenticator;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 30: what counts as a passkey that was shown lately, and what does not.</summary>
public class StepUpTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    /// <summary>Threat 30.</summary>
    [Fact]
    public async Task Nothing_but_its_own_sign_in_makes_a_session_recent()
    {
        var email = await visitor.SignUpAsync();
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), new SoftwareAuthenticator())).Expect(200);
        var device = (string)(await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]![1]!["id"]!;
        var (signedIn, amr) = ((long)visitor.Claims["auth_time"]!, visitor.Claims["amr"]!.ToJsonString());
        site.Clock.Advance(TimeSpan.FromMinutes(61));

        // A refresh, another session of the same user, a change that asks for no passkey, a ceremony that is not finished.
        (await visitor.RefreshAsync()).Expect(200);
        var elsewhere = new Visitor(site) { Authenticator = visitor.Authenticator };
        (await elsewhere.SignInAsync(email)).Expect(200);
        (await visitor.SendAsync(
            HttpMethod.Patch, $"currentuser/devices/{device}", new JsonObject { ["friendly_name"] = "Key" })).Expect(200);
        (await visitor.StartLoginAsync(email)).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);

        Assert.Equal((signedIn, amr), ((long)visitor.Claims["auth_time"]!, visitor.Claims["amr"]!.ToJsonString()));
        Assert.Equal((403, "operation_not_allowed"), (await visitor.StartDeviceAsync()).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await visitor.SendAsync(HttpMethod.Delete, $"currentuser/devices/{device}")).Refused);
        // What the other session has begun is finished by it alone.
        var begun = (await elsewhere.StartDeviceAsync()).Expect(200);
        Assert.Equal((403, "operation_not_allowed"), (await visitor.FinishDeviceAsync(begun, new SoftwareAuthenticator())).Refused);

        Assert.Equal(signedIn + (61 * 60), (long)elsewhere.Claims["auth_time"]!);
        (await elsewhere.FinishDeviceAsync(begun, new SoftwareAuthenticator())).Expect(200);
    }

    /// <summary>Threats 5 and 30: a ceremony proves what it was begun for.</summary>
    [Fact]
    public async Task A_ceremony_that_was_begun_for_one_thing_does_no_other()
    {
        var email = await visitor.SignUpAsync();
        var pending = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = pending })).Expect(200);
        var signUp = (await visitor.StartSignUpAsync(pending)).Expect(200);
        var device = (await visitor.StartDeviceAsync()).Expect(200);
        Reply[] signIns = [(await visitor.StartLoginAsync(email)).Expect(200), (await visitor.StartLoginAsync(null)).Expect(200)];
        var before = site.Rows();

        foreach (var begun in (Reply[])[signUp, device])
        {
            await NothingAsync(
                "login/webauthn/finish", begun, visitor.Get(signIns[0], ceremony => ceremony.ClientData.Challenge = Of(begun)));
        }

        foreach (var begun in (Reply[])[.. signIns, device])
            await NothingAsync("register/webauthn/finish", begun, Made(signUp, begun));
        foreach (var begun in (Reply[])[.. signIns, signUp])
            await NothingAsync("currentuser/devices/finish", begun, Made(device, begun));

        Assert.Equal(before, site.Rows());

        // As if they were what the call is for: the challenge is the one that was given out.
        JsonObject Made(Reply like, Reply begun)
            => new SoftwareAuthenticator()
                .Create(Page.OptionsOf(like), CompleteSite.Origin, ceremony => ceremony.ClientData.Challenge = Of(begun))
                .ToJsonObject(visitor.Shape);

        static string Of(Reply begun) => (string)begun.Json["handshake"]!["challenge"]!["publicKey"]!["challenge"]!;

        async Task NothingAsync(string path, Reply begun, JsonObject response)
        {
            foreach (var user in (string?[])[visitor.UserId, (string)signUp.Json["user"]!["id"]!])
            {
                var reply = await visitor.SendAsync(HttpMethod.Post, path, Visitor.Finish(begun, user, (JsonObject)response.DeepClone()));
                Assert.Contains(reply.Refused, ((int, string)[])[(401, "webauthn_login_failed"), (403, "user_not_active")]);
            }
        }
    }

    /// <summary>Threats 17 and 30: somebody was there, but nobody knows who.</summary>
    [Fact]
    public async Task A_passkey_that_verified_nobody_signs_nobody_in_or_up_and_is_not_added()
    {
        var email = await visitor.SignUpAsync();
        var newcomer = new Visitor(site);
        var pending = CompleteSite.NewEmail();
        (await newcomer.PostAsync("users", new JsonObject { ["identifier"] = pending })).Expect(200);
        var before = site.Rows();

        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await visitor.FinishLoginAsync(
                (await visitor.StartLoginAsync(email)).Expect(200), ceremony => ceremony.AuthenticatorData.UserVerified = false)).Refused);
        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await newcomer.FinishSignUpAsync(
                (await newcomer.StartSignUpAsync(pending)).Expect(200),
                bend: ceremony => ceremony.AuthenticatorData.UserVerified = false)).Refused);
        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await visitor.FinishDeviceAsync(
                (await visitor.StartDeviceAsync()).Expect(200), new SoftwareAuthenticator { UserVerified = false })).Refused);

        Assert.Equal(before, site.Rows());
    }

    /// <summary>Threat 30: how somebody signed in is the server's finding, session by session, whatever the page says.</summary>
    [Fact]
    public async Task A_token_tells_how_its_own_session_was_signed_in()
    {
        var email = await visitor.SignUpAsync();
        Assert.Equal("""["hwk","user"]""", visitor.Claims["amr"]!.ToJsonString());
        var synced = new Visitor(site) { Authenticator = new SoftwareAuthenticator { BackupEligible = true, BackupState = true } };
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200), synced.Authenticator)).Expect(200);

        var started = (await synced.StartLoginAsync(email)).Expect(200);
        var body = Visitor.Finish(started, visitor.UserId, synced.Get(started));
        body["amr"] = new JsonArray("hwk", "mfa");
        body["auth_time"] = 0;
        synced.Keep((await synced.PostAsync("login/webauthn/finish", body)).Expect(200));

        Assert.Equal("""["swk","user"]""", synced.Claims["amr"]!.ToJsonString());
        Assert.Equal(site.Clock.GetUtcNow().ToUnixTimeSeconds(), (long)synced.Claims["auth_time"]!);
        foreach (var (session, amr) in ((Visitor, string)[])[(visitor, "hwk"), (synced, "swk")])
        {
            (await session.RefreshAsync()).Expect(200);
            Assert.Equal(amr, (string)session.Claims["amr"]![0]!);
        }
    }
}
