using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Links;

namespace OpenPassage.Server.Tests.Complete.Links;

/// <summary>The rule alone. Times are seconds after the link was made; it is good for 300.</summary>
public sealed class LinkDecisionTests
{
    private const string Asker = "192.0.2.1";
    private const string Scanner = "198.51.100.7";
    private const string Phone = "2001:db8:0:1::/64";

    private static readonly DateTimeOffset Made = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Asker, 0, "Begins")]
    [InlineData(Asker, 299, "Begins")]
    [InlineData(Asker, 300, "Refused")]
    [InlineData(Scanner, 0, "Begins")]
    [InlineData(Scanner, 300, "Refused")]
    [InlineData("", 0, "Refused")]
    public void A_new_link_is_opened_on_any_network_while_it_is_good(string network, int at, string verdict)
        => Assert.Equal(verdict, Open(New(), network, at));

    [Theory]
    [InlineData(Scanner, 60, "Again")]
    [InlineData(Scanner, 61, "Refused")]
    [InlineData(Asker, 61, "Begins")]
    [InlineData(Phone, 61, "Begins")]
    public void A_scanner_uses_up_its_own_opening_and_nobody_elses(string network, int at, string verdict)
        => Assert.Equal(verdict, Open(Opened(New(), Scanner, 0), network, at));

    [Fact]
    public void Who_was_overtaken_gets_nothing_any_more()
        => Assert.Equal("Refused", Open(Opened(Opened(New(), Scanner, 0), Phone, 10), Scanner, 11));

    [Theory]
    [InlineData(Asker, 70, "Again")]
    [InlineData(Asker, 71, "Refused")]
    [InlineData(Phone, 11, "Refused")]
    [InlineData(Scanner, 11, "Refused")]
    public void Opened_where_it_was_asked_for_it_is_used_up_everywhere(string network, int at, string verdict)
        => Assert.Equal(verdict, Open(Opened(Opened(New(), Scanner, 0), Asker, 10), network, at));

    [Fact]
    public void An_answer_that_got_lost_is_given_again_after_the_link_has_expired()
        => Assert.Equal("Again", Open(Opened(New(), Asker, 299), Asker, 310));

    [Fact]
    public void However_many_open_it_elsewhere_it_is_good_where_it_was_asked_for()
    {
        var link = New();
        for (var place = 0; place < LinkDecision.MostForeign; place++)
            link = Opened(link, $"203.0.113.{place}", place);

        Assert.Equal("Refused", Open(link, Phone, 50));
        Assert.Equal("Begins", Open(link, Asker, 50));
    }

    [Fact]
    public void What_a_backend_made_is_opened_on_two_networks()
    {
        var first = Opened(New() with { Network = "" }, Scanner, 0);
        var second = Opened(first, Phone, 10);

        Assert.Equal("Begins", Open(first, Phone, 10));
        Assert.Equal("Refused", Open(first, Scanner, 61));
        Assert.Equal("Again", Open(second, Phone, 20));
        Assert.Equal("Refused", Open(second, Asker, 20));
    }

    [Theory]
    // The app's rule · where it was opened · where the question comes from.
    [InlineData("SameNetwork", "", Asker, "Refused")]
    [InlineData("SameNetwork", Asker, Asker, "Begins")]
    [InlineData("SameNetwork", Scanner, Asker, "Refused")]
    [InlineData("SameNetwork", Asker, Scanner, "Refused")]
    [InlineData("SameNetwork", Scanner, Scanner, "Refused")]
    [InlineData("Always", "", Asker, "Refused")]
    [InlineData("Always", Asker, Asker, "Begins")]
    [InlineData("Always", Scanner, Asker, "Begins")]
    [InlineData("Always", Asker, Scanner, "Begins")]
    [InlineData("Never", Asker, Asker, "Refused")]
    [InlineData("Never", Scanner, Asker, "Refused")]
    public void The_page_that_asked_is_signed_in_by_the_apps_rule(string rule, string opener, string from, string verdict)
        => Assert.Equal(verdict, Deliver(opener.Length > 0 ? Opened(New(), opener, 0) : New(), from, rule, 10));

    [Theory]
    [InlineData("SameNetwork")]
    [InlineData("Always")]
    [InlineData("Never")]
    public void Nobody_has_asked_for_what_a_backend_made(string rule)
        => Assert.Equal("Refused", Deliver(Opened(New() with { Network = "" }, Phone, 0), Phone, rule, 10));

    [Theory]
    [InlineData(Asker, 70, "Again")]
    [InlineData(Asker, 71, "Refused")]
    [InlineData(Scanner, 20, "Refused")]
    public void It_is_signed_in_once(string from, int at, string verdict)
    {
        var delivered = Opened(New(), Asker, 0) with
        {
            DeliveredAt = Made.AddSeconds(10), DeliveredTo = Asker, DeliveredSession = "d",
        };

        Assert.Equal(verdict, Deliver(delivered, from, "SameNetwork", at));
        Assert.Equal(verdict, Deliver(delivered, from, "Always", at));
    }

    [Theory]
    [InlineData(600, "Begins")]
    [InlineData(601, "Refused")]
    public void A_page_that_asks_too_late_is_not(int at, string verdict)
        => Assert.Equal(verdict, Deliver(Opened(New(), Asker, 0), Asker, "SameNetwork", at));

    [Fact]
    public void Of_ten_thousand_links_scanners_use_up_none_and_sign_in_no_thief()
    {
        var (spent, stolen) = (0, 0);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var (link, isThief) = (New(), random.Next(2) == 0);
            // A thief asks for the link of somebody whose mail is scanned, and polls; or the person asks.
            var (asker, person) = (Asker, isThief ? Phone : random.Next(2) == 0 ? Asker : Phone);
            string[] scanners = [.. Enumerable.Range(0, random.Next(1, 6)).Select(place => $"198.51.100.{place}")];
            var at = 0;
            for (var steps = random.Next(0, 12); steps > 0; steps--)
            {
                at += random.Next(0, 15);
                link = TryOpen(link, scanners[random.Next(scanners.Length)], at);
                stolen += isThief && Deliver(link, asker, "SameNetwork", at) != "Refused" ? 1 : 0;
            }

            var opened = TryOpen(link, person, ++at);
            spent += ReferenceEquals(opened, link) || opened.Opener != person ? 1 : 0;
            link = opened;
            for (var steps = random.Next(0, 12); steps > 0; steps--)
            {
                at += random.Next(0, 15);
                var after = TryOpen(link, scanners[random.Next(scanners.Length)], at);
                // What the person has begun goes on where it was asked for, whatever a scanner does.
                spent += person == asker && !ReferenceEquals(after, link) ? 1 : 0;
                link = after;
                stolen += isThief && Deliver(link, asker, "SameNetwork", at) != "Refused" ? 1 : 0;
            }
        }

        Assert.Equal((0, 0), (spent, stolen));
    }

    [Fact]
    public void One_that_verifies_is_the_accounts_own_where_its_user_is_known_too()
    {
        var link = Opened(New(), "198.51.100.1", 0);

        Assert.Equal(LinkVerdict.Begins, LinkDecision.Open(link, Phone, isOwn: true, Made.AddSeconds(1)));
        // A scanner that was there first, and is none of the account's, has had its turn.
        Assert.Equal(LinkVerdict.Refused, LinkDecision.Open(link, "198.51.100.1", isOwn: false, Made.AddSeconds(61)));
        // Of as many foreign ones as may, an own one is none.
        var full = link with { Openings = LinkDecision.MostForeign };
        Assert.Equal(LinkVerdict.Refused, LinkDecision.Open(full, Phone, isOwn: false, Made.AddSeconds(1)));
        Assert.Equal(LinkVerdict.Begins, LinkDecision.Open(full, Phone, isOwn: true, Made.AddSeconds(1)));
        Assert.Equal(LinkVerdict.Refused, LinkDecision.Open(full, "", isOwn: true, Made.AddSeconds(1)));
    }

    [Fact]
    public void One_that_takes_back_is_good_once_wherever_it_is_opened()
    {
        var link = New() with { Purpose = LinkPurpose.Undo, Network = "" };

        foreach (var network in (string[])[Asker, Phone, ""])
            Assert.Equal(LinkVerdict.Begins, LinkDecision.TakeBack(link, network, Made.AddSeconds(299)));
        Assert.Equal(LinkVerdict.Refused, LinkDecision.TakeBack(link, Phone, Made.AddSeconds(300)));
        var opened = Opened(link, Phone, 1);
        Assert.Equal(LinkVerdict.Again, LinkDecision.TakeBack(opened, Phone, Made.AddSeconds(61)));
        Assert.Equal(LinkVerdict.Refused, LinkDecision.TakeBack(opened, Phone, Made.AddSeconds(62)));
        Assert.Equal(LinkVerdict.Refused, LinkDecision.TakeBack(opened, Asker, Made.AddSeconds(2)));
    }

    private static Link TryOpen(Link link, string network, int at)
        => Open(link, network, at) == "Begins" ? Opened(link, network, at) : link;

    private static string Open(Link link, string network, int at) => LinkDecision.Open(link, network, Made.AddSeconds(at)).ToString();

    private static string Deliver(Link link, string network, string rule, int at)
        => LinkDecision.Deliver(link, network, Enum.Parse<LinkDelivery>(rule), Made.AddSeconds(at)).ToString();

    private static Link Opened(Link link, string network, int at) => link with
    {
        Openings = link.Openings + 1,
        OpenedBy = [.. link.OpenedBy, network],
        Opener = network,
        OpenedAt = Made.AddSeconds(at),
        OwnOpenedAt = link.IsOwn(network) ? Made.AddSeconds(at) : null,
        SessionId = $"{network} {at}",
    };

    private static Link New() => new()
    {
        Id = "link",
        Purpose = LinkPurpose.SignIn,
        MayBegin = false,
        Identifier = Identifiers.ParseEmail("ann@shop.example")!,
        MessageId = "",
        UserId = "ann",
        Network = Asker,
        RedirectUrl = "",
        CreatedAt = Made,
        ExpiresAt = Made.AddSeconds(300),
        Openings = 0,
        OpenedBy = [],
        Opener = "",
        OpenedAt = null,
        OwnOpenedAt = null,
        SessionId = "",
        DeliveredAt = null,
        DeliveredTo = "",
        DeliveredSession = "",
        AskedBy = "",
        TakenBack = TakenBack.Nothing,
    };
}
