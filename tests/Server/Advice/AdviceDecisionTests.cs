using OpenPassage.Server.Advice;
using OpenPassage.Server.Devices;

namespace OpenPassage.Server.Tests.Advice;

/// <summary>The rule alone, by the guide's table.</summary>
public sealed class AdviceDecisionTests
{
    public static TheoryData<string, string, string, string, string, string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string, string, string, string, string, string>();
            foreach (var row in AdviceGuide.Rows("local | autofill | phone | immediate"))
                cases.Add(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_guide_tells_what_it_advises(
        string local, string autofill, string phone, string immediate, string browser, string passkeys, string advice, string reason)
    {
        var page = new PageCapabilities
        {
            Local = AdviceGuide.Flag(local),
            Autofill = AdviceGuide.Flag(autofill),
            Phone = AdviceGuide.Flag(phone),
            Immediate = AdviceGuide.Flag(immediate),
        };

        var advised = AdviceDecision.Of(AdviceGuide.Visit(page, browser), AdviceGuide.Passkeys(passkeys));

        Assert.Equal((advice, reason), (AdviceGuide.Word(advised.Advice), AdviceGuide.Word(advised.Reason)));
    }

    [Fact]
    public void The_guide_has_a_case_of_every_advice_and_of_every_reason()
    {
        var rows = AdviceGuide.Rows("local | autofill | phone | immediate");

        Assert.Equal(
            Enum.GetValues<SignInAdvice>().Select(AdviceGuide.Word).Order(StringComparer.Ordinal),
            rows.Select(row => row[6]).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            Enum.GetValues<SignInReason>().Select(AdviceGuide.Word).Order(StringComparer.Ordinal),
            rows.Select(row => row[7]).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>What options tell anybody leads to a few reasons, which do not depend on whose browser asks.</summary>
    [Fact]
    public void What_a_stranger_is_told_does_not_depend_on_provider_or_system()
    {
        string[][] transports = [["hybrid", "internal"], ["internal"], ["hybrid"], ["nfc", "usb"], []];
        string?[] systems = ["Windows", "macOS", "iOS", "Android", "Linux", null];
        string?[] browsers = ["Chrome", "Safari", "Edge", null];
        foreach (var ways in transports)
        {
            var told = from system in systems
                from browser in browsers
                select AdviceDecision.Of(new(new() { Local = true, Phone = true }, system, browser), [new(ways)]);
            Assert.Single(told.Distinct());
        }
    }

    [Fact]
    public void The_providers_whose_places_are_known_have_the_names_of_the_list()
    {
        (string Aaguid, PasskeyProvider Provider)[] known =
        [
            ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", PasskeyProvider.ICloudKeychain),
            ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", PasskeyProvider.GooglePasswordManager),
            ("08987058-cadc-4b81-b6e1-30de50dcbe96", PasskeyProvider.WindowsHello),
            ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", PasskeyProvider.WindowsHello),
            ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", PasskeyProvider.WindowsHello),
            ("adce0002-35bc-c60a-648b-0b25f1f05503", PasskeyProvider.ChromeOnMac),
            ("d3452668-01fd-4c12-926c-83a4204853aa", PasskeyProvider.MicrosoftPasswordManager),
        ];
        foreach (var (aaguid, provider) in known)
        {
            Assert.Equal(provider, PasskeyProviders.Of(new(aaguid)));
            Assert.StartsWith($"{provider}", Aaguids.NameOf(new(aaguid))!.Replace(" ", "", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(PasskeyProvider.Other, PasskeyProviders.Of(Guid.Empty));
    }
}
