using System.Net;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using OpenPassage.Complete.AspNetCore;

namespace OpenPassage.Complete.Tests.AspNetCore;

/// <summary>
/// What the README and the console's quick start show compiles as it stands; what is a program runs and lets in who is signed in.
/// </summary>
public sealed partial class ReadmeTests(CompleteServer server) : IClassFixture<CompleteServer>
{
    private static readonly IReadOnlyList<string> Samples = Readme.Samples("Complete.AspNetCore");

    [Fact]
    public Task The_first_sample_is_a_program_that_lets_in_who_is_signed_in() => LetsInAsync(Samples[0], "reader@example.com");

    [Fact]
    public Task So_is_what_the_consoles_quick_start_shows() => LetsInAsync(Readme.QuickStart, "operator@example.com");

    private async Task LetsInAsync(string sample, string reader)
    {
        var port = Ports.Free();
        var program = Readme.Compile(sample, OutputKind.ConsoleApplication, Readme.WebUsings);
        string[] arguments =
        [
            $"--urls=http://localhost:{port}", $"--Passage:AppId={CompleteServer.AppId}", $"--Passage:BaseAddress={server.Address}",
            "--Logging:LogLevel:Default=None",
        ];
        // It runs until the tests end, as a site does.
        var site = Task.Factory.StartNew(() => program.EntryPoint!.Invoke(obj: null, [arguments]), TaskCreationOptions.LongRunning);
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        await ListeningAsync(http, site);
        using var page = server.NewPage();
        var token = await page.RegisterAsync(reader);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/who")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var name = await http.GetStringAsync("/who");

        using var passage = server.NewClient();
        Assert.Equal(await passage.Auth.ValidateJwtAsync(token), name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_other_samples_compile(int sample)
    {
        Assert.Equal(3, Samples.Count);
        Assert.NotNull(Readme.Compile(
            Readme.InMethod(Samples[sample], "public static WebApplication app = null!;"),
            usings: Readme.WebUsings));
    }

    /// <summary>The table of codes is the code's, word for word.</summary>
    [Fact]
    public void Every_refusal_is_listed_with_its_status()
    {
        var listed = Codes().Matches(Readme.Text("Complete.AspNetCore"))
            .Select(match => (match.Groups["code"].Value, int.Parse(match.Groups["status"].Value)));
        var refusals = typeof(Refusal).GetFields().Where(field => field.IsStatic).Select(field => (Refusal)field.GetValue(obj: null)!)
            .ToList();

        Assert.Equal(refusals.Select(refusal => (refusal.Code, refusal.Status)).Order(), listed.Order());
        // They also stand in a header, between quotation marks (RFC 6750 §3).
        Assert.All(
            refusals.SelectMany(refusal => refusal.Sentence),
            sign => Assert.True(sign is >= ' ' and <= '~' and not ('"' or '\\')));
    }

    [Fact]
    public void Every_setting_is_listed()
    {
        var listed = Settings().Matches(Readme.Text("Complete.AspNetCore")).Select(match => match.Groups["name"].Value);

        Assert.Equal(
            typeof(PassageSiteOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    private static async Task ListeningAsync(HttpClient http, Task site)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (site.IsFaulted)
                await site;
            try
            {
                using var _ = await http.GetAsync("/");
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }
        Assert.Fail("The sample does not listen.");
    }

    [GeneratedRegex(
        @"^\| `(?<code>[a-z_]+)` \| (?<status>\d{3}) \|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Codes();

    [GeneratedRegex(
        @"^\| `(?<name>[A-Z][A-Za-z]+)` \| ",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Settings();
}
