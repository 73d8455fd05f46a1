using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 35: where accounts are hidden, the clock tells nobody either which exist.</summary>
public class HiddenAccountsTimingTests(HiddenAccountsTimingTests.Site site) : IClassFixture<HiddenAccountsTimingTests.Site>
{
    private const int People = 40;

    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["HideAccounts=true"];

        protected override IEnumerable<string> Settings =>
        [
            .. base.Settings, "--OpenPassage:Limits:LookupsPerMinute=0", "--OpenPassage:Limits:LookupsPerIdentifierPerMinute=0",
        ];

        protected override LogLevel LeastLogged => LogLevel.Warning;
    }

    [Fact]
    public async Task Neither_a_lookup_nor_advice_nor_the_start_of_a_sign_in_takes_longer_for_an_account_active_or_not()
    {
        var (active, inactive, unknown) = (new List<string>(), new List<string>(), new List<string>());
        var office = new Office(site);
        for (var person = 0; person < People; person++)
        {
            active.Add(await new Visitor(site).SignUpAsync());
            unknown.Add(CompleteSite.NewEmail());
            var off = new Visitor(site);
            inactive.Add(await off.SignUpAsync());
            (await office.DeactivateAsync(off.UserId)).Expect(200);
        }

        await AssertNobodyIsToldApartAsync("lookup", Lookup);
        await AssertNobodyIsToldApartAsync("start", email => Post("login/webauthn/start", new JsonObject { ["identifier"] = email }));
        await AssertNobodyIsToldApartAsync("advice", email => Post("authenticate/advice", LoginAdviceTests.Body(email)));

        async Task AssertNobodyIsToldApartAsync(string what, Func<string, HttpRequestMessage> make)
        {
            var chances = await ToldApart.MeasureAsync(warmUp: 3_000, Of(unknown), Of(active), Of(inactive));
            TestContext.Current.SendDiagnosticMessage("{0}: {1}", what, string.Join(" ", chances));
            Assert.All(chances, chance => Assert.InRange(chance, ToldApart.Least, ToldApart.Most));

            Func<int, Task<long>> Of(List<string> people) => async call =>
            {
                using var request = make(people[call % people.Count]);
                return await ToldApart.TimeAsync(site.Http, request, expected: 200);
            };
        }
    }

    private static HttpRequestMessage Lookup(string email)
        => new(HttpMethod.Get, $"v1/apps/{CompleteSite.AppId}/users?identifier={email}")
        {
            Headers = { { "Origin", CompleteSite.Origin } },
        };

    private static HttpRequestMessage Post(string path, JsonObject body)
        => new(HttpMethod.Post, $"v1/apps/{CompleteSite.AppId}/{path}")
        {
            Headers = { { "Origin", CompleteSite.Origin } },
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
}
