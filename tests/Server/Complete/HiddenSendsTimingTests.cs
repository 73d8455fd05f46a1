using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 35, for messages: where accounts are hidden, neither bytes nor the clock tell who is sent a code or a link.</summary>
public class HiddenSendsTimingTests(HiddenSendsTimingTests.Site site) : IClassFixture<HiddenSendsTimingTests.Site>
{
    // A multiple of the kinds that are compared: all have had their turn when the time passes.
    private const int People = 42;

    // Twenty of these are more than a day, within which an address is sent no more than 20.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(81);

    private int rounds;

    public sealed class Site : CodeSite
    {
        protected override IEnumerable<string> AppSettings => ["Methods:Otp=true", "Methods:MagicLink=true", "HideAccounts=true"];

        protected override IEnumerable<string> Settings =>
        [
            .. base.Settings, "--OpenPassage:Limits:LookupsPerMinute=0", "--OpenPassage:Limits:LookupsPerIdentifierPerMinute=0",
            "--OpenPassage:Mail:MostPerHour=0",
        ];

        protected override LogLevel LeastLogged => LogLevel.Warning;
    }

    public static TheoryData<string> Paths => ["login/otp", "register/otp", "login/magic-link", "register/magic-link"];

    [Theory]
    [MemberData(nameof(Paths))]
    public Task Nobody_is_told_apart_by_hundreds_of_calls(string path)
        => AssertNobodyIsToldApartAsync(path, samples: 600, warmUp: 200, endsEarly: true);

    [Theory(Explicit = true)]
    [MemberData(nameof(Paths))]
    public Task Nobody_is_told_apart_by_10_000_calls(string path)
        => AssertNobodyIsToldApartAsync(path, samples: 10_000, warmUp: 2_000, endsEarly: false);

    private async Task AssertNobodyIsToldApartAsync(string path, int samples, int warmUp, bool endsEarly)
    {
        var (active, inactive, unknown) = (new List<string>(), new List<string>(), new List<string>());
        var office = new Office(site);
        for (var person = 0; person < People; person++)
        {
            unknown.Add(NewEmail());
            active.Add(NewEmail());
            (await office.ActivateAsync(await office.CreateAsync(active[^1]))).Expect(200);
            inactive.Add(NewEmail());
            (await office.DeactivateAsync(await office.CreateAsync(inactive[^1]))).Expect(200);
        }

        var first = rounds;
        HashSet<string> answers = [];
        var chances = await ToldApart.MeasureAsync(samples, warmUp, endsEarly, Of(unknown), Of(active), Of(inactive));

        TestContext.Current.SendDiagnosticMessage("{0}: {1}", path, string.Join(" ", chances));
        var most = ToldApart.ChanceOf(samples);
        Assert.All(chances, chance => Assert.InRange(chance, 0.5 - most, 0.5 + most));
        // All addresses are of one length.
        Assert.Single(answers);

        Func<int, Task<long>> Of(List<string> people) => async call =>
        {
            // Whoever comes first after all had their turn lets the time pass.
            if (first + (call / People) is var round && round >= rounds)
            {
                site.Clock.Advance(Pause);
                rounds = round + 1;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/apps/{CompleteSite.AppId}/{path}")
            {
                Headers = { { "Origin", CompleteSite.Origin } },
                Content = new StringContent(
                    new JsonObject { ["identifier"] = people[call % People] }.ToJsonString(),
                    Encoding.UTF8,
                    new MediaTypeHeaderValue("application/json")),
            };
            var (time, answer) = await ToldApart.TimeAsync(site.Http, request);
            answers.Add(answer);
            return time;
        };
    }

    private static string NewEmail() => $"{Guid.NewGuid():N}@shop.example";
}
