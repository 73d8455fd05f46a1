using OpenPassage.Server.Advice;

namespace OpenPassage.Server.Tests.Advice;

/// <summary>The rule for new passkeys alone, by the guide's table.</summary>
public sealed class EnrolmentDecisionTests
{
    private const string Columns = "local | phone | browser | passkeys | besides";

    public static TheoryData<string, string, string, string, string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string, string, string, string, string>();
            foreach (var row in AdviceGuide.Rows(Columns))
                cases.Add(row[0], row[1], row[2], row[3], row[4], row[5], row[6]);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_guide_tells_what_it_advises(
        string local, string phone, string browser, string passkeys, string besides, string advice, string reason)
    {
        var page = new PageCapabilities { Local = AdviceGuide.Flag(local), Phone = AdviceGuide.Flag(phone) };
        if (besides == "no WebAuthn")
            page = page with { Autofill = false, Immediate = false };
        var known = new EnrolmentCase(AdviceGuide.Visit(page, browser), AdviceGuide.Passkeys(passkeys)!)
        {
            IsInShare = besides != "not in share",
        };

        var advised = EnrolmentDecision.Of(besides.Split(' ') switch
        {
            ["asked", var days, "days", "ago"] => known with { AskedDaysAgo = AdviceGuide.Number(days) },
            [var times, "refused"] => known with { Refused = AdviceGuide.Number(times) },
            [var made, "of", var asked, "made", "one"]
                => known with { Made = AdviceGuide.Number(made), Asked = AdviceGuide.Number(asked) },
            _ => known,
        });

        Assert.Equal((advice, reason), (AdviceGuide.Word(advised.Advice), AdviceGuide.Word(advised.Reason)));
    }

    [Fact]
    public void The_guide_has_a_case_of_every_advice_and_of_every_reason()
    {
        var rows = AdviceGuide.Rows(Columns);

        Assert.Equal(
            Enum.GetValues<EnrolmentAdvice>().Select(AdviceGuide.Word).Order(StringComparer.Ordinal),
            rows.Select(row => row[5]).Distinct().Order(StringComparer.Ordinal));
        // That one is about the session, which the rule does not see.
        Assert.Equal(
            Enum.GetValues<EnrolmentReason>().Except([EnrolmentReason.SignInTooOld]).Select(AdviceGuide.Word).Order(StringComparer.Ordinal),
            rows.Select(row => row[6]).Distinct().Order(StringComparer.Ordinal));
    }
}
