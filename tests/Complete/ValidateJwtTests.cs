using System.Net;
using System.Text.Json.Nodes;

namespace OpenPassage.Complete.Tests;

public sealed class ValidateJwtTests : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private KeyServer server = null!;
    private Passage passage = null!;
    private TokenMaker maker = null!;

    public async ValueTask InitializeAsync()
    {
        server = await KeyServer.StartAsync(TokenMaker.Right);
        passage = server.NewClient(time, TokenMaker.Issuer);
        maker = new TokenMaker(TokenMaker.Right, time);
    }

    public async ValueTask DisposeAsync()
    {
        passage.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_good_token_says_whose_it_is() =>
        Assert.Equal("user-of-the-shop", await passage.Auth.ValidateJwtAsync(maker.Make()));

    [Fact]
    public async Task A_good_token_says_how_and_when_its_user_signed_in()
    {
        var token = await passage.Auth.ValidateTokenAsync(maker.Make());

        var issued = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() - 5);
        Assert.Equal(
            ("user-of-the-shop", "session-of-the-user", issued, issued.AddSeconds(600), TokenMaker.Issuer),
            (token.UserId, token.SessionId, token.SignedInAt, token.ExpiresAt, token.Issuer));
        Assert.Equal(["hwk", "user"], token.AuthenticationMethods);
    }

    [Fact]
    public async Task A_token_of_Passages_own_says_no_more_than_whose_it_is()
    {
        string[] passages = ["aud", "exp", "iat", "iss", "nbf", "sub"];

        var token = await passage.Auth.ValidateTokenAsync(maker.Make(claims =>
        {
            foreach (var other in claims.Select(claim => claim.Key).Except(passages).ToList())
                claims.Remove(other);
        }));

        Assert.Equal(("user-of-the-shop", null, null), (token.UserId, token.SessionId, token.SignedInAt));
        Assert.Empty(token.AuthenticationMethods);
    }

    [Theory]
    [MemberData(nameof(Attacks.Names), MemberType = typeof(Attacks))]
    public async Task An_attack_is_refused(string attack)
    {
        // The keys are known, and the good token is good.
        await passage.Auth.ValidateJwtAsync(maker.Make());

        var refused = await Assert.ThrowsAsync<PassageException>(() => passage.Auth.ValidateJwtAsync(Attacks.All[attack](maker)));

        Assert.Equal(
            (PassageErrorCode.InvalidToken, "invalid_token", HttpStatusCode.Unauthorized),
            (refused.Code, refused.CodeText, refused.StatusCode));
        Assert.NotEmpty(refused.Message);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_token_of_another_app_on_the_same_server_is_refused()
    {
        // Should two apps share a key: the audience tells them apart.
        var other = new TokenMaker(TokenMaker.Right, time, "other");

        var refused = await Assert.ThrowsAsync<PassageException>(() => passage.Auth.ValidateJwtAsync(other.Make()));

        Assert.Contains("another app", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong iss")]
    [InlineData("iss missing")]
    public async Task Without_an_issuer_to_compare_with_none_is_asked_for(string other)
    {
        using var lenient = server.NewClient(time);

        Assert.Equal("user-of-the-shop", await lenient.Auth.ValidateJwtAsync(Attacks.All[other](maker)));
    }

    [Fact]
    public async Task The_audience_may_be_one_text() => Assert.Equal(
        "user-of-the-shop", await passage.Auth.ValidateJwtAsync(maker.Make(claims => claims["aud"] = "shop")));

    [Fact]
    public async Task A_token_is_good_to_the_second()
    {
        var token = maker.Make(claims => claims["amr"] = new JsonArray("swk", "user", 7));
        time.Advance(TimeSpan.FromSeconds(594));
        Assert.Equal(["swk", "user"], (await passage.Auth.ValidateTokenAsync(token)).AuthenticationMethods);

        time.Advance(TimeSpan.FromSeconds(1));

        var refused = await Assert.ThrowsAsync<PassageException>(() => passage.Auth.ValidateJwtAsync(token));
        Assert.Contains("expired", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_token_at_all_is_a_mistake_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => passage.Auth.ValidateJwtAsync(null!));

    [Fact]
    public async Task The_keys_are_asked_for_without_the_API_key()
    {
        using var withKey = new Passage("shop", "key", new() { BaseAddress = server.Address, TimeProvider = time });

        await withKey.Auth.ValidateJwtAsync(maker.Make());

        var (line, _, headers) = Assert.Single(server.Seen);
        Assert.Equal("GET /v1/apps/shop/.well-known/jwks.json", line);
        Assert.Equal(0, headers.Authorization.Count);
        Assert.Equal("openpassage-complete 0.1.0", headers["Passage-Version"]);
    }
}
