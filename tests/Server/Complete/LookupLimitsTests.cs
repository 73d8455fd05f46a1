namespace OpenPassage.Server.Tests.Complete;

/// <summary>Threat 35: whoever asks which accounts exist is slowed down, by network and by whom is asked for.</summary>
public class LookupLimitsTests(LookupLimitsTests.Site site) : IClassFixture<LookupLimitsTests.Site>
{
    public sealed class Site : CompleteSite
    {
        protected override IEnumerable<string> Settings =>
            [.. base.Settings, "--OpenPassage:Limits:LookupsPerMinute=8", "--OpenPassage:Limits:LookupsPerIdentifierPerMinute=3"];
    }

    [Fact]
    public async Task Advice_about_somebody_counts_as_a_lookup()
    {
        var (visitor, one) = (new Visitor(site, CompleteSite.OtherAppId), CompleteSite.NewEmail());
        for (var i = 0; i < 3; i++)
            Assert.Equal((404, "user_not_found"), (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(one))).Refused);

        Assert.Equal((429, "exceeded_attempts"), (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(one))).Refused);
        (await visitor.PostAsync("authenticate/advice", LoginAdviceTests.Body(null))).Expect(200);
    }

    [Fact]
    public async Task Lookups_have_limits_of_their_own()
    {
        var visitor = new Visitor(site);
        async Task<Reply> AskAsync(string email) => await visitor.GetAsync($"users?identifier={email}");

        var one = CompleteSite.NewEmail();
        for (var i = 0; i < 3; i++)
            (await AskAsync(i == 1 ? one.ToUpperInvariant() : one)).Expect(200);
        var refused = await AskAsync(one);
        Assert.Equal((429, "exceeded_attempts"), refused.Refused);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 60);

        for (var i = 0; i < 4; i++)
            (await AskAsync(CompleteSite.NewEmail())).Expect(200);
        Assert.Equal((429, "exceeded_attempts"), (await AskAsync(CompleteSite.NewEmail())).Refused);
        // Nothing else is counted with them.
        (await visitor.StartLoginAsync(null)).Expect(200);
    }
}
