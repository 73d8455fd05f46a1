namespace OpenPassage.Flex.Tests;

public sealed class ArgumentTests : IDisposable
{
    // Nothing listens there: an argument that was let through would fail as a connection.
    private readonly PassageFlex passage = new("app", "key", new() { BaseAddress = new Uri("http://localhost:1") });

    public static TheoryData<string?> NoText { get; } = new("", " ", null, "half a pair: \ud83d");

    public void Dispose() => passage.Dispose();

    [Theory]
    [MemberData(nameof(NoText))]
    public async Task Every_call_refuses_an_argument_that_is_no_text(string? text)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateRegisterTransactionAsync(text!, "Alice"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateRegisterTransactionAsync("alice", text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateAuthenticateTransactionAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.VerifyNonceAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.GetAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.ListDevicesAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RenameDeviceAsync(text!, "d1", "Phone"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RenameDeviceAsync("alice", text!, "Phone"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RenameDeviceAsync("alice", "d1", text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RevokeDeviceAsync(text!, "d1"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RevokeDeviceAsync("alice", text!));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    [InlineData("..")]
    public void An_app_id_that_is_none_is_refused(string? appId) =>
        Assert.ThrowsAny<ArgumentException>(() => new PassageFlex(appId!, "key"));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("secret with space")]
    [InlineData("secret\n")]
    [InlineData("secret\r\nX-Header: 1")]
    public void An_api_key_that_is_none_is_refused_and_not_told(string? apiKey)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(() => new PassageFlex("app", apiKey!));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("ftp://example.com")]
    [InlineData("https://user:password@example.com")]
    [InlineData("https://example.com/?a=1")]
    [InlineData("https://example.com/#a")]
    [InlineData("https://example.com/v1")]
    [InlineData("https://example.com/v1/")]
    public void A_base_address_that_is_none_is_refused(string address) =>
        Assert.ThrowsAny<ArgumentException>(
            () => new PassageFlex("app", "key", new() { BaseAddress = new Uri(address, UriKind.RelativeOrAbsolute) }));

    [Fact]
    public void A_timeout_must_be_longer_than_zero() =>
        Assert.Throws<ArgumentException>(() => new PassageFlex("app", "key", new() { Timeout = TimeSpan.Zero }));
}
