using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

public class GetCompleteAppTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Office office = new(site);

    [Fact]
    public async Task Every_member_that_older_clients_decode_is_there()
    {
        var app = (await office.SendAsync(HttpMethod.Get, "")).Expect(200).Json["app"]!.AsObject();

        Assert.Equal(
            [
                "additional_auth_origins", "allowed_callback_urls", "allowed_identifier", "allowed_logout_urls", "application_login_uri",
                "auth_fallback_method", "auth_fallback_method_ttl", "auth_methods", "auth_origin", "auto_theme_enabled", "created_at",
                "default_language", "element_customization", "element_customization_dark", "hosted", "hosted_subdomain", "hosted_theme",
                "id", "layouts", "login_url", "name", "passage_branding", "profile_management", "public_signup", "redirect_url",
                "refresh_absolute_lifetime", "refresh_enabled", "refresh_inactivity_lifetime", "require_email_verification",
                "require_identifier_verification", "required_identifier", "role", "rsa_public_key", "session_timeout_length",
                "technologies", "type", "user_metadata_schema",
            ],
            app.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.All(app, member => Assert.NotNull(member.Value));
        Assert.Equal(("complete", CompleteSite.Origin), ((string)app["type"]!, (string)app["auth_origin"]!));
        const string Off = """{"enabled":false,"ttl":300,"ttl_display_unit":"m"}""";
        Assert.Equal(
            $$"""{"passkeys":{"enabled":true},"otp":{{Off}},"magic_link":{{Off}}}""", app["auth_methods"]!.ToJsonString());
        Assert.Equal(
            (600, 2592000, 604800),
            ((int)app["session_timeout_length"]!, (int)app["refresh_absolute_lifetime"]!, (int)app["refresh_inactivity_lifetime"]!));
        Assert.Equal(["nickname", "age", "plan"], app["user_metadata_schema"]!.AsArray().Select(field => (string)field!["field_name"]!));
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----", (string)app["rsa_public_key"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_gets_the_public_shape_and_a_wrong_key_neither()
    {
        var page = (await new Visitor(site).GetAsync("")).Expect(200).Json["app"]!.AsObject();
        Assert.False(page.ContainsKey("created_at"));
        Assert.False(page["auth_methods"]!.AsObject().ContainsKey("otp"));

        Assert.Equal((401, "invalid_access_token"), (await new Visitor(site).SendAsync(HttpMethod.Get, "", token: "wrong")).Refused);
    }

    [Fact]
    public async Task A_wrong_key_on_a_path_that_pages_have_too_is_never_a_pages_call()
    {
        var visitor = new Visitor(site);
        var before = site.Rows();
        foreach (var key in (string[])["wrong", CompleteSite.OtherApiKey, ServerFixture.App.ApiKey])
        {
            var lookup = await visitor.SendAsync(HttpMethod.Get, "users?identifier=ada@example.com", token: key);
            Assert.Equal((401, "invalid_access_token"), lookup.Refused);
            var body = new JsonObject { ["identifier"] = CompleteSite.NewEmail(), ["email"] = CompleteSite.NewEmail() };
            Assert.Equal((401, "invalid_access_token"), (await visitor.SendAsync(HttpMethod.Post, "users", body, key)).Refused);
        }

        Assert.Equal(before, site.Rows());
    }
}
