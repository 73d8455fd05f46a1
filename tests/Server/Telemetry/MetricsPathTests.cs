using System.Net.Sockets;
using System.Text;

namespace OpenPassage.Server.Tests.Telemetry;

/// <summary>
/// A proxy forbids <c>/metrics</c> as it is written. Written in another way the figures are not there, so that no spelling gets
/// round a proxy's rule.
/// </summary>
public class MetricsPathTests(MetricsTests.Fixture server) : OwnServerTests(server), IClassFixture<MetricsTests.Fixture>
{
    /// <summary>Exactly as it is written: HTTP clients tidy up what they send.</summary>
    private async Task<string> AskAsync(string target, string method = "GET")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port);
        var (host, whole) = (Server.Address.Authority, target.Replace("{host}", Server.Address.Authority, StringComparison.Ordinal));
        var request = $"{method} {whole} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {MetricsTests.Key}\r\nConnection: close\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("/METRICS")]
    [InlineData("/Metrics")]
    [InlineData("/metrics/")]
    [InlineData("/metrics//")]
    [InlineData("//metrics")]
    [InlineData("///metrics")]
    [InlineData("/./metrics")]
    [InlineData("/x/../metrics")]
    [InlineData("/%2e/metrics")]
    [InlineData("/v1/%2e%2e/metrics")]
    [InlineData("/%6detrics")]
    [InlineData("/metric%73")]
    [InlineData("/%4Detrics")]
    [InlineData("/metrics%2F")]
    [InlineData("/metrics%3Fx")]
    [InlineData("/metrics;x")]
    [InlineData("/metrics/.")]
    [InlineData("/metrics/x/..")]
    [InlineData("http://{host}/metrics")]
    [InlineData("http://{host}/METRICS/")]
    [InlineData("/METRICS?x=1")]
    [InlineData("/metrics/?x=1")]
    public async Task Written_in_another_way_there_are_no_figures(string target)
    {
        foreach (var method in (string[])["GET", "HEAD"])
        {
            var answer = await AskAsync(target, method);
            Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("openpassage_", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics?x=1")]
    [InlineData("/metrics?")]
    public async Task Written_as_it_is_documented_there_are(string target) =>
        Assert.Contains("openpassage_operation_duration_seconds", await AskAsync(target), StringComparison.Ordinal);
}
