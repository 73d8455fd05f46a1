using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

public sealed class ServicesTests(RealServer server) : SiteTests(server)
{
    private static readonly Uri Nowhere = new("http://localhost:1");

    [Theory]
    [InlineData("AppId", "", "AppId")]
    [InlineData("ApiKey", "", "ApiKey")]
    [InlineData("ApiKey", "with space", "API key")]
    [InlineData("BaseAddress", "https://example.com/v1", "/v1")]
    [InlineData("PublicAddress", "ftp://example.com", "PublicAddress")]
    [InlineData("RecentSignIn", "00:00:00", "RequireRecentSignIn")]
    [InlineData("Timeout", "00:00:00", "Timeout")]
    public void A_setting_that_is_wrong_stops_the_start_with_its_name(string setting, string value, string named)
    {
        var services = new ServiceCollection().AddPassageFlex(Configuration(setting, value)).BuildServiceProvider();

        var stopped = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(named, stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("with space", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_comes_from_configuration()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppId"] = "shop",
            ["ApiKey"] = "key-of-the-shop",
            ["BaseAddress"] = "http://passkeys:8420",
            ["PublicAddress"] = "https://passkeys.example.com",
            ["Timeout"] = "00:00:03",
            ["RequireRecentSignIn"] = "false",
            ["RecentSignIn"] = "00:05:00",
        }).Build();
        var services = new ServiceCollection().AddPassageFlex(section).BuildServiceProvider();

        var settings = services.GetRequiredService<IOptions<PassageFlexSiteOptions>>().Value;

        Assert.Equal(
            ("shop", "key-of-the-shop", "http://passkeys:8420/", "https://passkeys.example.com/", 3, false, 5),
            (settings.AppId, settings.ApiKey, settings.BaseAddress!.ToString(), settings.PublicAddress!.ToString(),
                (int)settings.Timeout.TotalSeconds, settings.RequireRecentSignIn, (int)settings.RecentSignIn.TotalMinutes));
        Assert.Same(services.GetRequiredService<PassageFlex>(), services.GetRequiredService<PassageFlex>());
    }

    [Fact]
    public async Task The_health_check_says_whether_server_app_and_key_are_right()
    {
        Assert.Equal(HealthStatus.Healthy, (await Site.HealthAsync()).Entries["passage"].Status);
        Assert.Contains("ready", (await Site.HealthAsync()).Entries["passage"].Tags);

        await using var wrongKey = await Site.StartAsync(Server, settings => settings.ApiKey = "key-of-somebody-else");
        Assert.Equal(HealthStatus.Unhealthy, (await wrongKey.HealthAsync()).Entries["passage"].Status);

        await using var wrongApp = await Site.StartAsync(Server, settings => settings.AppId = "nobody");
        Assert.Equal(HealthStatus.Unhealthy, (await wrongApp.HealthAsync()).Entries["passage"].Status);

        await using var away = await Site.StartAsync(Server, settings => settings.BaseAddress = Nowhere);
        Assert.Equal(HealthStatus.Unhealthy, (await away.HealthAsync()).Entries["passage"].Status);
    }

    [Fact]
    public async Task A_server_that_is_away_or_does_not_know_the_key_is_told_in_a_sentence_without_details()
    {
        await using var away = await Site.StartAsync(Server, settings => settings.BaseAddress = Nowhere);
        var visitor = await NewVisitor(away).SignInAsync(NewName());
        Assert.Equal((503, "server_unavailable"), (await visitor.CallAsync("POST", "register/begin")).Refused);

        await using var wrongKey = await Site.StartAsync(Server, settings => settings.ApiKey = "key-of-somebody-else");
        visitor = await NewVisitor(wrongKey).SignInAsync(NewName());
        var refused = await visitor.CallAsync("POST", "register/begin");
        Assert.Equal((500, "misconfigured"), refused.Refused);
        Assert.DoesNotContain("key-of", refused.Text, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", refused.Message.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Calls_are_measured_and_traced_without_naming_anybody()
    {
        var measured = new List<(double Seconds, string Operation, string Outcome)>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == PasskeyTelemetry.Name
                    && instrument.Meter.Scope == Site.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            var told = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            Assert.Equal(2, told.Count);
            lock (measured)
                measured.Add((seconds, told["operation"], told["outcome"]));
        });
        meters.Start();
        var spans = new List<Activity>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PasskeyTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(traces);

        var visitor = await NewVisitor().SignInAsync(NewName());
        (await visitor.CallAsync("POST", "register/begin")).Expect(200);
        await visitor.CallAsync("POST", "sign-in/finish", new { nonce = "made up" });

        lock (measured)
        {
            Assert.Contains(measured, one => one is { Operation: "begin_register", Outcome: "ok", Seconds: > 0 and < 60 });
            Assert.Contains(measured, one => one is { Operation: "finish_sign_in", Outcome: "invalid_nonce" });
        }
        lock (spans)
            Assert.Contains(spans, span => span.OperationName == "begin_register" && (string?)span.GetTagItem("outcome") == "ok");
    }

    /// <summary>As the SDK's README shows.</summary>
    [Fact]
    public async Task An_applications_own_tests_need_no_passkey_server()
    {
        await using var site = await Site.StartAsync(Server, services: services => services.AddSingleton<PassageFlex, PassageStandIn>());
        var visitor = NewVisitor(site);

        Assert.Equal((401, "invalid_nonce"), (await visitor.CallAsync("POST", "sign-in/finish", new { nonce = "anything" })).Refused);
        (await visitor.CallAsync("POST", "sign-in/finish", new { nonce = "of ada" })).Expect(200);

        Assert.Contains(await visitor.WhoAsync(), claim => claim.EndsWith("/nameidentifier=ada", StringComparison.Ordinal));
    }

    [Fact]
    public void Mapping_says_what_is_missing()
    {
        var bare = WebApplication.CreateSlimBuilder().Build();
        var noServices = Assert.Throws<InvalidOperationException>(() => bare.MapPasskeys(_ => { }));
        Assert.Contains("AddPassageFlex", noServices.Message, StringComparison.Ordinal);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPassageFlex(Configuration("AppId", "shop"));
        var noSignIn = Assert.Throws<InvalidOperationException>(() => builder.Build().MapPasskeys(_ => { }));
        Assert.Contains("SignIn", noSignIn.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_gets_scripts_from_the_site_itself_and_asks_for_them_once()
    {
        foreach (var file in new[] { "sign-in.js", "manage.js", "site.js", "openpassage.js", "openpassage-signin.js", "passkeys.css" })
        {
            var first = (await NewVisitor().GetAsync($"/passkeys/{file}")).Expect(200);
            Assert.NotEmpty(first.Text);
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/passkeys/{file}");
            again.Headers.IfNoneMatch.Add(first.Message.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await NewVisitor().SendAsync(again)).Status);
        }
    }

    [Fact]
    public async Task The_page_is_told_where_the_server_is_for_it_and_nothing_secret()
    {
        await using var site = await Site.StartAsync(Server, settings => settings.PublicAddress = new Uri("https://passkeys.example.com"));
        var told = await NewVisitor(site).GetAsync("/passkeys/page");

        Assert.Equal("https://passkeys.example.com", (string?)told.Json["server"]);
        Assert.Equal(RealServer.AppId, (string?)told.Json["appId"]);
        Assert.Equal("/Account/Login?ReturnUrl=", (string?)told.Json["signInUrl"]);
        Assert.DoesNotContain(RealServer.ApiKey, told.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", told.Message.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_read_the_token_even_where_the_site_lets_others_in()
    {
        using var anything = new HttpRequestMessage(HttpMethod.Get, "/who") { Headers = { { "Origin", "https://evil.example" } } };
        Assert.True((await NewVisitor().SendAsync(anything)).Expect(200).Message.Headers.Contains("Access-Control-Allow-Origin"));

        using var page = new HttpRequestMessage(HttpMethod.Get, "/passkeys/page") { Headers = { { "Origin", "https://evil.example" } } };
        Assert.Equal((400, "antiforgery"), (await NewVisitor().SendAsync(page)).Refused);
    }

    [Fact]
    public async Task On_a_site_whose_every_page_needs_a_sign_in_one_can_still_sign_in()
    {
        await using var site = await Site.StartAsync(Server, services: services => services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));
        var visitor = NewVisitor(site);

        (await visitor.GetAsync("/passkeys/sign-in.js")).Expect(200);
        (await SignInWithPasskeyAsync(visitor, await Server.EnrolAsync(Passage, NewName()))).Expect(200);
    }

    [Fact]
    public async Task The_endpoints_can_stand_elsewhere()
    {
        await using var site = await Site.StartAsync(
            Server, passkeys: passkeys => (passkeys.Prefix, passkeys.LoginPath) = ("/account/keys", "/enter"));
        var visitor = await NewVisitor(site).SignInAsync(NewName());

        Assert.Equal("/enter?ReturnUrl=", (string?)(await visitor.GetAsync("/account/keys/page")).Expect(200).Json["signInUrl"]);
        Assert.Empty((await visitor.GetAsync("/account/keys")).Expect(200).Json["passkeys"]!.AsArray());
    }

    private sealed class PassageStandIn : PassageFlex
    {
        public override AuthOperations Auth { get; } = new AuthStandIn();

        private sealed class AuthStandIn : AuthOperations
        {
            public override Task<VerifiedCeremony> VerifyCeremonyAsync(string nonce, CancellationToken cancellationToken = default) =>
                nonce == "of ada"
                    ? Task.FromResult(new VerifiedCeremony { ExternalId = "ada" })
                    : throw new PassageException(PassageErrorCode.InvalidNonce, "invalid_nonce", HttpStatusCode.Unauthorized, "No.");
        }
    }

    private static IConfiguration Configuration(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppId"] = "shop",
            ["ApiKey"] = "key-of-the-shop",
            [setting] = value,
        }).Build();
}
