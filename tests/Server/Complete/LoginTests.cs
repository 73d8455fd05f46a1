using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Complete;

public class LoginTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_user_signs_in_by_identifier_and_without_one()
    {
        var email = await visitor.SignUpAsync();
        var user = visitor.UserId;

        foreach (var identifier in (string?[])[email, email.ToUpperInvariant(), null])
        {
            (await visitor.SignInAsync(identifier)).Expect(200);
            Assert.Equal(user, visitor.UserId);
        }

        Assert.Equal(4, (int)(await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!["login_count"]!);
    }

    [Fact]
    public async Task A_token_is_as_official_readers_demand()
    {
        var before = site.Clock.GetUtcNow().ToUnixTimeSeconds();
        await visitor.SignUpAsync();

        Assert.Equal(["alg", "kid", "typ"], visitor.Head.Select(member => member.Key));
        Assert.Equal(("RS256", "JWT"), ((string)visitor.Head["alg"]!, (string)visitor.Head["typ"]!));
        Assert.Matches("^[A-Za-z0-9]{24}$", (string)visitor.Head["kid"]!);
        var claims = visitor.Claims;
        Assert.Equal([CompleteSite.Origin, CompleteSite.AppId], claims["aud"]!.AsArray().Select(one => (string)one!));
        Assert.Equal($"{CompleteSite.PublicUrl}/v1/apps/{CompleteSite.AppId}", (string)claims["iss"]!);
        Assert.Equal((before - 5, 600), ((long)claims["iat"]!, (long)claims["exp"]! - (long)claims["iat"]!));
        Assert.True((long)claims["nbf"]! <= (long)claims["iat"]!);
        Assert.Equal(before, (long)claims["auth_time"]!);
        Assert.Equal(2, claims["amr"]!.AsArray().Count);
        Assert.Matches("^[A-Za-z0-9]{24}$", (string)claims["sid"]!);
        Assert.Matches("^[A-Za-z0-9]{24}$", (string)claims["sub"]!);
    }

    [Fact]
    public async Task Clients_of_phones_need_not_say_whom_they_have_asked_for()
    {
        var email = await visitor.SignUpAsync();
        var started = (await visitor.StartLoginAsync(email)).Expect(200);

        var answer = await visitor.PostAsync("login/webauthn/finish", Visitor.Finish(started, userId: null, visitor.Get(started)));

        answer.Expect(200);
    }

    /// <summary>Threat 6.</summary>
    [Fact]
    public async Task A_user_id_that_is_not_the_handshakes_is_refused()
    {
        var email = await visitor.SignUpAsync();
        var other = new Visitor(site);
        await other.SignUpAsync();

        var named = (await visitor.StartLoginAsync(email)).Expect(200);
        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await visitor.PostAsync("login/webauthn/finish", Visitor.Finish(named, other.UserId, visitor.Get(named)))).Refused);
        var anybody = (await visitor.StartLoginAsync(null)).Expect(200);
        Assert.Equal(
            (401, "webauthn_login_failed"),
            (await visitor.PostAsync("login/webauthn/finish", Visitor.Finish(anybody, visitor.UserId, visitor.Get(anybody)))).Refused);
    }

    /// <summary>Threat 7.</summary>
    [Fact]
    public async Task A_handshake_signs_in_once()
    {
        var email = await visitor.SignUpAsync();
        var started = (await visitor.StartLoginAsync(email)).Expect(200);
        var body = Visitor.Finish(started, visitor.UserId, visitor.Get(started));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => visitor.PostAsync("login/webauthn/finish", (JsonObject)body.DeepClone())));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((401, "webauthn_login_failed"), answer.Refused));
    }

    /// <summary>Threats 8, 31.</summary>
    [Fact]
    public async Task Nobody_is_told_apart_from_somebody_without_a_passkey_and_somebody_deactivated()
    {
        Assert.Equal((404, "user_not_found"), (await visitor.StartLoginAsync(CompleteSite.NewEmail())).Refused);

        var pending = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = pending })).Expect(200);
        Assert.Equal((409, "user_has_no_passkeys"), (await visitor.StartLoginAsync(pending)).Refused);

        var email = await visitor.SignUpAsync();
        var begun = (await visitor.StartLoginAsync(email)).Expect(200);
        await SetStatusAsync(UserStatus.Inactive);
        Assert.Equal((403, "user_not_active"), (await visitor.StartLoginAsync(email)).Refused);
        Assert.Equal((403, "user_not_active"), (await visitor.FinishLoginAsync(begun)).Refused);
        Assert.Equal((403, "user_not_active"), (await visitor.GetAsync("currentuser")).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);

        // What has ended does not begin again.
        await SetStatusAsync(UserStatus.Active);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        (await visitor.SignInAsync(email)).Expect(200);

        async Task SetStatusAsync(UserStatus status) => await site.Services.GetRequiredService<ManagedUsers>().UpdateAsync(
            new(CompleteSite.AppId), visitor.UserId, status, enrolmentBlocked: null, Actor.Operator("test"), default);
    }

    [Fact]
    public async Task A_passkey_of_another_app_signs_nobody_in()
    {
        await visitor.SignUpAsync();
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId) { Authenticator = visitor.Authenticator };

        Assert.Equal(
            (401, "discoverable_login_failed"),
            (await elsewhere.FinishLoginAsync((await elsewhere.StartLoginAsync(null)).Expect(200))).Refused);
    }

    [Fact]
    public async Task Each_product_refuses_the_calls_of_the_other()
    {
        using var flex = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{CompleteSite.AppId}/transactions/register")
        {
            Content = new StringContent("""{"external_id":"x","passkey_display_name":"y"}"""),
            Headers = { { "Authorization", $"Bearer {CompleteSite.ApiKey}" } },
        };
        Assert.Equal((403, "operation_not_allowed"), (await Reply.ReadAsync(await site.Http.SendAsync(flex))).Refused);

        var atFlex = new Visitor(site, ServerFixture.App.Id) { Origin = ServerFixture.App.Origin };
        Assert.Equal((403, "operation_not_allowed"), (await atFlex.StartLoginAsync(null)).Refused);
        Assert.Equal((403, "operation_not_allowed"), (await atFlex.GetAsync("currentuser")).Refused);
    }

    [Theory]
    [InlineData("GET", "users?identifier=a%40b.example")]
    [InlineData("POST", "users")]
    [InlineData("GET", "")]
    public async Task A_wrong_key_on_a_path_of_both_is_refused_and_not_taken_for_a_page(string method, string path)
        => Assert.Equal(
            (401, "invalid_access_token"),
            (await visitor.SendAsync(
                new HttpMethod(method), path, method == "POST" ? new JsonObject { ["identifier"] = CompleteSite.NewEmail() } : null,
                token: "wrong-key-0123456789abcdef")).Refused);
}
