using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Authenticate;

public class StartAuthenticationTests(ServerFixture server) : ServerTests(server)
{
    private const string Start = "authenticate/transactions/webauthn/start";

    private static JsonNode PublicKeyOf(Reply started) => started.Json["handshake"]!["challenge"]!["publicKey"]!;

    [Fact]
    public async Task With_a_transaction_the_users_passkeys_are_named()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        var before = Server.Rows();

        var started = (await Page.StartAuthenticationAsync(transaction)).Expect(200);

        Assert.Equal(before, Server.Rows());
        Assert.Equal(transaction, started["transaction_id"]);
        var options = PublicKeyOf(started);
        Assert.Equal("example.com", (string)options["rpId"]!);
        Assert.Equal("required", (string)options["userVerification"]!);
        Assert.Equal(300_000, (int)options["timeout"]!);
        Assert.Equal(
            Base64Url.EncodeToString(Page.Authenticator.Passkeys.Single().Id),
            (string)options["allowCredentials"]!.AsArray().Single()!["id"]!);
    }

    /// <summary>Threat 35: without a transaction nothing about anybody is said.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"transaction_id":null}""")]
    public async Task Without_a_transaction_nobodys_passkeys_are_named(string body)
    {
        await RegisteredAsync();
        var before = Server.Rows();

        var started = (await Page.PostAsync(Start, body)).Expect(200);

        Assert.Equal(before, Server.Rows());
        Assert.Null(started["transaction_id"]);
        Assert.True(started.Json.AsObject().ContainsKey("transaction_id"));
        Assert.True(PublicKeyOf(started)["allowCredentials"] is null or JsonArray { Count: 0 });
        Assert.Equal(3_600_000, (int)PublicKeyOf(started)["timeout"]!);
    }

    [Fact]
    public async Task A_transaction_starts_again_until_it_has_succeeded()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());

        (await Page.StartAuthenticationAsync(transaction)).Expect(200);
        (await Page.AuthenticateAsync(transaction)).Expect(200);

        await RefusedAsync(404, "transaction_not_found", () => Page.StartAuthenticationAsync(transaction));
    }

    [Fact]
    public async Task A_transaction_that_has_expired_is_refused()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());
        Server.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        await RefusedAsync(404, "transaction_not_found", () => Page.StartAuthenticationAsync(transaction));
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_transaction_of_another_app_is_refused()
    {
        var user = NewUser();
        (await OtherPage.RegisterAsync(
            (string)(await OtherBackend.CreateRegisterTransactionAsync(user)).Json["transaction_id"]!)).Expect(200);
        var theirs = (string)(await OtherBackend.CreateAuthenticateTransactionAsync(user)).Expect(201).Json["transaction_id"]!;

        await RefusedAsync(404, "transaction_not_found", () => Page.StartAuthenticationAsync(theirs));
    }

    /// <summary>Threat 5.</summary>
    [Fact]
    public async Task A_transaction_to_register_does_not_sign_in()
    {
        var transaction = await RegisterTransactionAsync(await RegisteredAsync());

        await RefusedAsync(404, "transaction_not_found", () => Page.StartAuthenticationAsync(transaction));
    }

    [Fact]
    public async Task A_user_whose_last_passkey_was_revoked_meanwhile_has_none()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var id = await Backend.UserIdAsync(user);
        var device = (string)(await Backend.ListDevicesAsync(id)).Json["devices"]![0]!["id"]!;
        (await Backend.RevokeDeviceAsync(id, device)).Expect(200);

        await RefusedAsync(409, "user_has_no_passkeys", () => Page.StartAuthenticationAsync(transaction));
    }

    /// <summary>Threat 31.</summary>
    [Fact]
    public async Task A_deactivated_user_is_refused()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        await DeactivateAsync(user);

        await RefusedAsync(403, "user_not_active", () => Page.StartAuthenticationAsync(transaction));
    }

    [Fact]
    public async Task A_foreign_origin_is_refused() =>
        await RefusedAsync(
            403, "operation_not_allowed", () => new Page(Server, App) { Origin = "https://evil.example" }.StartAuthenticationAsync());

    /// <summary>Threat 5: what was meant for one user must not become a sign-in of any.</summary>
    [Theory]
    [InlineData("""{"transaction_id":""}""")]
    [InlineData("""{"transaction_id":0}""")]
    public async Task An_empty_transaction_is_no_absent_one(string body) =>
        await RefusedAsync(400, "invalid_request", () => Page.PostAsync(Start, body));
}
