using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenPassage.Authenticator;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>Where the server is part of the application, the SDK calls it without an address, wherever it is mapped.</summary>
public sealed class OneApplicationTests
{
    private static readonly Uri Nowhere = new("http://localhost:1");

    [Theory]
    [InlineData("", "", "")]
    [InlineData("keys/of-the-shop", "", "/keys/of-the-shop")]
    [InlineData("keys", "/shop", "/shop/keys")]
    public async Task A_passkey_is_added_signs_in_and_is_managed(string prefix, string pathBase, string server)
    {
        await using var application = new OneApplication(prefix, pathBase);
        var site = await application.StartAsync();
        using var visitor = await new Visitor(site).SignInAsync("ada");
        Assert.Equal(server, (string?)(await visitor.GetAsync($"{pathBase}/passkeys/page")).Expect(200).Json["server"]);
        using var page = new FlexPage(new Uri(site, $"{server}/"), RealServer.AppId);
        var authenticator = new SoftwareAuthenticator();

        var transaction = (string)(await visitor.CallAsync("POST", "register/begin")).Expect(200).Json["transactionId"]!;
        var registered = await page.RegisterAsync(authenticator, transaction);
        (await visitor.CallAsync("POST", "register/finish", new { nonce = registered })).Expect(204);
        using var stranger = new Visitor(site);
        var nonce = await page.AuthenticateAsync(authenticator);
        (await stranger.CallAsync("POST", "sign-in/finish", new { nonce })).Expect(200);
        Assert.Equal((401, "invalid_nonce"), (await new Visitor(site).CallAsync("POST", "sign-in/finish", new { nonce })).Refused);

        var id = (string)Assert.Single(await stranger.PasskeysAsync())!["id"]!;
        (await stranger.CallAsync("PATCH", id, new { name = "Zoë's phone 📱" })).Expect(204);
        Assert.Equal("Zoë's phone 📱", (string?)(await stranger.PasskeysAsync())[0]!["name"]);
        (await stranger.CallAsync("DELETE", id)).Expect(200);
        Assert.Empty(await stranger.PasskeysAsync());
    }

    [Fact]
    public async Task The_health_check_needs_no_address_either()
    {
        await using var application = new OneApplication();
        await application.StartAsync();

        var report = await application.Running.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Healthy, report.Entries["passage"].Status);
    }

    [Fact]
    public async Task A_call_before_the_application_has_started_says_so()
    {
        await using var application = new OneApplication();

        var early = await Assert.ThrowsAsync<PassageConnectionException>(() => application.Passage.User.GetAsync("ada"));
        await application.StartAsync();
        var late = await Assert.ThrowsAsync<PassageException>(() => application.Passage.User.GetAsync("ada"));

        Assert.Contains("has not started yet", early.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BaseAddress", early.Message, StringComparison.Ordinal);
        Assert.Equal(PassageErrorCode.UserNotFound, late.Code);
    }

    [Fact]
    public async Task A_server_that_is_not_mapped_is_missed_in_a_sentence()
    {
        await using var application = new OneApplication(prefix: null);
        using var visitor = new Visitor(await application.StartAsync());

        var missed = await Assert.ThrowsAsync<PassageConnectionException>(() => application.Passage.User.GetAsync("ada"));

        Assert.Contains("MapOpenPassage", missed.Message, StringComparison.Ordinal);
        Assert.Equal(500, (int)(await visitor.GetAsync("/passkeys/page")).Status);
    }

    [Fact]
    public async Task An_address_that_is_set_is_called_over_HTTP()
    {
        await using var application = new OneApplication(settings: flex => flex.BaseAddress = Nowhere);
        using var visitor = await new Visitor(await application.StartAsync()).SignInAsync("ada");

        Assert.Equal("http://localhost:1", (string?)(await visitor.GetAsync("/passkeys/page")).Expect(200).Json["server"]);
        Assert.Equal((503, "server_unavailable"), (await visitor.CallAsync("POST", "register/begin")).Refused);
    }
}
