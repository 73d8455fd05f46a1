using System.Net;
using System.Text.Json.Nodes;

namespace OpenPassage.Complete.Tests;

/// <summary>What the operations on users send, and what they make of the contract's answers.</summary>
public sealed class RequestTests
{
    private const string Device = """
        {"id":"d1","cred_id":"Y3JlZA","friendly_name":"iCloud Keychain","type":"passkey","usage_count":3,
         "created_at":"2024-05-24T17:40:04.061043Z","updated_at":"2024-05-25T17:40:04.061043Z","last_login_at":"0001-01-01T00:00:00Z",
         "icons":{"light":"data:image/svg+xml;base64,AA==","dark":null} }
        """;

    private const string User = $$"""
        {"user":{"id":"u1","external_id":"","email":"ada@example.com","email_verified":true,"phone":"","phone_verified":false,
         "status":"active","created_at":"2024-05-24T17:40:04.061043Z","updated_at":"2024-05-25T00:00:00.000000Z",
         "last_login_at":"2024-05-26T00:00:00.000000Z",
         "login_count":7,"user_metadata":{"plan":"pro"},"webauthn":true,"webauthn_devices":[{{Device}}],
         "webauthn_types":["passkey","a_new_kind"],
         "recent_events":[],"social_connections":{} } }
        """;

    private static string List(string email = "", string phone = "") =>
        $$"""{"users":[{"id":"u1","email":"{{email}}","phone":"{{phone}}","external_id":""}],"total_users":1}""";

    private static Passage NewClient(StandIn server) => new("app", "key", new() { BaseAddress = server.Address });

    [Fact]
    public async Task Getting_a_user_reads_every_member()
    {
        await using var server = await StandIn.AnsweringAsync(200, User);
        using var passage = NewClient(server);

        var user = await passage.User.GetAsync("u1");

        var (line, body, headers) = Assert.Single(server.Requests);
        Assert.Equal(("GET /v1/apps/app/users/u1", "", "Bearer key"), (line, body, headers.Authorization.ToString()));
        Assert.Equal("openpassage-complete 0.1.0", headers["Passage-Version"]);
        Assert.Equal(
            ("u1", "ada@example.com", true, null, false, PassageUserStatus.Active, 7, true),
            (user.Id, user.Email, user.EmailVerified, user.Phone, user.PhoneVerified, user.Status, user.LoginCount, user.WebAuthn));
        Assert.Equal(new DateTimeOffset(2024, 5, 24, 17, 40, 4, 61, 43, TimeSpan.Zero), user.CreatedAt);
        Assert.Equal(new DateTimeOffset(2024, 5, 25, 0, 0, 0, TimeSpan.Zero), user.UpdatedAt);
        Assert.Equal(new DateTimeOffset(2024, 5, 26, 0, 0, 0, TimeSpan.Zero), user.LastLoginAt);
        Assert.Equal("pro", user.UserMetadata?.GetProperty("plan").GetString());
        Assert.Equal([PassageDeviceType.Passkey, PassageDeviceType.Other], user.WebAuthnTypes);
        var device = Assert.Single(user.WebAuthnDevices);
        Assert.Equal(("d1", "Y3JlZA", "iCloud Keychain", 3), (device.Id, device.CredentialId, device.FriendlyName, device.UsageCount));
        Assert.Null(device.LastLoginAt);
    }

    [Theory]
    [InlineData("Ada@Example.com", "ada%40example.com", "ada@example.com", "")]
    [InlineData(" ada+shop@example.com ", "ada%2Bshop%40example.com", "ada+shop@example.com", "")]
    [InlineData("ada@bücher.example", "ada%40b%C3%BCcher.example", "ada@xn--bcher-kva.example", "")]
    [InlineData("+15005550006", "%2B15005550006", "", "+15005550006")]
    [InlineData("+1-500-555-0006", "%2B1-500-555-0006", "", "+15005550006")]
    public async Task Getting_by_identifier_asks_for_it_in_lower_case_and_then_for_the_user(
        string identifier, string sent, string email, string phone)
    {
        await using var server = await StandIn.AnsweringInTurnAsync((200, List(email, phone)), (200, User));
        using var passage = NewClient(server);

        Assert.Equal("u1", (await passage.User.GetByIdentifierAsync(identifier)).Id);

        Assert.Equal(
            [$"GET /v1/apps/app/users?limit=1&identifier={sent}", "GET /v1/apps/app/users/u1"],
            server.Requests.Select(request => request.Line));
    }

    [Theory]
    [InlineData("ada@example.com", "bob@example.com", "")]
    [InlineData("ada@example.com", "ada@example.com.thief.example", "")]
    [InlineData("ada@bücher.example", "adam@xn--bcher-kva.example", "")]
    [InlineData("+15005550006", "", "+15005550007")]
    [InlineData("+15005550006", "ada@example.com", "")]
    [InlineData("phone", "ada@example.com", "")]
    public async Task Another_users_answer_is_not_believed(string identifier, string email, string phone)
    {
        await using var server = await StandIn.AnsweringAsync(200, List(email, phone));
        using var passage = NewClient(server);

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.GetByIdentifierAsync(identifier));

        Assert.Equal((PassageErrorCode.UserNotFound, HttpStatusCode.NotFound), (refusal.Code, refusal.StatusCode));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("<ne:ada@example.com>")]
    [InlineData("ne:ada@example.com")]
    [InlineData("<like:%@example.com>")]
    public async Task An_identifier_that_reads_like_an_operator_finds_nobody_and_is_not_sent(string identifier)
    {
        await using var server = await StandIn.AnsweringAsync(200, List("bob@example.com"));
        using var passage = NewClient(server);

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.GetByIdentifierAsync(identifier));

        Assert.Equal(PassageErrorCode.UserNotFound, refusal.Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_identifier_that_nobody_has_is_an_empty_list()
    {
        await using var server = await StandIn.AnsweringAsync(200, """{"users":[],"total_users":0}""");
        using var passage = NewClient(server);

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.GetByIdentifierAsync("ada@example.com"));

        Assert.Equal(PassageErrorCode.UserNotFound, refusal.Code);
    }

    [Fact]
    public async Task Creating_posts_what_is_given_and_leaves_out_the_rest()
    {
        await using var server = await StandIn.AnsweringAsync(201, User);
        using var passage = NewClient(server);

        await passage.User.CreateAsync(new CreateUserArgs { Email = "ada@example.com" });
        await passage.User.CreateAsync(new CreateUserArgs
        {
            Phone = "+15005550006", UserMetadata = new JsonObject { ["plan"] = "pro", ["age"] = 7, ["gone"] = null },
        });

        Assert.Equal(["POST /v1/apps/app/users", "POST /v1/apps/app/users"], server.Requests.Select(request => request.Line));
        Assert.Equal(
            ["""{"email":"ada@example.com"}""", """{"phone":"\u002B15005550006","user_metadata":{"plan":"pro","age":7,"gone":null}}"""],
            server.Requests.Select(request => request.Body));
    }

    [Fact]
    public async Task Creating_is_never_repeated()
    {
        await using var server = await StandIn.AnsweringInTurnAsync((502, ""), (201, User));
        using var passage = NewClient(server);

        await Assert.ThrowsAsync<PassageConnectionException>(() => passage.User.CreateAsync(new() { Email = "ada@example.com" }));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Updating_patches_what_is_given()
    {
        await using var server = await StandIn.AnsweringAsync(200, User);
        using var passage = NewClient(server);

        Assert.Equal("u1", (await passage.User.UpdateAsync("u/1", new() { UserMetadata = new JsonObject { ["plan"] = null } })).Id);

        await passage.User.UpdateAsync("u1", new() { Email = "", Phone = "+15005550006" });

        Assert.Equal(
            [
                ("PATCH /v1/apps/app/users/u%2F1", """{"user_metadata":{"plan":null}}"""),
                ("PATCH /v1/apps/app/users/u1", """{"email":"","phone":"\u002B15005550006"}"""),
            ],
            server.Requests.Select(request => (request.Line, request.Body)));
    }

    [Fact]
    public async Task Activating_and_deactivating_patch_without_a_body_and_answer_the_user()
    {
        await using var server = await StandIn.AnsweringAsync(200, User);
        using var passage = NewClient(server);

        Assert.Equal("u1", (await passage.User.ActivateAsync("u1")).Id);
        Assert.Equal("u1", (await passage.User.DeactivateAsync("u1")).Id);

        Assert.Equal(
            [("PATCH /v1/apps/app/users/u1/activate", ""), ("PATCH /v1/apps/app/users/u1/deactivate", "")],
            server.Requests.Select(request => (request.Line, request.Body)));
    }

    [Fact]
    public async Task Deleting_and_revoking_delete_and_take_an_empty_body()
    {
        await using var server = await StandIn.AnsweringAsync(200, "");
        using var passage = NewClient(server);

        await passage.User.DeleteAsync("u1");
        Assert.Null(await passage.User.RevokeDeviceAsync("u1", "d/1"));
        await passage.User.RevokeRefreshTokensAsync("u1");

        Assert.Equal(
            ["DELETE /v1/apps/app/users/u1", "DELETE /v1/apps/app/users/u1/devices/d%2F1", "DELETE /v1/apps/app/users/u1/tokens"],
            server.Requests.Select(request => request.Line));
    }

    [Fact]
    public async Task Revoking_a_device_hands_on_what_to_tell_authenticators()
    {
        await using var server = await StandIn.AnsweringAsync(
            200, """{"signals":{"rpId":"shop.example","userId":"aGFuZGxl","allAcceptedCredentialIds":["Y3JlZA"]}}""");
        using var passage = NewClient(server);

        Assert.Equal(["Y3JlZA"], (await passage.User.RevokeDeviceAsync("u1", "d1"))!.AllAcceptedCredentialIds);
    }

    [Fact]
    public async Task Listing_devices_asks_below_the_user()
    {
        await using var server = await StandIn.AnsweringAsync(200, $$"""{"devices":[{{Device}}]}""");
        using var passage = NewClient(server);

        Assert.Equal("d1", Assert.Single(await passage.User.ListDevicesAsync("u1")).Id);
        Assert.Equal("GET /v1/apps/app/users/u1/devices", Assert.Single(server.Requests).Line);
    }

    [Theory]
    [InlineData("user_not_found")]
    [InlineData("device_not_found")]
    public async Task What_was_removed_although_the_answer_was_lost_is_removed(string code)
    {
        await using var server = await StandIn.AnsweringInTurnAsync((502, ""), (404, $$"""{"code":"{{code}}","error":"Gone."}"""));
        using var passage = NewClient(server);

        if (code == "user_not_found")
            await passage.User.DeleteAsync("u1");
        else
            Assert.Null(await passage.User.RevokeDeviceAsync("u1", "d1"));

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Removing_what_never_was_is_refused()
    {
        await using var server = await StandIn.AnsweringAsync(404, """{"code":"user_not_found","error":"No such user."}""");
        using var passage = NewClient(server);

        await AssertNotFoundAsync(passage.User.DeleteAsync("u1"));
        await AssertNotFoundAsync(passage.User.RevokeDeviceAsync("u1", "d1"));
        await AssertNotFoundAsync(passage.User.RevokeRefreshTokensAsync("u1"));

        static async Task AssertNotFoundAsync(Task removal) =>
            Assert.Equal(PassageErrorCode.UserNotFound, (await Assert.ThrowsAsync<PassageException>(() => removal)).Code);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_of_dots_never_becomes_another_path(string id)
    {
        await using var server = await StandIn.AnsweringAsync(200, User);
        using var passage = NewClient(server);

        var (noUser, noDevice) = (
            await Assert.ThrowsAsync<PassageException>(() => passage.User.DeleteAsync(id)),
            await Assert.ThrowsAsync<PassageException>(() => passage.User.RevokeDeviceAsync("u1", id)));

        Assert.Equal((PassageErrorCode.UserNotFound, PassageErrorCode.DeviceNotFound), (noUser.Code, noDevice.Code));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("\"email_verified\":true,", "")]
    [InlineData("\"webauthn_devices\":[", "\"webauthn_devices\":[null,")]
    [InlineData("\"status\":\"active\"", "\"status\":\"\"")]
    [InlineData("2024-05-26T00:00:00.000000Z", "yesterday")]
    public async Task A_user_without_what_the_contract_promises_is_not_Passages(string good, string bent)
    {
        Assert.Contains(good, User, StringComparison.Ordinal);
        await using var server = await StandIn.AnsweringAsync(200, User.Replace(good, bent, StringComparison.Ordinal));
        using var passage = NewClient(server);

        await Assert.ThrowsAsync<PassageProtocolException>(() => passage.User.GetAsync("u1"));
    }

    [Theory]
    [InlineData(400, "invalid_request", PassageErrorCode.InvalidRequest)]
    [InlineData(401, "invalid_access_token", PassageErrorCode.InvalidAccessToken)]
    [InlineData(403, "operation_not_allowed", PassageErrorCode.OperationNotAllowed)]
    [InlineData(404, "app_not_found", PassageErrorCode.AppNotFound)]
    [InlineData(404, "device_not_found", PassageErrorCode.DeviceNotFound)]
    [InlineData(404, "user_not_found", PassageErrorCode.UserNotFound)]
    [InlineData(500, "internal_server_error", PassageErrorCode.InternalServerError)]
    [InlineData(429, "exceeded_attempts", PassageErrorCode.Other)]
    public async Task A_refusal_keeps_code_status_and_sentence(int status, string code, PassageErrorCode expected)
    {
        await using var server = await StandIn.AnsweringAsync(status, $$"""{"code":"{{code}}","error":"A sentence."}""");
        using var passage = NewClient(server);

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.CreateAsync(new() { Email = "ada@example.com" }));

        Assert.Equal(
            (expected, code, (HttpStatusCode)status, "A sentence."),
            (refusal.Code, refusal.CodeText, refusal.StatusCode, refusal.Message));
    }
}
