using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Tests.Ready;

namespace OpenPassage.Server.Tests.Telemetry;

/// <summary>What an operator's Prometheus sees.</summary>
public class MetricsTests(MetricsTests.Fixture server) : OwnServerTests(server), IClassFixture<MetricsTests.Fixture>
{
    internal const string Key = "prometheus-key-0123456789";

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings => [$"--OpenPassage:MetricsKey={Key}"];
    }

    private async Task<Reply> ScrapeAsync(string? key = Key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Reply.ReadAsync(await Server.Http.SendAsync(request));
    }

    /// <summary>The value of a line such as <c>name{labels}</c>; 0 when there is none yet.</summary>
    private async Task<double> ValueAsync(string line) => Value((await ScrapeAsync()).Expect(200).Text, line);

    private static double Value(string text, string line) =>
        text.Split('\n').FirstOrDefault(each => each.StartsWith(line + " ", StringComparison.Ordinal)) is { } found
            ? double.Parse(found[(line.Length + 1)..], CultureInfo.InvariantCulture)
            : 0;

    private async Task CountedAsync(string line, Func<Task> act)
    {
        var before = await ValueAsync(line);
        await act();
        Assert.Equal(before + 1, await ValueAsync(line));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-key-0123456789")]
    [InlineData("acme-key-0123456789abcdef")]
    public async Task Nobody_else_is_told(string? key) => Assert.Equal((401, "invalid_access_token"), (await ScrapeAsync(key)).Refused);

    [Fact]
    public async Task A_report_of_readiness_is_counted_by_what_became_of_it()
    {
        var reporter = await Reporter.NewAsync(Server);
        await CountedAsync(
            "openpassage_readiness_reports_total{outcome=\"taken\"}",
            async () => (await reporter.SendAsync(Reporter.Body("a"))).Expect(200));
        await CountedAsync(
            "openpassage_readiness_reports_total{outcome=\"bot\"}",
            async () => (await reporter.SendAsync(Reporter.Body("a"), ("User-Agent", "curl/8.5.0"))).Expect(200));
    }

    [Fact]
    public async Task A_good_operation_is_counted_and_timed()
    {
        var name = NewUser();
        await CountedAsync(
            "openpassage_operations_total{operation=\"CreateRegisterTransaction\",outcome=\"ok\"}", () => RegisterTransactionAsync(name));
        await CountedAsync(
            "openpassage_operation_duration_seconds_count{operation=\"CreateRegisterTransaction\",outcome=\"ok\"}",
            () => RegisterTransactionAsync(name));
    }

    [Fact]
    public Task A_refused_operation_is_counted_with_its_code() => CountedAsync(
        "openpassage_operations_total{operation=\"CreateAuthenticateTransaction\",outcome=\"refused\",code=\"user_not_found\"}",
        async () => (await Backend.CreateAuthenticateTransactionAsync(NewUser())).Expect(404));

    [Fact]
    public Task A_call_that_is_turned_away_at_the_gate_is_counted_too() => CountedAsync(
        "openpassage_operations_total{operation=\"ListUsers\",outcome=\"refused\",code=\"invalid_access_token\"}",
        async () => (await new Backend(Server, App) { ApiKey = "wrong-key-0123456789" }.ListUsersAsync()).Expect(401));

    [Fact]
    public Task A_body_that_cannot_be_read_is_counted_too() => CountedAsync(
        "openpassage_operations_total{operation=\"VerifyNonce\",outcome=\"refused\",code=\"invalid_request\"}",
        async () => (await Backend.PostAsync("authenticate/verify", "{")).Expect(400));

    [Fact]
    public Task What_is_no_operation_is_counted_as_other() => CountedAsync(
        "openpassage_operations_total{operation=\"Other\",outcome=\"refused\",code=\"invalid_request\"}",
        async () => (await Backend.GetAsync("nothing")).Expect(404));

    // The answers are alike, on purpose; the operator may know.
    [Fact]
    public async Task The_step_of_WebAuthn_that_refused_is_for_the_operator()
    {
        var line = "openpassage_operations_total{operation=\"FinishAuthentication\",outcome=\"refused\","
            + "code=\"discoverable_login_failed\",rejection=\"bad_signature\"}";
        await RegisteredAsync();
        await CountedAsync(line, async () => (await Page.AuthenticateAsync(
            bend: ceremony => ceremony.BendSignature = signature => [.. signature[..^1], (byte)~signature[^1]])).Expect(401));
    }

    [Fact]
    public async Task A_page_of_the_console_is_counted_and_timed()
    {
        using var visitor = new Visitor(Server);
        await CountedAsync(
            "openpassage_operations_total{operation=\"Console.GetSignIn\",outcome=\"ok\"}", () => visitor.GetAsync("/console/sign-in"));
        await CountedAsync(
            "openpassage_operation_duration_seconds_count{operation=\"Console.GetSignIn\",outcome=\"ok\"}",
            () => visitor.GetAsync("/console/sign-in"));
    }

    [Fact]
    public Task A_call_to_the_console_that_is_turned_away_is_counted_too() => CountedAsync(
        "openpassage_operations_total{operation=\"Console.ListApps\",outcome=\"refused\"}",
        async () => Assert.Equal(303, (await new Visitor(Server).GetAsync("/console")).Status));

    [Fact]
    public async Task What_the_console_cannot_read_or_find_is_counted_with_its_code()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await CountedAsync(
            "openpassage_operations_total{operation=\"Console.FinishConfirm\",outcome=\"refused\",code=\"invalid_request\"}",
            async () => (await admin.PostAsync("/console/confirm/finish")).Expect(400));
        await CountedAsync(
            "openpassage_operations_total{operation=\"Console.GetDashboard\",outcome=\"refused\",code=\"app_not_found\"}",
            async () => (await admin.GetAsync("/console/apps/no-such-app")).Expect(404));
    }

    [Fact]
    public async Task A_refused_sign_in_to_the_console_is_counted_with_the_step_that_refused()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        await CountedAsync(
            "openpassage_operations_total{operation=\"Console.FinishSignIn\",outcome=\"refused\","
                + "code=\"discoverable_login_failed\",rejection=\"wrong_origin\"}",
            async () =>
            {
                var started = (await admin.SayAsync("/console/sign-in/start", [])).Expect(200);
                var response = admin.Authenticator.Get(started.Text, "https://evil.example").ToJsonObject(ResponseShape.Browser);
                var body = new JsonObject { ["handshake"] = started["handshake"], ["response"] = response };
                (await admin.SayAsync("/console/sign-in/finish", body)).Expect(400);
            });
    }

    [Fact]
    public void Every_step_of_the_console_has_a_name_of_its_own()
    {
        var names = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.OfType<Entry>().Any())
            .Select(endpoint => endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName)
            .ToList();
        Assert.True(names.Count >= 40, $"{names.Count} steps");
        Assert.All(names, name => Assert.Matches("^Console[.][A-Z][A-Za-z]+([.][A-Z][A-Za-z]+)?$", name));
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Keys_found_imported_are_counted()
    {
        await RegisteredAsync();
        (await Page.AuthenticateAsync()).Expect(200);
        await CountedAsync("openpassage_key_cache_lookups_total{result=\"hit\"}", async () => (await Page.AuthenticateAsync()).Expect(200));
    }

    [Fact]
    public async Task Group_commits_and_waits_are_counted()
    {
        await RegisteredAsync();
        (await Page.AuthenticateAsync()).Expect(200);
        var text = (await ScrapeAsync()).Expect(200).Text;
        Assert.True(Value(text, "openpassage_store_group_size_count") > 0);
        Assert.True(Value(text, "openpassage_store_wait_duration_seconds_count") > 0);
    }

    [Fact]
    public async Task The_text_is_what_Prometheus_reads()
    {
        await RegisterTransactionAsync(NewUser());
        var reply = (await ScrapeAsync()).Expect(200);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Header("Content-Type"));
        Assert.EndsWith("\n", reply.Text, StringComparison.Ordinal);
        string? typed = null;
        foreach (var line in reply.Text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                typed = line.Split(' ')[2];
            if (line[0] == '#')
                continue;
            Assert.Matches("""^[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? [0-9.E+-]+$""", line);
            Assert.StartsWith(typed!, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_description_of_the_API_does_not_know_it() =>
        Assert.DoesNotContain("metrics", await Server.Http.GetStringAsync("openapi.json"), StringComparison.Ordinal);
}

/// <summary>A server without a key for the metrics, as it is unless somebody asks for them.</summary>
public sealed class NoMetricsTests(ServerFixture server) : ServerTests(server)
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acme-key-0123456789abcdef")]
    public async Task There_is_nothing_to_be_seen(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        var reply = await Reply.ReadAsync(await Server.Http.SendAsync(request));
        Assert.Equal((404, "invalid_request"), reply.Refused);
    }
}
