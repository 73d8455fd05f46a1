using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests.Complete;

public class RefreshTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_session_goes_on_with_new_tokens()
    {
        await visitor.SignUpAsync();
        var (first, session, user) = (visitor.RefreshToken, visitor.SessionId, visitor.UserId);
        site.Clock.Advance(TimeSpan.FromMinutes(9));

        var answer = (await visitor.RefreshAsync()).Expect(200).Json["auth_result"]!;

        Assert.NotEqual(first, visitor.RefreshToken);
        Assert.Equal((session, user), (visitor.SessionId, visitor.UserId));
        Assert.Equal(site.Clock.GetUtcNow().AddDays(7).ToUnixTimeSeconds(), (long)answer["refresh_token_expiration"]!);
        Assert.Equal("/", (string)answer["redirect_url"]!);
        (await visitor.GetAsync("currentuser")).Expect(200);
    }

    [Fact]
    public async Task Two_tabs_and_a_lost_answer_get_the_same_successor()
    {
        await visitor.SignUpAsync();
        var token = visitor.RefreshToken;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => new Visitor(site).RefreshAsync(token)));
        site.Clock.Advance(TimeSpan.FromSeconds(29));
        var late = await new Visitor(site).RefreshAsync(token);

        Assert.Single(
            answers.Append(late).Select(answer => answer.Expect(200).Json["auth_result"]!["refresh_token"]!.ToString()).Distinct());
    }

    [Fact]
    public async Task Two_access_tokens_of_one_session_in_one_second_are_told_apart()
    {
        await visitor.SignUpAsync();
        var first = visitor.Claims;
        (await visitor.RefreshAsync()).Expect(200);
        var second = visitor.Claims;

        Assert.Equal((string)first["sid"]!, (string)second["sid"]!);
        Assert.Equal((long)first["iat"]!, (long)second["iat"]!);
        Assert.Matches("^[A-Za-z0-9]{24}$", (string)first["jti"]!);
        Assert.NotEqual((string)first["jti"]!, (string)second["jti"]!);
    }

    /// <summary>Threat 7.</summary>
    [Fact]
    public async Task An_older_token_ends_the_session_and_leaves_an_event()
    {
        await visitor.SignUpAsync();
        var stolen = visitor.RefreshToken;
        (await visitor.RefreshAsync()).Expect(200);
        site.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal((401, "invalid_refresh_token"), (await new Visitor(site).RefreshAsync(stolen)).Refused);

        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        var database = site.Services.GetRequiredService<Database>();
        Assert.Equal(1, await database.NumberAsync(
            new(
                "SELECT COUNT(*) FROM events WHERE app_id = @app AND user_id = @user AND type = 'refresh_token_reused'",
                Parameter.Text("app", CompleteSite.AppId), Parameter.Text("user", visitor.UserId)),
            default));
    }

    [Fact]
    public async Task A_session_that_is_used_outlives_the_removal_of_old_ones_and_one_that_is_not_goes_a_day_after_its_end()
    {
        var idle = new Visitor(site);
        await visitor.SignUpAsync();
        await idle.SignUpAsync();

        site.Clock.Advance(TimeSpan.FromDays(6));
        (await visitor.RefreshAsync()).Expect(200);
        site.Clock.Advance(TimeSpan.FromDays(1.9));
        await RemoveOldAsync();
        Assert.Equal((1, 1), (await RowsAsync(visitor), await RowsAsync(idle)));

        // Past the first end of both.
        site.Clock.Advance(TimeSpan.FromDays(0.2));
        await RemoveOldAsync();
        Assert.Equal((1, 0), (await RowsAsync(visitor), await RowsAsync(idle)));
        (await visitor.RefreshAsync()).Expect(200);

        site.Clock.Advance(TimeSpan.FromDays(8.1));
        await RemoveOldAsync();
        await RemoveOldAsync();
        Assert.Equal(0, await RowsAsync(visitor));

        async Task RemoveOldAsync()
            => await SessionStore.Kept.RemoveOldAsync(
                site.Services.GetRequiredService<Database>(), site.Clock.GetUtcNow(), default);

        async Task<long> RowsAsync(Visitor of) => await site.Services.GetRequiredService<Database>().NumberAsync(
            new(
                "SELECT COUNT(*) FROM sessions WHERE app_id = @app AND session_id = @session",
                Parameter.Text("app", CompleteSite.AppId), Parameter.Text("session", of.SessionId)),
            default);
    }

    [Fact]
    public async Task A_token_two_generations_old_ends_the_session_within_the_grace_too()
    {
        await visitor.SignUpAsync();
        var oldest = visitor.RefreshToken;
        (await visitor.RefreshAsync()).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);

        Assert.Equal((401, "invalid_refresh_token"), (await new Visitor(site).RefreshAsync(oldest)).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
    }

    [Fact]
    public async Task What_was_bent_cut_or_made_for_another_app_is_refused_and_ends_nothing()
    {
        await visitor.SignUpAsync();
        var token = visitor.RefreshToken;
        string[] wrong =
        [
            "", "x", token[..^1], token[..^4], token + "A", token + "=", " " + token, token.ToUpperInvariant(),
            .. Enumerable.Range(0, token.Length).Select(i => token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..]),
        ];

        foreach (var bent in wrong)
            Assert.Equal((401, "invalid_refresh_token"), (await new Visitor(site).RefreshAsync(bent)).Refused);
        Assert.Equal((401, "invalid_refresh_token"), (await new Visitor(site, CompleteSite.OtherAppId).RefreshAsync(token)).Refused);
        (await visitor.RefreshAsync()).Expect(200);
    }

    [Fact]
    public async Task A_session_ends_by_its_clock()
    {
        await visitor.SignUpAsync();
        for (var day = 0; day < 28; day += 4)
        {
            site.Clock.Advance(TimeSpan.FromDays(4));
            (await visitor.RefreshAsync()).Expect(200);
        }

        // Used all the time, it ends after thirty days all the same.
        site.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);

        var idle = new Visitor(site);
        await idle.SignUpAsync();
        site.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        Assert.Equal((401, "invalid_refresh_token"), (await idle.RefreshAsync()).Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%00")]
    public async Task Signing_out_succeeds_with_any_token(string token)
        => (await visitor.SendAsync(HttpMethod.Delete, $"tokens?refresh_token={token}")).Expect(200);

    /// <summary>Threat 39.</summary>
    [Fact]
    public async Task Signing_out_ends_the_session_and_succeeds_again()
    {
        await visitor.SignUpAsync();

        (await visitor.SendAsync(HttpMethod.Delete, $"tokens?refresh_token={visitor.RefreshToken}")).Expect(200);
        (await visitor.SendAsync(HttpMethod.Delete, $"tokens?refresh_token={visitor.RefreshToken}")).Expect(200);

        Assert.Equal((401, "invalid_refresh_token"), (await visitor.RefreshAsync()).Refused);
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
    }

    [Fact]
    public async Task Many_callers_over_many_generations_sign_nobody_out()
    {
        await visitor.SignUpAsync();
        var token = visitor.RefreshToken;
        for (var generation = 0; generation < 20; generation++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => new Visitor(site).PostAsync(
                "tokens", new JsonObject { ["refresh_token"] = token })));
            token = Assert.Single(
                answers.Select(answer => answer.Expect(200).Json["auth_result"]!["refresh_token"]!.ToString()).Distinct());
        }
    }
}
