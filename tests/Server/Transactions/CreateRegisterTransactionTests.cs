namespace OpenPassage.Server.Tests.Transactions;

public class CreateRegisterTransactionTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task A_new_user_gets_a_transaction_and_is_listed_at_once()
    {
        var user = NewUser();

        var reply = (await Backend.CreateRegisterTransactionAsync(user)).Expect(201);

        Assert.Equal(["transaction_id"], reply.Json.AsObject().Select(member => member.Key));
        Assert.NotEmpty(reply["transaction_id"]!);
        var listed = (await Backend.ListUsersAsync($"?limit=1&identifier={user}")).Expect(200);
        Assert.Equal(user, (string)listed.Json["users"]!.AsArray().Single()!["external_id"]!);
    }

    [Fact]
    public async Task An_existing_user_gets_one_more_passkey()
    {
        var user = await RegisteredAsync();

        await RegisteredAsync(user, new Page(Server, App));

        var devices = await Backend.ListDevicesAsync(await Backend.UserIdAsync(user));
        Assert.Equal(2, devices.Json["devices"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_same_external_id_in_another_app_is_another_user()
    {
        var user = await RegisteredAsync();

        (await OtherBackend.CreateRegisterTransactionAsync(user)).Expect(201);

        var mine = await Backend.UserIdAsync(user);
        var theirs = await OtherBackend.UserIdAsync(user);
        Assert.NotEqual(mine, theirs);
        Assert.Equal((404, "user_not_found"), (await OtherBackend.GetUserAsync(mine)).Refused);
    }

    [Fact]
    public async Task A_deactivated_user_gets_no_transaction()
    {
        var user = await RegisteredAsync();
        await DeactivateAsync(user);

        await RefusedAsync(403, "operation_not_allowed", () => Backend.CreateRegisterTransactionAsync(user));
    }

    [Theory]
    [InlineData("""{"passkey_display_name":"Alice"}""", "external_id is missing.")]
    [InlineData("""{"external_id":"alice"}""", "passkey_display_name is missing.")]
    [InlineData("""{"external_id":null,"passkey_display_name":"Alice"}""", "external_id has the wrong type.")]
    [InlineData("""{"external_id":"","passkey_display_name":"Alice"}""", "external_id is empty.")]
    [InlineData("""{"external_id":"alice","passkey_display_name":""}""", "passkey_display_name is empty.")]
    [InlineData("""{"external_id":7,"passkey_display_name":"Alice"}""", "external_id has the wrong type.")]
    [InlineData("""{"external_id":["alice"],"passkey_display_name":"Alice"}""", "external_id has the wrong type.")]
    [InlineData("""{"external_id":"a\u0000b","passkey_display_name":"Alice"}""", "external_id contains the character U+0000.")]
    [InlineData("""{"external_id":"\ud800","passkey_display_name":"Alice"}""", "external_id has the wrong type.")]
    [InlineData("""{"external_id":"alice","external_id":"bob","passkey_display_name":"Alice"}""", "external_id stands twice.")]
    [InlineData("", "The body is empty. Send a JSON object.")]
    [InlineData("null", "The body is null. Send a JSON object.")]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    [InlineData("""{"external_id":"alice","passkey_display_name":"Alice"}x""", null)]
    public async Task A_body_that_is_not_what_is_asked_for_is_refused_and_the_member_named(string body, string? error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Backend.PostAsync("transactions/register", body));

        Assert.Equal(error ?? "The body is not a JSON object that this operation can read.", reply.Error);
    }

    [Fact]
    public async Task Names_longer_than_512_characters_are_refused()
    {
        await RefusedAsync(400, "invalid_request", () => Backend.CreateRegisterTransactionAsync(new string('x', 513)));
        await RefusedAsync(400, "invalid_request", () => Backend.CreateRegisterTransactionAsync("alice", new string('x', 513)));
        (await Backend.CreateRegisterTransactionAsync(new string('ü', 512), new string('ü', 512))).Expect(201);
    }

    [Fact]
    public async Task Unknown_members_are_ignored()
    {
        var reply = await Backend.PostAsync(
            "transactions/register", $$$"""{"external_id":"{{{NewUser()}}}","passkey_display_name":"A","colour":{"of":[1]}}""");

        reply.Expect(201);
    }

    [Fact]
    public async Task An_external_id_is_kept_exactly()
    {
        const string odd = " Ünï/%2F<ne:x>'\"\\ \u2028 🔑";

        (await Backend.CreateRegisterTransactionAsync(odd)).Expect(201);

        var listed = await Backend.ListUsersAsync($"?identifier={Uri.EscapeDataString(odd)}");
        Assert.Equal(odd, (string)listed.Json["users"]![0]!["external_id"]!);
        Assert.Equal(1, (int)listed.Json["total_users"]!);
    }
}
