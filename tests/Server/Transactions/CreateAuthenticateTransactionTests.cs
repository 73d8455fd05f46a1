namespace OpenPassage.Server.Tests.Transactions;

public class CreateAuthenticateTransactionTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task A_user_with_a_passkey_gets_a_transaction_and_no_row_is_written()
    {
        var user = await RegisteredAsync();
        var before = Server.Rows();

        (await Backend.CreateAuthenticateTransactionAsync(user)).Expect(201);

        Assert.Equal(before, Server.Rows());
    }

    [Fact]
    public async Task An_unknown_user_is_not_found() =>
        await RefusedAsync(404, "user_not_found", () => Backend.CreateAuthenticateTransactionAsync(NewUser()));

    [Fact]
    public async Task An_external_id_in_another_case_is_another_user()
    {
        var user = await RegisteredAsync();

        await RefusedAsync(404, "user_not_found", () => Backend.CreateAuthenticateTransactionAsync(user.ToUpperInvariant()));
    }

    [Fact]
    public async Task A_user_without_passkeys_is_told_apart()
    {
        var user = NewUser();
        await RegisterTransactionAsync(user);

        await RefusedAsync(409, "user_has_no_passkeys", () => Backend.CreateAuthenticateTransactionAsync(user));
    }

    [Fact]
    public async Task A_deactivated_user_gets_no_transaction()
    {
        var user = await RegisteredAsync();
        await DeactivateAsync(user);

        await RefusedAsync(403, "operation_not_allowed", () => Backend.CreateAuthenticateTransactionAsync(user));
    }

    [Theory]
    [InlineData("{}", "external_id is missing.")]
    [InlineData("""{"external_id":""}""", "external_id is empty.")]
    [InlineData("""{"external_id":{}}""", "external_id has the wrong type.")]
    public async Task A_body_without_a_user_is_refused(string body, string error)
    {
        var reply = await RefusedAsync(400, "invalid_request", () => Backend.PostAsync("transactions/authenticate", body));

        Assert.Equal(error, reply.Error);
    }
}
