namespace OpenPassage.Flex.Tests;

public sealed class RequestTests
{
    [Fact]
    public async Task A_register_transaction_posts_both_names_with_key_and_version()
    {
        await using var server = await StandIn.AnsweringAsync(201, """{"transaction_id":"t1"}""");
        using var passage = server.NewClient();

        Assert.Equal("t1", await passage.Auth.CreateRegisterTransactionAsync("alice", "alice@example.com"));

        var (line, body, headers) = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/apps/app/transactions/register", line);
        Assert.Equal("""{"external_id":"alice","passkey_display_name":"alice@example.com"}""", body);
        Assert.Equal("Bearer key", headers.Authorization);
        Assert.Equal("application/json", headers.ContentType);
        Assert.Equal("openpassage-flex 0.1.0", headers["Passage-Version"]);
    }

    [Fact]
    public async Task An_authenticate_transaction_posts_the_external_id()
    {
        await using var server = await StandIn.AnsweringAsync(201, """{"transaction_id":"t1"}""");
        using var passage = server.NewClient();

        Assert.Equal("t1", await passage.Auth.CreateAuthenticateTransactionAsync("alice"));

        var (line, body, _) = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/apps/app/transactions/authenticate", line);
        Assert.Equal("""{"external_id":"alice"}""", body);
    }

    [Fact]
    public async Task Verifying_posts_the_nonce()
    {
        await using var server = await StandIn.AnsweringAsync(200, """{"external_id":"alice"}""");
        using var passage = server.NewClient();

        Assert.Equal("alice", await passage.Auth.VerifyNonceAsync("n1"));

        var (line, body, _) = Assert.Single(server.Requests);
        Assert.Equal("POST /v1/apps/app/authenticate/verify", line);
        Assert.Equal("""{"nonce":"n1"}""", body);
    }

    [Fact]
    public async Task Getting_a_user_finds_the_id_and_then_reads_every_member()
    {
        await using var server = await StandIn.AnsweringInTurnAsync((200, Answers.UserList("u1", "alice")), (200, Answers.User));
        using var passage = server.NewClient();

        var user = await passage.User.GetAsync("alice");

        Assert.Equal(
            ["GET /v1/apps/app/users?limit=1&identifier=alice", "GET /v1/apps/app/users/u1"],
            server.Requests.Select(request => request.Line));
        Assert.Equal(
            ("u1", "alice", PassageUserStatus.Active, 7, true),
            (user.Id, user.ExternalId, user.Status, user.LoginCount, user.WebAuthn));
        Assert.Equal(new DateTimeOffset(2024, 5, 24, 17, 40, 4, 61, 43, TimeSpan.Zero), user.CreatedAt);
        Assert.Equal(new DateTimeOffset(2024, 5, 25, 0, 0, 0, TimeSpan.Zero), user.UpdatedAt);
        Assert.Equal(new DateTimeOffset(2024, 5, 26, 0, 0, 0, TimeSpan.Zero), user.LastLoginAt);
        Assert.Equal("pro", user.UserMetadata?.GetProperty("plan").GetString());
        Assert.Equal([PassageDeviceType.Passkey, PassageDeviceType.Other], user.WebAuthnTypes);
        var device = Assert.Single(user.WebAuthnDevices);
        Assert.Equal(
            ("d1", "Y3JlZA", "iCloud Keychain", PassageDeviceType.Passkey, 3),
            (device.Id, device.CredentialId, device.FriendlyName, device.Type, device.UsageCount));
        Assert.Equal(new PassageDeviceIcons("data:image/svg+xml;base64,AA==", Dark: null), device.Icons);
        Assert.Null(device.LastLoginAt);
    }

    [Fact]
    public async Task Listing_devices_asks_below_the_user()
    {
        await using var server = await StandIn.AnsweringInTurnAsync(
            (200, Answers.UserList("u1", "alice")), (200, $$"""{"devices":[{{Answers.Device}}]}"""));
        using var passage = server.NewClient();

        Assert.Equal("d1", Assert.Single(await passage.User.ListDevicesAsync("alice")).Id);
        Assert.Equal("GET /v1/apps/app/users/u1/devices", server.Requests.Last().Line);
    }

    [Fact]
    public async Task Revoking_deletes_below_the_user_and_takes_an_empty_body()
    {
        await using var server = await StandIn.AnsweringInTurnAsync((200, Answers.UserList("u1", "alice")), (200, ""));
        using var passage = server.NewClient();

        await passage.User.RevokeDeviceAsync("alice", "d/1");

        Assert.Equal("DELETE /v1/apps/app/users/u1/devices/d%2F1", server.Requests.Last().Line);
    }

    [Fact]
    public async Task Renaming_patches_the_device_below_the_user()
    {
        await using var server = await StandIn.AnsweringInTurnAsync((200, Answers.UserList("u1", "alice")), (200, "{}"));
        using var passage = server.NewClient();

        await passage.User.RenameDeviceAsync("alice", "d/1", "Ada's phone");

        Assert.Equal("PATCH /v1/apps/app/users/u1/devices/d%2F1", server.Requests.Last().Line);
        Assert.Equal("""{"friendly_name":"Ada\u0027s phone"}""", server.Requests.Last().Body);
    }

    [Theory]
    [InlineData("a b", "a%20b")]
    [InlineData("a+b@example.com", "a%2Bb%40example.com")]
    [InlineData("x&limit=500", "x%26limit%3D500")]
    [InlineData("../../other", "..%2F..%2Fother")]
    [InlineData("zoë?#", "zo%C3%AB%3F%23")]
    public async Task An_external_id_is_percent_encoded(string externalId, string encoded)
    {
        await using var server = await StandIn.AnsweringAsync(200, """{"users":[]}""");
        using var passage = server.NewClient();

        await Assert.ThrowsAsync<PassageException>(() => passage.User.GetAsync(externalId));

        Assert.Equal($"GET /v1/apps/app/users?limit=1&identifier={encoded}", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task An_external_id_that_reads_like_an_operator_is_asked_for_as_text()
    {
        await using var server = await StandIn.AnsweringInTurnAsync(
            (200, """{"users":[{"id":"u2","external_id":"x<ne:alice>"},{"id":"u1","external_id":"<ne:alice>"}]}"""),
            (200, """{"devices":[]}"""));
        using var passage = server.NewClient();

        Assert.Empty(await passage.User.ListDevicesAsync("<ne:alice>"));

        Assert.Equal(
            ["GET /v1/apps/app/users?limit=500&identifier=%3Clike%3A%3Cne%3Aalice%3E%3E", "GET /v1/apps/app/users/u1/devices"],
            server.Requests.Select(request => request.Line));
    }

    [Fact]
    public async Task An_app_id_is_percent_encoded()
    {
        await using var server = await StandIn.AnsweringAsync(201, """{"transaction_id":"t1"}""");
        using var passage = server.NewClient(appId: "my app/..");

        await passage.Auth.CreateAuthenticateTransactionAsync("alice");

        Assert.Equal("POST /v1/apps/my%20app%2F../transactions/authenticate", Assert.Single(server.Requests).Line);
    }

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("alice", "Alice")]
    [InlineData("<ne:alice>", "bob")]
    public async Task Another_users_answer_is_not_believed(string asked, string answered)
    {
        await using var server = await StandIn.AnsweringAsync(200, Answers.UserList("u2", answered));
        using var passage = server.NewClient();

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.RevokeDeviceAsync(asked, "d1"));

        Assert.Equal(PassageErrorCode.UserNotFound, refusal.Code);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_device_id_of_dots_never_becomes_another_path(string deviceId)
    {
        await using var server = await StandIn.AnsweringAsync(200, Answers.UserList("u1", "alice"));
        using var passage = server.NewClient();

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.RevokeDeviceAsync("alice", deviceId));

        Assert.Equal(PassageErrorCode.DeviceNotFound, refusal.Code);
        Assert.DoesNotContain(server.Requests, request => request.Line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_base_address_may_have_a_path()
    {
        await using var server = await StandIn.AnsweringAsync(200, """{"external_id":"alice"}""");
        using var passage = new PassageFlex("app", "key", new() { BaseAddress = new Uri(server.Address, "/passage/") });

        await passage.Auth.VerifyNonceAsync("n1");

        Assert.Equal("POST /passage/v1/apps/app/authenticate/verify", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task The_callers_http_client_is_used_unchanged_and_left_open()
    {
        await using var server = await StandIn.AnsweringAsync(200, """{"external_id":"alice"}""");
        using var http = new HttpClient { BaseAddress = new Uri("http://other.invalid/") };
        http.DefaultRequestHeaders.Add("X-Trace", "1");

        using (var passage = new PassageFlex("app", "key", new() { BaseAddress = server.Address, HttpClient = http }))
            await passage.Auth.VerifyNonceAsync("n1");

        var request = Assert.Single(server.Requests);
        Assert.Equal("1", request.Headers["X-Trace"]);
        Assert.Equal("X-Trace", Assert.Single(http.DefaultRequestHeaders).Key);
        Assert.Equal("alice", await VerifyAgainAsync());

        async Task<string> VerifyAgainAsync()
        {
            using var again = new PassageFlex("app", "key", new() { BaseAddress = server.Address, HttpClient = http });
            return await again.Auth.VerifyNonceAsync("n2");
        }
    }
}
