using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Activating, deactivating, signing out and removing, by a backend and by who manages.</summary>
public class AccountLifeTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Office office = new(site);
    private readonly Manager manager = new(site, ServerFixture.AdminKey);
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_deactivated_user_is_signed_out_everywhere_and_signs_in_again_once_active()
    {
        var email = await visitor.SignUpAsync();

        var shown = (await office.DeactivateAsync(visitor.UserId)).Expect(200).Json["user"]!;

        Assert.Equal(("inactive", email), ((string)shown["status"]!, (string)shown["email"]!));
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((403, "user_not_active"), (await visitor.GetAsync("currentuser")).Refused);
        Assert.Equal(403, (await visitor.SignInAsync(email)).Status);

        Assert.Equal("active", (string)(await office.ActivateAsync(visitor.UserId)).Expect(200).Json["user"]!["status"]!);
        Assert.Equal(401, (await visitor.GetAsync("currentuser")).Status);
        Assert.Equal(401, (await visitor.RefreshAsync()).Status);
        (await visitor.SignInAsync(email)).Expect(200);
        (await visitor.GetAsync("currentuser")).Expect(200);
    }

    [Fact]
    public async Task Whoever_manages_ends_sessions_by_deactivating_too()
    {
        await visitor.SignUpAsync();

        foreach (var status in (string[])["inactive", "active"])
        {
            (await manager.PatchAsync($"apps/{CompleteSite.AppId}/users/{visitor.UserId}", new JsonObject { ["status"] = status }))
                .Expect(200);
        }

        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
    }

    [Fact]
    public async Task A_pending_account_that_a_backend_activates_is_nobodys_to_register_for()
    {
        var email = CompleteSite.NewEmail();
        var id = await office.CreateAsync(email);

        Assert.Equal("active", (string)(await office.ActivateAsync(id)).Expect(200).Json["user"]!["status"]!);

        var refused = await visitor.StartSignUpAsync(email);
        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal("user: already exists.", refused.Error);
        Assert.Equal((409, "user_has_no_passkeys"), (await visitor.StartLoginAsync(email)).Refused);
        Assert.Equal(400, (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Status);
    }

    [Fact]
    public async Task A_sign_up_under_way_ends_when_the_backend_activates_the_account()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        var started = (await visitor.StartSignUpAsync(email)).Expect(200);
        var id = (string)started.Json["user"]!["id"]!;
        (await office.ActivateAsync(id)).Expect(200);

        Assert.True((await visitor.FinishSignUpAsync(started)).Status is >= 400 and < 500);
        Assert.Empty((await office.UserAsync(id))["webauthn_devices"]!.AsArray());
    }

    [Fact]
    public async Task A_user_whose_tokens_are_revoked_is_signed_out_everywhere_and_may_sign_in()
    {
        var email = await visitor.SignUpAsync();
        var elsewhere = new Visitor(site) { Authenticator = visitor.Authenticator };
        (await elsewhere.SignInAsync(email)).Expect(200);
        var other = new Visitor(site);
        await other.SignUpAsync();

        (await office.RevokeTokensAsync(visitor.UserId)).Expect(200);

        foreach (var one in (Visitor[])[visitor, elsewhere])
        {
            Assert.Equal((401, "invalid_refresh_token"), (await one.RefreshAsync()).Refused);
            Assert.Equal((401, "invalid_access_token"), (await one.GetAsync("currentuser")).Refused);
        }

        (await other.RefreshAsync()).Expect(200);
        (await visitor.SignInAsync(email)).Expect(200);
        (await office.RevokeTokensAsync(await office.CreateAsync(CompleteSite.NewEmail()))).Expect(200);
    }

    [Fact]
    public async Task A_removed_account_leaves_nothing_but_the_audit_and_its_identifier_is_free()
    {
        var email = await visitor.SignUpAsync();
        var id = visitor.UserId;

        (await office.DeleteAsync(id)).Expect(200);

        var left = site.Rows().Split('\n').Where(row => row.Contains(id, StringComparison.Ordinal)).Select(row => row.Split(':')[0])
            .Distinct();
        Assert.Equal(["audit"], left);
        Assert.Equal((404, "user_not_found"), (await office.GetAsync(id)).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        Assert.Equal((404, "user_not_found"), (await visitor.StartLoginAsync(email)).Refused);
        await new Visitor(site).SignUpAsync(email);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("PATCH", "/activate")]
    [InlineData("PATCH", "/deactivate")]
    [InlineData("DELETE", "/tokens")]
    [InlineData("GET", "/devices")]
    public async Task A_user_of_another_app_or_of_none_is_not_found(string method, string path)
    {
        await visitor.SignUpAsync();
        var elsewhere = new Office(site, Office.SecondShop);
        foreach (var id in (string[])[visitor.UserId, "nobody", visitor.UserId.ToUpperInvariant(), "..%2f", "%C3%A9"])
        {
            var before = site.Rows();
            var reply = await elsewhere.SendAsync(new(method), $"users/{id}{path}", method == "PATCH" && path is "" ? [] : null);
            Assert.Equal((404, "user_not_found"), reply.Refused);
            Assert.Equal(before, site.Rows());
        }
    }
}
