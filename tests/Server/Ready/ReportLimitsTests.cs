using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Tests.Ready;

/// <summary>
/// Threats 23 and 37: the key is for everybody to read, and what one network forges with it moves a share by no more than the limit allows.
/// </summary>
public class ReportLimitsTests(ReportLimitsTests.Fixture server) : OwnServerTests(server), IClassFixture<ReportLimitsTests.Fixture>
{
    private const int Devices = 20;
    private const int Reports = 60;

    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings =>
        [
            "--OpenPassage:TrustedProxies:0=127.0.0.1", $"--OpenPassage:Readiness:DevicesPerNetworkAndHour={Devices}",
            $"--OpenPassage:Readiness:ReportsPerMinute={Reports}",
        ];
    }

    private static (string, string?) From(string address) => ("X-Forwarded-For", address);

    private static double ShareOf(IReadOnlyList<Counted> counted)
        => counted.Where(one => one.Profile.Reported.HasFlag(Capabilities.Platform)).Sum(one => one.Devices)
            / (double)counted.Sum(one => one.Devices);

    [Fact]
    public async Task A_flood_of_forged_reports_moves_a_share_by_no_more_than_the_limit_allows()
    {
        var reporter = await Reporter.NewAsync(Server);
        for (var device = 0; device < 100; device++)
            (await reporter.SendAsync(Reporter.Body($"good {device}"), From($"198.51.100.{device}"))).Expect(200);
        Assert.Equal(1, ShareOf(await reporter.OfMonthAsync()));

        var answers = new List<Reply>();
        for (var forged = 0; forged < 300; forged++)
        {
            answers.Add(await reporter.SendAsync(
                Reporter.Body($"{Guid.NewGuid()}", can: false), From($"2001:db8:0:1::{forged:x}"),
                ("User-Agent", Reporter.Chrome.Replace("130", $"{forged}", StringComparison.Ordinal))));
        }

        Assert.All(answers.Skip(Devices), answer => Assert.Equal((429, "exceeded_attempts"), answer.Refused));
        Assert.All(answers.Skip(Devices), answer => Assert.InRange(int.Parse(answer.Header("Retry-After")!), 1, 3600));
        Assert.Equal(100.0 / (100 + Devices), ShareOf(await reporter.OfMonthAsync()));

        // Nobody else is kept from reporting.
        (await reporter.SendAsync(Reporter.Body("good 100"), From("198.51.100.200"))).Expect(200);
        (await (await Reporter.NewAsync(Server)).SendAsync(Reporter.Body("good"), From("2001:db8:0:1::1"))).Expect(200);
    }

    [Fact]
    public async Task A_device_that_reports_again_is_no_new_one_and_one_without_an_id_always_is()
    {
        var reporter = await Reporter.NewAsync(Server);
        for (var time = 0; time < Devices; time++)
            (await reporter.SendAsync(Reporter.Body("the same"), From("203.0.113.1"))).Expect(200);
        for (var time = 0; time < Devices - 1; time++)
            (await reporter.SendAsync(Reporter.Body(""), From("203.0.113.1"))).Expect(200);

        Assert.Equal(429, (await reporter.SendAsync(Reporter.Body(""), From("203.0.113.1"))).Status);
        Assert.Equal(429, (await reporter.SendAsync(Reporter.Body("another"), From("203.0.113.1"))).Status);
        (await reporter.SendAsync(Reporter.Body("the same"), From("203.0.113.1"))).Expect(200);
    }

    [Fact]
    public async Task Reports_of_one_network_are_limited_whatever_they_say()
    {
        var reporter = await Reporter.NewAsync(Server);
        for (var time = 0; time < Reports; time++)
            await reporter.SendAsync(time % 2 == 0 ? Reporter.Body("the same") : "{}", From("203.0.113.2"));

        var reply = await reporter.SendAsync(Reporter.Body("the same"), From("203.0.113.2"), ("Origin", "https://shop.example.com"));

        Assert.Equal((429, "exceeded_attempts"), reply.Refused);
        Assert.Equal("*", reply.Header("Access-Control-Allow-Origin"));
        Assert.InRange(int.Parse(reply.Header("Retry-After")!), 1, 60);
        (await reporter.SendAsync(Reporter.Body("the same"), From("203.0.113.3"))).Expect(200);
    }
}
