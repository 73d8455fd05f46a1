using System.Net;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Complete.AspNetCore;

namespace OpenPassage.Complete.Tests.AspNetCore;

public sealed class BearerTests : IAsyncLifetime
{
    private static readonly Uri Nowhere = new("http://localhost:1");

    private readonly FakeTime time = new();
    private KeyServer server = null!;
    private ApiSite site = null!;
    private TokenMaker maker = null!;

    public async ValueTask InitializeAsync()
    {
        server = await KeyServer.StartAsync(TokenMaker.Right);
        site = await StartAsync();
        maker = new TokenMaker(TokenMaker.Right, time);
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await server.DisposeAsync();
    }

    private Task<ApiSite> StartAsync(Action<PassageSiteOptions>? settings = null, Action<IServiceCollection>? services = null) =>
        ApiSite.StartAsync(
            options =>
            {
                (options.AppId, options.BaseAddress, options.Issuer) = (TokenMaker.AppId, server.Address, TokenMaker.Issuer);
                settings?.Invoke(options);
            },
            time,
            services);

    [Fact]
    public async Task A_good_token_lets_its_user_in_by_name()
    {
        var answer = await site.GetAsync("/who", maker.Make());

        Assert.Equal((200, "user-of-the-shop"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task The_claims_are_the_tokens_in_its_own_words()
    {
        var issued = time.GetUtcNow().ToUnixTimeSeconds() - 5;

        var claims = System.Text.Json.JsonSerializer.Deserialize<string[]>((await site.GetAsync("/claims", maker.Make())).Text)!;

        Assert.Equal(
            [
                "sub=user-of-the-shop", "sid=session-of-the-user", "amr=hwk", "amr=user", $"auth_time={issued}", $"exp={issued + 600}",
            ],
            claims);
    }

    [Theory]
    [MemberData(nameof(Attacks.Names), MemberType = typeof(Attacks))]
    public async Task An_attack_lets_nobody_in(string attack)
    {
        // A header is a line, and one without a token is none.
        if (attack is "a line break at the end" or "nothing")
            return;
        var token = Attacks.All[attack](maker);
        // Kestrel takes headers of 32 KiB in all.
        if (token.Length > 20_000)
            token = token[..20_000];

        var answer = await site.GetAsync("/who", token);

        Assert.Equal((401, "invalid_token"), answer.Refused);
        Assert.StartsWith("Bearer error=\"invalid_token\", error_description=\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Equal("nobody", (await site.GetAsync("/anybody", token)).Text);
    }

    [Fact]
    public async Task Without_a_token_the_answer_says_how_to_send_one()
    {
        var answer = await site.GetAsync("/who");

        Assert.Equal((401, "signed_out"), answer.Refused);
        Assert.Equal("Bearer", answer.Challenge);
        Assert.Contains("Authorization: Bearer", answer.Text, StringComparison.Ordinal);
        Assert.Equal("nobody", (await site.GetAsync("/anybody")).Text);
    }

    [Fact]
    public async Task An_expired_token_is_told_to_be_renewed()
    {
        var token = maker.Make();
        time.Advance(TimeSpan.FromMinutes(10));

        var answer = await site.GetAsync("/who", token);

        Assert.Equal((401, "invalid_token"), answer.Refused);
        Assert.Contains("expired", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_callers_cause_one_request_for_the_keys()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => site.GetAsync("/who", maker.Make())));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_key_that_is_new_lets_its_tokens_in_at_once()
    {
        Assert.Equal(200, (await site.GetAsync("/who", maker.Make())).Status);
        time.Advance(TimeSpan.FromSeconds(31));
        server.Keys[TokenMaker.Thiefs.Kid] = TokenMaker.Thiefs;

        Assert.Equal(200, (await site.GetAsync("/who", new TokenMaker(TokenMaker.Thiefs, time).Make())).Status);
    }

    [Fact]
    public async Task A_server_that_is_away_refuses_nobody_for_certain()
    {
        server.Status = 503;

        var answer = await site.GetAsync("/who", maker.Make());

        Assert.Equal((503, "server_unavailable"), answer.Refused);
        Assert.Empty(answer.Challenge);
    }

    [Fact]
    public async Task A_server_that_is_none_is_the_sites_own_fault()
    {
        await using var other = await StandIn.AnsweringAsync(200, "<html>hello</html>");
        await using var wrong = await StartAsync(options => options.BaseAddress = other.Address);

        Assert.Equal((500, "misconfigured"), (await wrong.GetAsync("/who", maker.Make())).Refused);
    }

    // ---- policies ----
    [Theory]
    [InlineData("hwk", 200, 200)]
    [InlineData("swk", 200, 403)]
    [InlineData("otp", 403, 403)]
    [InlineData("HWK", 403, 403)]
    public async Task Policies_ask_how_the_user_signed_in(string method, int byPasskey, int bound)
    {
        var token = maker.Make(claims => claims["amr"] = new System.Text.Json.Nodes.JsonArray(method, "user"));

        var (first, second) = (await site.GetAsync("/by-passkey", token), await site.GetAsync("/bound", token));

        Assert.Equal((byPasskey, bound), (first.Status, second.Status));
        if (byPasskey == 403)
            Assert.Equal("passkey_required", first.Refused.Code);
        if (bound == 403)
            Assert.Equal("device_bound_passkey_required", second.Refused.Code);
    }

    [Theory]
    [InlineData(20, 200, 200)]
    [InlineData(60, 403, 200)]
    [InlineData(601, 403, 403)]
    [InlineData(-300, 403, 403)]
    public async Task Policies_ask_when_the_user_signed_in_not_when_the_token_was_made(int secondsAgo, int justNow, int recent)
    {
        var token = maker.Make(claims => claims["auth_time"] = time.GetUtcNow().ToUnixTimeSeconds() - secondsAgo);

        var (first, second) = (await site.GetAsync("/just-now", token), await site.GetAsync("/recent", token));

        Assert.Equal((justNow, recent), (first.Status, second.Status));
        if (justNow == 403)
            Assert.Equal("recent_sign_in_required", first.Refused.Code);
    }

    [Fact]
    public async Task A_token_that_does_not_say_how_or_when_meets_no_policy_that_asks()
    {
        var token = maker.Make(claims =>
        {
            claims.Remove("amr");
            claims.Remove("auth_time");
        });

        Assert.Equal(200, (await site.GetAsync("/who", token)).Status);
        Assert.Equal((403, "passkey_required"), (await site.GetAsync("/by-passkey", token)).Refused);
        Assert.Equal((403, "recent_sign_in_required"), (await site.GetAsync("/recent", token)).Refused);
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_told_that_first()
    {
        Assert.Equal((401, "signed_out"), (await site.GetAsync("/recent")).Refused);
        Assert.Equal((403, "forbidden"), (await site.GetAsync("/ada", maker.Make())).Refused);
    }

    // ---- the application's own ----
    [Fact]
    public async Task A_stand_in_decides_in_an_applications_tests()
    {
        await using var tested = await StartAsync(services: services => services.AddSingleton<Passage, PassageStandIn>());

        Assert.Equal("ada", (await tested.GetAsync("/who", "token of ada")).Text);
        Assert.Equal("in", (await tested.GetAsync("/ada", "token of ada")).Text);
        Assert.Equal((401, "invalid_token"), (await tested.GetAsync("/who", maker.Make())).Refused);
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task The_frameworks_events_are_the_applications_to_use()
    {
        await using var own = await StartAsync(services: services => services.Configure<JwtBearerOptions>(
            PassageDefaults.AuthenticationScheme,
            bearer => bearer.Events = new JwtBearerEvents
            {
                OnMessageReceived = context =>
                {
                    context.Token = context.Request.Query["access_token"];
                    return Task.CompletedTask;
                },
                OnTokenValidated = context =>
                {
                    if (context.Principal!.Identity!.Name == "banned")
                        context.Fail("Banned.");
                    return Task.CompletedTask;
                },
                OnChallenge = context =>
                {
                    context.Response.Headers["X-Own"] = "1";
                    return Task.CompletedTask;
                },
            }));

        Assert.Equal(200, (await own.GetAsync($"/who?access_token={maker.Make()}")).Status);
        var banned = maker.Make(claims => claims["sub"] = "banned");
        Assert.Equal((401, "invalid_token"), (await own.GetAsync($"/who?access_token={banned}")).Refused);
    }

    [Fact]
    public async Task An_application_need_not_say_what_is_wrong_with_a_token()
    {
        await using var silent = await StartAsync(services: services => services.Configure<JwtBearerOptions>(
            PassageDefaults.AuthenticationScheme, bearer => bearer.IncludeErrorDetails = false));

        var answers = await Task.WhenAll(
            silent.GetAsync("/who", "no token"), silent.GetAsync("/who", Attacks.All["expired"](maker)));

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal((401, "invalid_token"), answers[0].Refused);
    }

    [Fact]
    public async Task Passage_manages_users_where_there_is_an_API_key()
    {
        await using var users = await StandIn.AnsweringAsync(404, """{"code":"user_not_found","error":"No such user."}""");
        await using var managing = await StartAsync(options => (options.BaseAddress, options.ApiKey) = (users.Address, "key-of-the-shop"));

        Assert.Equal(500, (await managing.GetAsync("/passage")).Status);

        Assert.Equal("Bearer key-of-the-shop", Assert.Single(users.Requests).Headers.Authorization);
    }

    // ---- settings ----
    [Theory]
    [InlineData("AppId", "", "AppId")]
    [InlineData("ApiKey", "", "apiKey")]
    [InlineData("ApiKey", "with space", "API key")]
    [InlineData("BaseAddress", "https://example.com/v1", "/v1")]
    [InlineData("Issuer", " ", "Issuer")]
    [InlineData("RecentSignIn", "00:00:00", "RecentSignIn")]
    [InlineData("Timeout", "00:00:00", "Timeout")]
    public void A_setting_that_is_wrong_stops_the_start_with_its_name(string setting, string value, string named)
    {
        var services = new ServiceCollection();
        services.AddAuthentication().AddPassage(Configuration((setting, value)));

        var stopped = Assert.Throws<OptionsValidationException>(
            () => services.BuildServiceProvider().GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(named, stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("with space", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_comes_from_configuration()
    {
        var services = new ServiceCollection();
        services.AddAuthentication().AddPassage(Configuration(
            ("ApiKey", "key-of-the-shop"), ("BaseAddress", "http://passkeys:8420"), ("Issuer", "https://passkeys.example.com/v1/apps/shop"),
            ("Timeout", "00:00:03"), ("CookieName", "token"), ("RecentSignIn", "00:05:00")));

        var settings = services.BuildServiceProvider().GetRequiredService<IOptions<PassageSiteOptions>>().Value;

        Assert.Equal(
            ("shop", "key-of-the-shop", "http://passkeys:8420/", "https://passkeys.example.com/v1/apps/shop", 3, "token", 5),
            (settings.AppId, settings.ApiKey, settings.BaseAddress!.ToString(), settings.Issuer, (int)settings.Timeout.TotalSeconds,
                settings.CookieName, (int)settings.RecentSignIn.TotalMinutes));
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("AppId", "shop"), new("BaseAddress", Nowhere.ToString())])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();

    private sealed class PassageStandIn : Passage
    {
        public override AuthOperations Auth { get; } = new AuthStandIn();

        private sealed class AuthStandIn : AuthOperations
        {
            public override Task<ValidatedToken> ValidateTokenAsync(string jwt, CancellationToken cancellationToken = default) =>
                jwt == "token of ada"
                    ? Task.FromResult(new ValidatedToken { UserId = "ada", ExpiresAt = DateTimeOffset.MaxValue })
                    : throw new PassageException(PassageErrorCode.InvalidToken, "invalid_token", HttpStatusCode.Unauthorized, "No.");
        }
    }
}
