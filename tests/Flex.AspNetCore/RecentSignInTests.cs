using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Flex.Tests;
using OpenPassage.Sdk;
using System.Security.Claims;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>Threat 29: a session alone, left open or stolen, changes nothing about how one signs in.</summary>
public sealed class RecentSignInTests(RealServer server) : SiteTests(server)
{
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(11);

    [Fact]
    public async Task Long_after_the_sign_in_adding_and_revoking_are_refused_with_a_stable_code_and_nothing_changes()
    {
        var (visitor, _, _) = await EnrolledAsync();
        Site.Clock.Turn(TooLong);
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;

        Assert.Equal((403, "recent_sign_in_required"), (await visitor.CallAsync("POST", "register/begin")).Refused);
        Assert.Equal((403, "recent_sign_in_required"), (await visitor.CallAsync("DELETE", id)).Refused);

        Assert.Single(await visitor.PasskeysAsync());
    }

    [Fact]
    public async Task Listing_and_renaming_ask_for_no_recent_sign_in()
    {
        var (visitor, _, _) = await EnrolledAsync();
        Site.Clock.Turn(TooLong);
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;

        (await visitor.CallAsync("PATCH", id, new { name = "Work phone" })).Expect(204);
    }

    [Fact]
    public async Task Confirming_with_a_passkey_makes_the_sign_in_recent_and_keeps_the_session_as_long_as_it_was()
    {
        var name = NewName();
        var visitor = await NewVisitor().SignInAsync(name, remember: true);
        var authenticator = new Authenticator.SoftwareAuthenticator();
        await AddPasskeyAsync(visitor, authenticator);
        Site.Clock.Turn(TooLong);

        var transaction = (string)(await visitor.CallAsync("POST", "sign-in/begin")).Expect(200).Json["transactionId"]!;
        var nonce = await Server.AuthenticateAsync(authenticator, transaction);
        var confirmed = await visitor.CallAsync("POST", "sign-in/finish", new { nonce });

        confirmed.Expect(200);
        Assert.Contains(confirmed.Message.Headers.GetValues("Set-Cookie"), cookie =>
            cookie.StartsWith("login=", StringComparison.Ordinal) && cookie.Contains("expires=", StringComparison.Ordinal));
        (await visitor.CallAsync("POST", "register/begin")).Expect(200);
    }

    [Fact]
    public async Task Signing_in_again_the_old_way_makes_it_recent_too()
    {
        var (visitor, name, _) = await EnrolledAsync();
        Site.Clock.Turn(TooLong);

        await visitor.SignInAsync(name);

        (await visitor.CallAsync("POST", "register/begin")).Expect(200);
    }

    [Fact]
    public async Task Reissuing_the_session_is_no_sign_in()
    {
        var (visitor, _, _) = await EnrolledAsync();
        Site.Clock.Turn(TooLong);

        (await visitor.GetAsync("/refresh")).Expect(200);

        Assert.Equal((403, "recent_sign_in_required"), (await visitor.CallAsync("POST", "register/begin")).Refused);
    }

    [Fact]
    public async Task A_principal_that_is_replaced_during_the_session_keeps_the_time()
    {
        await using var site = await Site.StartAsync(Server, services: services => services.Configure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme,
            cookie => cookie.Events.OnValidatePrincipal = context =>
            {
                var claims = context.Principal!.Claims.Where(claim => claim.Type != PasskeyPolicies.TimeClaim);
                var identity = new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme);
                context.ReplacePrincipal(new ClaimsPrincipal(identity));
                return Task.CompletedTask;
            }));
        var visitor = await NewVisitor(site).SignInAsync(NewName());
        (await visitor.CallAsync("POST", "register/begin")).Expect(200);

        site.Clock.Turn(TooLong);

        Assert.Equal((403, "recent_sign_in_required"), (await visitor.CallAsync("POST", "register/begin")).Refused);
    }

    [Fact]
    public async Task A_session_that_does_not_say_when_it_began_is_old()
    {
        var visitor = NewVisitor();
        await visitor.SignInAsync(NewName());
        await using var site = await Site.StartAsync(Server, services: services => services.PostConfigure<CookieAuthenticationOptions>(
            CookieAuthenticationDefaults.AuthenticationScheme, cookie => cookie.Events = new CookieAuthenticationEvents()));

        var elsewhere = await NewVisitor(site).SignInAsync(NewName());

        Assert.DoesNotContain(await elsewhere.WhoAsync(), claim => claim.StartsWith("auth_time=", StringComparison.Ordinal));
        Assert.Equal((403, "recent_sign_in_required"), (await elsewhere.CallAsync("POST", "register/begin")).Refused);
    }

    [Theory]
    [InlineData("9999999999")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("")]
    public void A_time_that_cannot_be_is_not_recent(string claim)
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(PasskeyPolicies.TimeClaim, claim)], "test"));

        Assert.False(SignInTime.IsRecent(user, TimeSpan.FromMinutes(10), TimeProvider.System));
    }

    [Fact]
    public async Task The_time_is_a_setting_and_so_is_asking_at_all()
    {
        await using var longer = await Site.StartAsync(Server, settings => settings.RecentSignIn = TimeSpan.FromMinutes(30));
        var patient = await NewVisitor(longer).SignInAsync(NewName());
        longer.Clock.Turn(TooLong);
        (await patient.CallAsync("POST", "register/begin")).Expect(200);

        await using var never = await Site.StartAsync(Server, settings => settings.RequireRecentSignIn = false);
        var trusted = await NewVisitor(never).SignInAsync(NewName());
        never.Clock.Turn(TimeSpan.FromDays(1));
        (await trusted.CallAsync("POST", "register/begin")).Expect(200);
    }

    [Fact]
    public async Task The_policies_serve_the_sites_own_pages()
    {
        var (visitor, _, authenticator) = await EnrolledAsync();
        Assert.Equal(200, (int)(await visitor.GetAsync("/recent")).Status);
        Assert.Equal(403, (int)(await visitor.GetAsync("/by-passkey")).Status);

        (await SignInWithPasskeyAsync(visitor, authenticator)).Expect(200);
        Assert.Equal(200, (int)(await visitor.GetAsync("/by-passkey")).Status);

        Site.Clock.Turn(TooLong);
        Assert.Equal(403, (int)(await visitor.GetAsync("/recent")).Status);
        Assert.Equal(401, (int)(await NewVisitor().GetAsync("/recent")).Status);
    }
}
