using System.Text.Json.Nodes;
using OpenPassage.Server.Ready.Values;
using OpenPassage.Server.Tests.Host;
using static OpenPassage.Server.Tests.Ready.SeededCounts;

namespace OpenPassage.Server.Tests.Ready;

/// <summary><c>openpassage readiness show</c>, beside a server that is running on the same database.</summary>
public class ReadinessCommandTests(ServerFixture server) : ServerTests(server)
{
    // Long over, so that what the machine's clock says does not matter.
    private const string Months = "2025-03-01";
    private static readonly DateOnly March = new(2025, 3, 1);

    private async Task<string> SeededAsync()
    {
        var app = (await Manager.AppAsync()).Id;
        await new SeededCounts(Server, app)
            .Month(March, Kind(All, "web", "Windows", 11, "Chrome", 140), 60, nameless: 3)
            .Month(March, Kind(Capabilities.SecurityKey, "web", "Windows", 10, "Chrome", 140), 40)
            .Week(new(2025, 3, 3), Kind(All), 30)
            .WriteAsync();
        return app;
    }

    private async Task<string> LinesAsync(params string[] arguments)
    {
        var (exitCode, output) = await InProcess.RunAsync(Server, ["readiness", "show", .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("--by|system|--capability|synced", "&by=system&capability=synced")]
    public async Task Its_json_is_that_of_the_api(string arguments, string query)
    {
        var app = await SeededAsync();

        var shown = await LinesAsync(
            ["--app", app, "--from", Months, "--to", Months, .. arguments.Split('|', StringSplitOptions.RemoveEmptyEntries), "--json"]);

        var answered = (await Manager.GetAsync($"readiness?app_id={app}&from={Months}&to={Months}{query}")).Expect(200);
        Assert.Equal(100, (long)answered.Json["devices"]!);
        Assert.True(JsonNode.DeepEquals(answered.Json, JsonNode.Parse(shown)), $"{answered.Text}\n{shown}");
    }

    [Fact]
    public async Task Its_tables_say_the_same_to_a_person()
    {
        var app = await SeededAsync();

        var lines = await LinesAsync("--app", app, "--from", Months, "--to", Months, "--by", "system");

        Assert.Contains(
            "2025-03-01 to 2025-03-31: 100 devices a month, and 3 reports without a device id", lines, StringComparison.Ordinal);
        Assert.Matches(@"local +60\.0 % +50\.2 % and 69\.1 % +60 +60 ", lines);
        Assert.Matches(@"Windows 10 +0\.0 % ", lines);
        Assert.Matches(@"Windows 10, Chrome 140 +40 +0\.0 % +Windows 11 +40 +reported", lines);
        Assert.Matches(@"2025-03-03 +100\.0 % ", lines);
        Assert.Contains("No forecast yet", lines, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--app|nobody", 3, "no app")]
    [InlineData("--from|2025-03-01|--to|2025-02-01", 4, "not after to")]
    public async Task What_cannot_be_shown_has_an_exit_code_and_a_sentence(string arguments, int exitCode, string told)
    {
        var run = await InProcess.RunAsync(Server, ["readiness", "show", .. arguments.Split('|')]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Output, StringComparison.Ordinal);
    }
}
