using System.Text;
using OpenPassage.Server.Ready.Agents;
using OpenPassage.Server.Ready.Support;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>What browsers and apps say they are, in lines: a user agent, a platform, its version, then brands and their versions.</summary>
internal sealed class UserAgents() : Target("user agents", 4)
{
    private static readonly byte[][] from =
    [
        .. new[]
        {
            """
            Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
            Windows
            15.0.0
            Google Chrome=142.0.7444.60
            Chromium=142.0.7444.60
            Not_A Brand=99.0.0.0
            """,
            """
            Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36
            Android
            14.0.0
            Samsung Internet=29.0
            Chromium=136
            """,
            """
            Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1
            iOS
            26.0
            """,
            """
            Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0
            macOS
            15.7.1
            """,
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override IEnumerable<Case> Good() => from.Select(Judged);

    public override Case Make(Random random) => Judged(Bend(random, Pick(random, from), Pick(random, from)));

    private static Case Judged(byte[] said)
    {
        var lines = Encoding.UTF8.GetString(said).ReplaceLineEndings("\n").Split('\n');
        var brands = lines.Skip(3).Select(line => line.Split('=', 2)).Select(words => KeyValuePair.Create(words[0], words[^1])).ToArray();
        var hints = new ClientHints(brands, lines.ElementAtOrDefault(1), lines.ElementAtOrDefault(2));
        return new(said, () =>
        {
            var app = Agent.OfApp(hints.Platform, hints.PlatformVersion);
            Assert.Equal("", app.Browser);
            Assert.InRange(app.SystemMajor, 0, 999);
            return Agent.IsBot(lines[0]) ? "bot" : Outcome(Agent.OfPage(lines[0], hints));
        });
    }

    private static string Outcome(Agent page)
    {
        Assert.InRange(page.SystemMajor, 0, 999);
        Assert.InRange(page.BrowserMajor, 0, 999);
        var profile = new Profile(page.Platform, page.System, page.SystemMajor, page.Browser, page.BrowserMajor, Capabilities.None);
        if (BrowserSupport.Of(profile) is null)
            return page.Browser.Length == 0 ? "no browser" : "not known";
        return page.SystemMajor == 0 ? "no version" : Accepted;
    }
}
