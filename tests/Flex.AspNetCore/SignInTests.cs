using OpenPassage.Authenticator;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

public sealed class SignInTests(RealServer server) : SiteTests(server)
{
    [Fact]
    public async Task A_passkey_signs_in_who_it_belongs_to()
    {
        var (_, name, authenticator) = await EnrolledAsync();
        var visitor = NewVisitor();
        Assert.Empty(await visitor.WhoAsync());

        var signedIn = await SignInWithPasskeyAsync(visitor, authenticator);

        Assert.Equal("/", (string?)signedIn.Expect(200).Json["returnUrl"]);
        var claims = await visitor.WhoAsync();
        Assert.Contains(claims, claim => claim.EndsWith($"/nameidentifier={name}", StringComparison.Ordinal));
        Assert.Contains("amr=passkey", claims);
        Assert.Contains(claims, claim => claim.StartsWith("auth_time=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Beginning_tells_a_stranger_nothing_and_gives_who_is_signed_in_a_transaction()
    {
        var (visitor, name, authenticator) = await EnrolledAsync();

        Assert.Null((await NewVisitor().CallAsync("POST", "sign-in/begin")).Expect(200).Json["transactionId"]);
        var transaction = (string)(await visitor.CallAsync("POST", "sign-in/begin")).Expect(200).Json["transactionId"]!;

        Assert.Equal(name, await Passage.Auth.VerifyNonceAsync(await Server.AuthenticateAsync(authenticator, transaction)));
    }

    [Fact]
    public async Task Who_has_no_passkey_cannot_confirm_with_one()
    {
        var visitor = await NewVisitor().SignInAsync(NewName());

        var refused = (await visitor.CallAsync("POST", "sign-in/begin")).Refused;

        Assert.True(refused is (409, "no_passkeys") or (404, "passkey_not_found"), refused.ToString());
    }

    /// <summary>Threats 7 and 30.</summary>
    [Fact]
    public async Task A_nonce_signs_in_once()
    {
        var (_, _, authenticator) = await EnrolledAsync();
        var nonce = await Server.AuthenticateAsync(authenticator);
        (await NewVisitor().CallAsync("POST", "sign-in/finish", new { nonce })).Expect(200);

        var thief = NewVisitor();

        Assert.Equal((401, "invalid_nonce"), (await thief.CallAsync("POST", "sign-in/finish", new { nonce })).Refused);
        Assert.Empty(await thief.WhoAsync());
    }

    /// <summary>Threats 30 and 34: a passkey that was made unseen signs nobody in by having been made.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData("conditional", false)]
    [InlineData("conditional", true)]
    public async Task A_registration_that_verified_nobody_or_was_in_passing_signs_nobody_in(string? mediation, bool verified)
    {
        await using var lenient = new RealServer { Settings = ["Apps:0:UserVerification=preferred"] };
        await lenient.InitializeAsync();
        await using var site = await Site.StartAsync(lenient);
        using var passage = lenient.NewClient();
        var authenticator = new SoftwareAuthenticator { UserVerified = verified };
        var nonce = await lenient.RegisterAsync(authenticator, await passage.Auth.CreateRegisterTransactionAsync("ada", "ada"), mediation);
        var visitor = NewVisitor(site);

        Assert.Equal((403, "not_a_sign_in"), (await visitor.CallAsync("POST", "sign-in/finish", new { nonce })).Refused);
        Assert.Empty(await visitor.WhoAsync());
        (await SignInWithPasskeyAsync(visitor, authenticator, of: lenient)).Expect(200);
    }

    /// <summary>Threat 30: whoever sits down at an open session can make a passkey, and has confirmed nothing by it.</summary>
    [Fact]
    public async Task A_verified_registration_signs_in_who_was_signed_out_and_confirms_nobody()
    {
        var name = NewName();
        async Task<string> MadeAsync() =>
            await Server.RegisterAsync(new SoftwareAuthenticator(), await Passage.Auth.CreateRegisterTransactionAsync(name, name));
        var visitor = NewVisitor();

        (await visitor.CallAsync("POST", "sign-in/finish", new { nonce = await MadeAsync() })).Expect(200);
        var second = await MadeAsync();
        Assert.Equal((403, "not_a_sign_in"), (await visitor.CallAsync("POST", "sign-in/finish", new { nonce = second })).Refused);
    }

    [Fact]
    public async Task The_callback_is_told_what_was_proved()
    {
        VerifiedCeremony? told = null;
        await using var site = await Site.StartAsync(Server, passkeys: passkeys => passkeys.SignIn = signIn =>
        {
            told = signIn.Ceremony;
            return Task.CompletedTask;
        });
        var name = NewName();

        (await SignInWithPasskeyAsync(NewVisitor(site), await Server.EnrolAsync(Passage, name))).Expect(200);

        Assert.Equal((name, PassageCeremony.Authenticate, true), (told!.ExternalId, told.Ceremony, told.UserVerified));
        Assert.Equal("http://localhost:3000", told.Origin);
        Assert.Equal((await Passage.User.ListDevicesAsync(name))[0].Id, told.DeviceId);
    }

    [Theory]
    [InlineData("", 401, "invalid_nonce")]
    [InlineData(" ", 401, "invalid_nonce")]
    [InlineData("made up", 401, "invalid_nonce")]
    [InlineData(null, 400, "invalid_request")]
    public async Task A_nonce_that_is_none_is_refused(string? nonce, int status, string code) =>
        Assert.Equal((status, code), (await NewVisitor().CallAsync("POST", "sign-in/finish", new { nonce })).Refused);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"nonce\":1}")]
    [InlineData("{}")]
    public async Task A_body_that_is_none_is_refused(string body)
    {
        var visitor = NewVisitor();
        var page = (await visitor.GetAsync("/passkeys/page")).Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/passkeys/sign-in/finish")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Headers = { { (string)page["antiforgeryHeader"]!, (string)page["antiforgeryToken"]! } },
        };

        Assert.Equal((400, "invalid_request"), (await visitor.SendAsync(request)).Refused);
    }

    /// <summary>Threat 6: a ceremony in one person's page does not end in another person's session.</summary>
    [Fact]
    public async Task The_passkey_of_another_account_does_not_take_over_a_session()
    {
        var (visitor, name, _) = await EnrolledAsync();
        var (_, _, others) = await EnrolledAsync();

        Assert.Equal((403, "another_user"), (await SignInWithPasskeyAsync(visitor, others)).Refused);

        Assert.Contains(await visitor.WhoAsync(), claim => claim.EndsWith($"={name}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/orders?page=2#last", "/orders?page=2#last")]
    [InlineData("/", "/")]
    [InlineData(null, "/home")]
    [InlineData("", "/home")]
    [InlineData("https://evil.example", "/home")]
    [InlineData("//evil.example", "/home")]
    [InlineData("/\\evil.example", "/home")]
    [InlineData("\\\\evil.example", "/home")]
    [InlineData("/\tevil.example", "/home")]
    [InlineData("javascript:alert(1)", "/home")]
    [InlineData(" //evil.example", "/home")]
    [InlineData("~/orders", "/home")]
    public async Task The_page_goes_on_within_this_site_only(string? asked, string goes)
    {
        await using var site = await Site.StartAsync(Server, passkeys: passkeys => passkeys.SignedInPath = "/home");
        var authenticator = await Server.EnrolAsync(Passage, NewName());

        var signedIn = await SignInWithPasskeyAsync(NewVisitor(site), authenticator, asked);

        Assert.Equal(goes, (string?)signedIn.Expect(200).Json["returnUrl"]);
    }

    [Fact]
    public async Task The_callback_may_let_nobody_in()
    {
        await using var site = await Site.StartAsync(Server, passkeys: passkeys => passkeys.SignIn = signIn =>
        {
            signIn.Refuse("This account is locked.");
            return Task.CompletedTask;
        });
        var visitor = NewVisitor(site);

        var refused = await SignInWithPasskeyAsync(visitor, await Server.EnrolAsync(Passage, NewName()));

        Assert.Equal((403, "sign_in_refused"), refused.Refused);
        Assert.Equal("This account is locked.", (string?)refused.Json["detail"]);
        Assert.Empty(await visitor.WhoAsync());
    }

    [Fact]
    public async Task The_callback_may_send_the_page_elsewhere()
    {
        await using var site = await Site.StartAsync(Server, passkeys: passkeys => passkeys.SignIn = signIn =>
        {
            signIn.ReturnUrl = "/welcome-back";
            return Task.CompletedTask;
        });

        var signedIn = await SignInWithPasskeyAsync(NewVisitor(site), await Server.EnrolAsync(Passage, NewName()), "/orders");

        Assert.Equal("/welcome-back", (string?)signedIn.Expect(200).Json["returnUrl"]);
    }

    /// <summary>Session fixation: whoever planted the session's cookie in this browser must not read on after the sign-in.</summary>
    [Fact]
    public async Task Session_state_from_before_the_sign_in_is_gone_and_so_is_its_id()
    {
        var (_, _, authenticator) = await EnrolledAsync();
        var visitor = NewVisitor();
        await visitor.GetAsync("/state/plant");
        Assert.Equal("by a stranger", (await visitor.GetAsync("/state")).Text);
        var planted = visitor.Cookies["state"];

        (await SignInWithPasskeyAsync(visitor, authenticator)).Expect(200);

        Assert.DoesNotContain("state", visitor.Cookies.Keys);
        Assert.Equal("nothing", (await visitor.GetAsync("/state")).Text);
        using var thief = new HttpRequestMessage(HttpMethod.Get, "/state") { Headers = { { "Cookie", $"state={planted}" } } };
        Assert.Equal("nothing", (await NewVisitor().SendAsync(thief)).Text);
    }

    [Fact]
    public async Task A_sign_in_makes_a_new_cookie_and_a_confirmation_too()
    {
        var (_, _, authenticator) = await EnrolledAsync();
        var visitor = NewVisitor();
        (await SignInWithPasskeyAsync(visitor, authenticator)).Expect(200);
        var first = visitor.Cookies["login"];

        (await SignInWithPasskeyAsync(visitor, authenticator)).Expect(200);

        Assert.NotEqual(first, visitor.Cookies["login"]);
    }

    /// <summary>Threat 10, 31: who is deactivated or revoked is refused by the server, whatever the page shows.</summary>
    [Fact]
    public async Task A_revoked_passkey_and_a_deactivated_user_sign_nobody_in()
    {
        var (visitor, name, authenticator) = await EnrolledAsync();
        var earned = await Server.AuthenticateAsync(authenticator);
        (await visitor.CallAsync("DELETE", (string)(await visitor.PasskeysAsync())[0]!["id"]!)).Expect(200);
        Assert.Equal((401, "invalid_nonce"), (await NewVisitor().CallAsync("POST", "sign-in/finish", new { nonce = earned })).Refused);

        var second = new SoftwareAuthenticator();
        await AddPasskeyAsync(visitor, second);
        var nonce = await Server.AuthenticateAsync(second);
        Server.Tamper("UPDATE users SET status = 'inactive' WHERE external_id = @external_id", name);
        Assert.Equal((401, "invalid_nonce"), (await NewVisitor().CallAsync("POST", "sign-in/finish", new { nonce })).Refused);
        Assert.Equal((403, "deactivated"), (await visitor.CallAsync("POST", "register/begin")).Refused);
    }
}
