namespace OpenPassage.Complete.Tests;

public sealed class ArgumentTests : IDisposable
{
    // Nothing listens there: an argument that was let through would fail as a connection.
    private static readonly Uri Nowhere = new("http://localhost:1");

    private readonly Passage passage = new("app", "key", new() { BaseAddress = Nowhere });

    public void Dispose() => passage.Dispose();

    // Not in attributes, where half a pair would not survive.
    public static TheoryData<string?> NoText { get; } = new("", " ", null, "half a pair: \ud83d");

    [Theory]
    [MemberData(nameof(NoText))]
    public async Task Every_call_refuses_an_argument_that_is_no_text(string? text)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateMagicLinkAsync(new() { Email = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateMagicLinkAsync(new() { Phone = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.Auth.CreateMagicLinkAsync(new() { UserId = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.GetAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.GetByIdentifierAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.CreateAsync(new() { Email = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.CreateAsync(new() { Phone = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.UpdateAsync(text!, new() { Email = "ada@example.com" }));
        // An empty one takes the address away.
        if (text is not "")
            await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.UpdateAsync("u1", new() { Email = text }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.ActivateAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.DeactivateAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.DeleteAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.ListDevicesAsync(text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RevokeDeviceAsync(text!, "d1"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RevokeDeviceAsync("u1", text!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => passage.User.RevokeRefreshTokensAsync(text!));
    }

    [Fact]
    public async Task Creating_nobody_and_changing_nothing_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => passage.User.CreateAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => passage.User.CreateAsync(new()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => passage.User.UpdateAsync("u1", null!));
        await Assert.ThrowsAsync<ArgumentException>(() => passage.User.UpdateAsync("u1", new()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    [InlineData(90)]
    [InlineData((7 * 24 * 60 * 60) + 60)]
    public async Task A_links_lifetime_is_whole_minutes_up_to_a_week(int seconds)
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => passage.Auth.CreateMagicLinkAsync(new() { UserId = "u1", Lifetime = TimeSpan.FromSeconds(seconds) }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => passage.Auth.CreateMagicLinkAsync(new() { UserId = "u1", Email = "a@b.example" }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => passage.Auth.CreateMagicLinkAsync(new() { UserId = "u1", Type = (MagicLinkType)2 }));
    }

    [Fact]
    public async Task Without_an_API_key_tokens_are_validated_and_users_not_managed()
    {
        using var keyless = new Passage("app", new PassageOptions { BaseAddress = Nowhere });

        await Assert.ThrowsAsync<InvalidOperationException>(() => keyless.Auth.CreateMagicLinkAsync(new() { UserId = "u1" }));
        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => keyless.User.GetAsync("u1"));

        Assert.Contains("API key", told.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<PassageException>(() => keyless.Auth.ValidateJwtAsync("no token"));
        Assert.Equal(PassageErrorCode.InvalidToken, refused.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    [InlineData("..")]
    public void An_app_id_that_is_none_is_refused(string? appId)
    {
        Assert.ThrowsAny<ArgumentException>(() => new Passage(appId!));
        Assert.ThrowsAny<ArgumentException>(() => new Passage(appId!, "key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("secret with space")]
    [InlineData("secret\r\nX-Header: 1")]
    public void An_api_key_that_is_none_is_refused_and_not_told(string? apiKey)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(() => new Passage("app", apiKey!));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<PassageOptions> WrongOptions =>
    [
        new PassageOptions { BaseAddress = new Uri("/relative", UriKind.Relative) },
        new PassageOptions { BaseAddress = new Uri("ftp://example.com") },
        new PassageOptions { BaseAddress = new Uri("https://example.com/v1") },
        new PassageOptions { Timeout = TimeSpan.Zero },
        new PassageOptions { Issuer = " " },
        new PassageOptions { TimeProvider = null! },
    ];

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void An_option_that_is_wrong_is_refused(PassageOptions options) =>
        Assert.ThrowsAny<ArgumentException>(() => new Passage("app", options));

    [Fact]
    public async Task What_a_stand_in_does_not_override_says_so()
    {
        using var standIn = new StandInOfNothing();

        Assert.Throws<NotSupportedException>(() => standIn.User);
        await Assert.ThrowsAsync<NotSupportedException>(() => standIn.Auth.ValidateTokenAsync("x"));
        Assert.Equal("ada", await standIn.Auth.ValidateJwtAsync("token of ada"));
    }

    private sealed class StandInOfNothing : Passage
    {
        public override AuthOperations Auth { get; } = new AuthStandIn();

        private sealed class AuthStandIn : AuthOperations
        {
            public override Task<ValidatedToken> ValidateTokenAsync(string jwt, CancellationToken cancellationToken = default) =>
                jwt == "token of ada"
                    ? Task.FromResult(new ValidatedToken { UserId = "ada", ExpiresAt = DateTimeOffset.MaxValue })
                    : base.ValidateTokenAsync(jwt, cancellationToken);
        }
    }
}
