using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Register;

public class StartRegistrationTests(ServerFixture server) : ServerTests(server)
{
    private static JsonNode PublicKeyOf(Reply started) => started.Json["handshake"]!["challenge"]!["publicKey"]!;

    [Fact]
    public async Task It_answers_what_create_takes_and_writes_no_row()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var before = Server.Rows();

        var started = (await Page.StartRegistrationAsync(transaction)).Expect(200);

        Assert.Equal(before, Server.Rows());
        Assert.Equal(transaction, started["transaction_id"]);
        var options = PublicKeyOf(started);
        Assert.Equal("example.com", (string)options["rp"]!["id"]!);
        Assert.Equal("acme", (string)options["rp"]!["name"]!);
        Assert.Equal("Alice", (string)options["user"]!["name"]!);
        Assert.Equal("Alice", (string)options["user"]!["displayName"]!);
        Assert.Equal(300_000, (int)options["timeout"]!);
        Assert.Equal("required", (string)options["authenticatorSelection"]!["residentKey"]!);
        Assert.True((bool)options["authenticatorSelection"]!["requireResidentKey"]!);
        Assert.Equal("required", (string)options["authenticatorSelection"]!["userVerification"]!);
        Assert.Equal("platform", (string)options["authenticatorSelection"]!["authenticatorAttachment"]!);
        Assert.Contains(-7, options["pubKeyCredParams"]!.AsArray().Select(entry => (int)entry!["alg"]!));
        Assert.True(Base64Url.DecodeFromChars((string)options["challenge"]!).Length >= 16);
    }

    [Theory]
    [InlineData("cross-platform", "cross-platform")]
    [InlineData("any", null)]
    [InlineData(null, null)]
    public async Task The_attachment_is_passed_on_and_any_means_none(string? asked, string? sent)
    {
        var started = (await Page.StartRegistrationAsync(await RegisterTransactionAsync(NewUser()), asked)).Expect(200);

        Assert.Equal(sent, (string?)PublicKeyOf(started)["authenticatorSelection"]!["authenticatorAttachment"]);
    }

    [Fact]
    public async Task A_passkey_made_in_passing_is_not_asked_for_a_gesture()
    {
        var started = await Page.StartRegistrationAsync(await RegisterTransactionAsync(NewUser()), attachment: null, "conditional");

        Assert.Equal("preferred", (string)PublicKeyOf(started.Expect(200))["authenticatorSelection"]!["userVerification"]!);
        Assert.Equal("required", (string)PublicKeyOf(started)["authenticatorSelection"]!["residentKey"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("silent")]
    public async Task Another_mediation_is_refused(string mediation)
    {
        var transaction = await RegisterTransactionAsync(NewUser());

        var reply = await RefusedAsync(400, "invalid_request", () => Page.StartRegistrationAsync(transaction, mediation: mediation));

        Assert.Contains("mediation", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_passkeys_a_user_has_are_excluded()
    {
        var user = await RegisteredAsync();

        var started = await Page.StartRegistrationAsync(await RegisterTransactionAsync(user));

        var excluded = PublicKeyOf(started)["excludeCredentials"]!.AsArray().Single()!;
        Assert.Equal(Base64Url.EncodeToString(Page.Authenticator.Passkeys.Single().Id), (string)excluded["id"]!);
        Assert.Equal("public-key", (string)excluded["type"]!);
        Assert.Equal(["internal", "hybrid"], excluded["transports"]!.AsArray().Select(word => (string)word!));
    }

    /// <summary>Threat 36.</summary>
    [Fact]
    public async Task The_user_handle_holds_nothing_personal_and_never_changes()
    {
        var user = NewUser();
        var first = (string)PublicKeyOf(await Page.StartRegistrationAsync(await RegisterTransactionAsync(user)))["user"]!["id"]!;
        var second = (string)PublicKeyOf(await Page.StartRegistrationAsync(await RegisterTransactionAsync(user)))["user"]!["id"]!;

        Assert.Equal(first, second);
        Assert.DoesNotContain(user, System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(first)), StringComparison.Ordinal);
        Assert.NotEqual(
            first, (string)PublicKeyOf(await Page.StartRegistrationAsync(await RegisterTransactionAsync(NewUser())))["user"]!["id"]!);
    }

    [Fact]
    public async Task A_transaction_starts_again_until_it_has_succeeded()
    {
        var transaction = await RegisterTransactionAsync(NewUser());

        var first = (await Page.StartRegistrationAsync(transaction)).Expect(200);
        var second = (await Page.StartRegistrationAsync(transaction)).Expect(200);
        Assert.NotEqual((string)PublicKeyOf(first)["challenge"]!, (string)PublicKeyOf(second)["challenge"]!);
        (await Page.FinishRegistrationAsync(second, transaction)).Expect(200);

        await RefusedAsync(404, "transaction_not_found", () => Page.StartRegistrationAsync(transaction));
    }

    /// <summary>Threat 28: a passkey needs the backend's word.</summary>
    [Theory]
    [InlineData("nonsense")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Enrolment_without_a_backends_transaction_is_refused(string transaction) =>
        await RefusedAsync(404, "transaction_not_found", () => Page.StartRegistrationAsync(transaction));

    [Fact]
    public async Task A_transaction_that_has_expired_is_refused()
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        Server.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        await RefusedAsync(404, "transaction_not_found", () => Page.StartRegistrationAsync(transaction));
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_transaction_of_another_app_is_refused()
    {
        var theirs = (string)(await OtherBackend.CreateRegisterTransactionAsync(NewUser())).Json["transaction_id"]!;

        await RefusedAsync(404, "transaction_not_found", () => Page.StartRegistrationAsync(theirs));
    }

    /// <summary>Threat 5.</summary>
    [Fact]
    public async Task A_transaction_to_sign_in_does_not_register()
    {
        var transaction = await AuthenticateTransactionAsync(await RegisteredAsync());

        await RefusedAsync(404, "transaction_not_found", () => Page.StartRegistrationAsync(transaction));
    }

    [Theory]
    [InlineData("{}", "transaction_id is missing.")]
    [InlineData("""{"transaction_id":""}""", "transaction_id is empty.")]
    [InlineData("""{"transaction_id":null}""", "transaction_id has the wrong type.")]
    [InlineData(
        """{"transaction_id":"x","authenticator_attachment":"PLATFORM"}""",
        "authenticator_attachment must be platform, cross-platform or any.")]
    [InlineData("""{"transaction_id":"x","authenticator_attachment":1}""", "authenticator_attachment has the wrong type.")]
    public async Task A_body_that_is_not_what_is_asked_for_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Page.PostAsync("register/transactions/webauthn/start", body));

        Assert.Equal(error, reply.Error);
    }

    /// <summary>Threat 12.</summary>
    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://login.example.com")]
    [InlineData("https://login.example.com:8443")]
    [InlineData("https://login.example.com.evil.example")]
    [InlineData("https://xlogin.example.com")]
    [InlineData("https://LOGIN.example.com")]
    [InlineData("https://login.example.com.")]
    [InlineData("null")]
    public async Task A_start_on_a_foreign_origin_is_refused(string origin)
    {
        var transaction = await RegisterTransactionAsync(NewUser());
        var page = new Page(Server, App) { Origin = origin };

        var reply = await RefusedAsync(403, "operation_not_allowed", () => page.StartRegistrationAsync(transaction));

        Assert.Null(reply.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_deactivated_user_is_refused()
    {
        var user = NewUser();
        var transaction = await RegisterTransactionAsync(user);
        await DeactivateAsync(user);

        await RefusedAsync(403, "user_not_active", () => Page.StartRegistrationAsync(transaction));
    }
}
