using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

public sealed class OwnPasskeysTests(RealServer server) : SiteTests(server)
{
    [Fact]
    public async Task Who_has_none_sees_none()
    {
        var visitor = await NewVisitor().SignInAsync(NewName());

        Assert.Empty(await visitor.PasskeysAsync());
    }

    [Fact]
    public async Task Passkeys_are_listed_renamed_and_revoked()
    {
        var (visitor, _, authenticator) = await EnrolledAsync();
        (await SignInWithPasskeyAsync(visitor, authenticator)).Expect(200);
        var passkey = (await visitor.PasskeysAsync())[0]!;
        Assert.NotEmpty((string)passkey["name"]!);
        Assert.NotNull(passkey["lastUsedAt"]);

        (await visitor.CallAsync("PATCH", (string)passkey["id"]!, new { name = "  Zoë's phone 📱 " })).Expect(204);
        Assert.Equal("Zoë's phone 📱", (string?)(await visitor.PasskeysAsync())[0]!["name"]);

        (await visitor.CallAsync("DELETE", (string)passkey["id"]!)).Expect(200);
        Assert.Empty(await visitor.PasskeysAsync());
        Assert.Equal((404, "passkey_not_found"), (await visitor.CallAsync("DELETE", (string)passkey["id"]!)).Refused);
    }

    /// <summary>For <c>passkey.signalAccepted()</c>: as the browser's signal methods name it.</summary>
    [Fact]
    public async Task A_revocation_answers_which_passkeys_are_left()
    {
        var (visitor, name, _) = await EnrolledAsync();
        await AddPasskeyAsync(visitor, new SoftwareAuthenticator());
        var devices = await Passage.User.ListDevicesAsync(name);
        Assert.Equal(2, devices.Count);

        var signals = (await visitor.CallAsync("DELETE", devices[0].Id)).Expect(200).Json["signals"]!;

        Assert.Equal("localhost", (string?)signals["rpId"]);
        Assert.NotEmpty((string)signals["userId"]!);
        Assert.Equal([devices[1].CredentialId], signals["allAcceptedCredentialIds"]!.AsArray().Select(id => (string)id!));
    }

    /// <summary>Threat 38: the id of somebody else's passkey is worth nothing.</summary>
    [Fact]
    public async Task Another_users_passkey_is_neither_renamed_nor_revoked()
    {
        var (owner, _, _) = await EnrolledAsync();
        var (thief, _, _) = await EnrolledAsync();
        var passkey = (await owner.PasskeysAsync())[0]!;

        Assert.Equal((404, "passkey_not_found"), (await thief.CallAsync("PATCH", (string)passkey["id"]!, new { name = "Mine" })).Refused);
        Assert.Equal((404, "passkey_not_found"), (await thief.CallAsync("DELETE", (string)passkey["id"]!)).Refused);

        Assert.Equal(passkey.ToJsonString(), (await owner.PasskeysAsync())[0]!.ToJsonString());
    }

    /// <summary>Threat 6.</summary>
    [Fact]
    public async Task A_passkey_made_for_one_account_is_not_announced_in_another_accounts_page()
    {
        var visitor = await NewVisitor().SignInAsync(NewName());
        var transaction = (string)(await visitor.CallAsync("POST", "register/begin")).Expect(200).Json["transactionId"]!;
        var nonce = await Server.RegisterAsync(new SoftwareAuthenticator(), transaction);
        await visitor.SignInAsync(NewName());

        Assert.Equal((403, "another_user"), (await visitor.CallAsync("POST", "register/finish", new { nonce })).Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    [InlineData("two\nlines")]
    [InlineData("x 65 times")]
    public async Task A_name_that_is_none_is_refused(string? name)
    {
        var (visitor, _, _) = await EnrolledAsync();
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;
        var asked = name == "x 65 times" ? new string('x', 65) : name;

        Assert.Equal((400, "invalid_request"), (await visitor.CallAsync("PATCH", id, new { name = asked })).Refused);
    }

    [Fact]
    public async Task Who_is_signed_out_is_told_so_and_not_led_to_a_page()
    {
        var stranger = NewVisitor();
        (string Method, string Path)[] calls =
            [("GET", ""), ("POST", "register/begin"), ("POST", "register/finish"), ("PATCH", "x"), ("DELETE", "x")];
        foreach (var (method, path) in calls)
        {
            var body = method == "GET" ? null : new { nonce = "x", name = "x" };
            Assert.Equal(401, (int)(await stranger.CallAsync(method, path, body)).Status);
        }
    }

    /// <summary>From the route table, so that an endpoint that is added is tested without being named here.</summary>
    [Fact]
    public async Task Whatever_changes_something_needs_the_antiforgery_token()
    {
        var (visitor, _, _) = await EnrolledAsync();
        var id = (string)(await visitor.PasskeysAsync())[0]!["id"]!;
        var tried = 0;
        foreach (var endpoint in Site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Single();
            if (method is null or "GET" || !endpoint.RoutePattern.RawText!.StartsWith("/passkeys", StringComparison.Ordinal))
                continue;
            var path = endpoint.RoutePattern.RawText["/passkeys/".Length..].Replace("{id}", id, StringComparison.Ordinal);
            var refused = await visitor.CallAsync(method, path, new { nonce = "x", name = "Renamed" }, withToken: false);
            Assert.Equal((400, "antiforgery"), refused.Refused);
            tried++;
        }

        Assert.Equal(6, tried);
        Assert.NotEqual("Renamed", (string?)(await visitor.PasskeysAsync())[0]!["name"]);
    }

    [Fact]
    public async Task The_token_of_another_visitor_is_refused()
    {
        var (visitor, _, _) = await EnrolledAsync();
        var stranger = (await NewVisitor().GetAsync("/passkeys/page")).Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/passkeys/register/begin")
        {
            Headers = { { (string)stranger["antiforgeryHeader"]!, (string)stranger["antiforgeryToken"]! } },
        };

        Assert.Equal((400, "antiforgery"), (await visitor.SendAsync(request)).Refused);
    }
}
