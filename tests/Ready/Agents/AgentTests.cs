using OpenPassage.Server.Ready.Agents;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Ready.Tests.Agents;

public sealed class AgentTests
{
    private const string Blink = " AppleWebKit/537.36 (KHTML, like Gecko) ";
    private const string WebKit = " AppleWebKit/605.1.15 (KHTML, like Gecko) ";
    private const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
    private const string Mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
    private const string Linux = "Mozilla/5.0 (X11; Linux x86_64)";
    private const string Android = "Mozilla/5.0 (Linux; Android 10; K)";
    private const string Chrome = Blink + "Chrome/142.0.0.0 Safari/537.36";
    private const string Mobile = Blink + "Chrome/142.0.0.0 Mobile Safari/537.36";

    /// <summary>Pages: user agent, system and major, browser and major.</summary>
    public static TheoryData<string, string, int, string, int> Pages => new()
    {
        // Frozen: what is said of the system is the same on every version.
        { Windows + Chrome, "Windows", 0, "Chrome", 142 },
        { Windows + Chrome + " Edg/141.0.0.0", "Windows", 0, "Edge", 141 },
        { Windows + Chrome + " OPR/120.0.0.0", "Windows", 0, "Opera", 120 },
        { Windows + Chrome + " Vivaldi/7.6", "Windows", 0, "Vivaldi", 7 },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Windows", 0, "Firefox", 140 },
        { Mac + Chrome, "macOS", 0, "Chrome", 142 },
        { Mac + WebKit + "Version/18.1 Safari/605.1.15", "macOS", 0, "Safari", 18 },
        { Mac + WebKit + "Version/26.2 Safari/605.1.15", "macOS", 0, "Safari", 26 },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0", "macOS", 0, "Firefox", 145 },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.16; rv:85.0) Gecko/20100101 Firefox/85.0", "macOS", 0, "Firefox", 85 },
        { Android + Mobile, "Android", 0, "Chrome", 142 },
        { Android + Mobile + " EdgA/142.0.0.0", "Android", 0, "Edge", 142 },
        { Android + Mobile + " OPR/92.0.0.0", "Android", 0, "Opera", 92 },
        { Android + Blink + "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", "Android", 0, "Samsung Internet", 29 },
        { Android + Blink + "Chrome/142.0.0.0 Mobile DuckDuckGo/5 Safari/537.36", "Android", 0, "DuckDuckGo", 5 },
        { "Mozilla/5.0 (Android 10; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Android", 0, "Firefox", 140 },
        { Linux + Chrome, "Linux", 0, "Chrome", 142 },
        { "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Linux", 0, "Firefox", 140 },
        { "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)" + Chrome, "ChromeOS", 0, "Chrome", 142 },
        { "Mozilla/5.0 (X11; FreeBSD amd64; rv:140.0) Gecko/20100101 Firefox/140.0", "FreeBSD", 0, "Firefox", 140 },

        // Systems that still say which they are.
        { "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0", "Windows", 7, "Firefox", 115 },
        { "Mozilla/5.0 (Windows NT 6.2; Win64; x64)" + Blink + "Chrome/109.0.0.0 Safari/537.36", "Windows", 8, "Chrome", 109 },
        { "Mozilla/5.0 (Windows NT 6.3; Win64; x64)" + Blink + "Chrome/109.0.0.0 Safari/537.36", "Windows", 8, "Chrome", 109 },
        { "Mozilla/5.0 (Windows NT 5.1)" + Blink + "Chrome/49.0.2623.112 Safari/537.36", "Windows", 0, "Chrome", 49 },
        { Windows + Blink + "Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763", "Windows", 0, "Edge", 18 },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6)" + WebKit + "Version/13.1 Safari/605.1.15", "macOS", 10, "Safari", 13 },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 11_2_1)" + Blink + "Chrome/88.0.4324.150 Safari/537.36", "macOS", 11, "Chrome", 88 },
        { Phone("Android 9; SM-G960F") + "Chrome/101.0.4951.61 Mobile Safari/537.36", "Android", 9, "Chrome", 101 },
        { Phone("Android 10; SM-G960F") + "Chrome/101.0.4951.61 Mobile Safari/537.36", "Android", 10, "Chrome", 101 },
        { Phone("Android 8.1.0; CUBOT_P20") + "Chrome/99.0.4844.88 Mobile Safari/537.36", "Android", 8, "Chrome", 99 },
        {
            Phone("Android 14; SAMSUNG SM-S901B") + "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Android", 14, "Samsung Internet", 26
        },
        { "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Android", 14, "Firefox", 140 },
        { "Mozilla/5.0 (Android 16; Tablet; rv:146.0) Gecko/146.0 Firefox/146.0", "Android", 16, "Firefox", 146 },
        { "Mozilla/5.0 (Linux; Android 14; V2203)" + Mobile + " VivoBrowser/20.5", "Android", 14, "vivo Browser", 20 },
        {
            Phone("U; Android 13; en-gb; M2101K6G")
                + "Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.10.1",
            "Android", 13, "Mi Browser", 14
        },
        {
            Phone("U; Android 13; en-US; SM-A515F") + "Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.0 Mobile Safari/537.36",
            "Android", 13, "UC Browser", 13
        },

        // Apple's mobile systems: Safari is believed, and others where they cannot mean two versions.
        { IPhone("15_8") + "Version/15.6.6 Mobile/15E148 Safari/604.1", "iOS", 15, "Safari", 15 },
        { IPhone("18_1") + "Version/18.1 Mobile/15E148 Safari/604.1", "iOS", 18, "Safari", 18 },
        { IPhone("18_6") + "Version/18.6 Mobile/15E148 Safari/604.1", "iOS", 18, "Safari", 18 },
        { IPhone("18_6") + "Version/26.0 Mobile/15E148 Safari/604.1", "iOS", 26, "Safari", 26 },
        { IPhone("18_7") + "Version/27.1 Mobile/15E148 Safari/604.1", "iOS", 27, "Safari", 27 },
        { IPhone("18_7") + "Mobile/15E148 Safari/605.1.15", "iOS", 0, "Safari", 0 },
        { IPhone("18_1") + "CriOS/142.0.0.0 Mobile/15E148 Safari/604.1", "iOS", 18, "Chrome", 142 },
        { IPhone("26_1") + "CriOS/143.0.0.0 Mobile/15E148 Safari/604.1", "iOS", 26, "Chrome", 143 },
        { IPhone("18_7") + "CriOS/143.0.0.0 Mobile/15E148 Safari/604.1", "iOS", 0, "Chrome", 143 },
        { IPhone("18_7") + "FxiOS/145.0 Mobile/15E148 Safari/605.1.15", "iOS", 0, "Firefox", 145 },
        {
            "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X)" + WebKit + "FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
            "iPadOS", 16, "Firefox", 140
        },
        { IPhone("17_7_2") + "Version/17.0 EdgiOS/130.0.2849.68 Mobile/15E148 Safari/605.1.15", "iOS", 17, "Edge", 130 },
        { IPhone("18_7") + "Version/26.0 EdgiOS/142.0.0.0 Mobile/15E148 Safari/605.1.15", "iOS", 0, "Edge", 142 },
        { Mac + WebKit + "Version/18.1 Mobile/15E148 Safari/604.1", "iPadOS", 18, "Safari", 18 },
        { Mac + WebKit + "CriOS/142 Version/11.1.1 Safari/605.1.15", "iPadOS", 0, "Chrome", 142 },
        { IPhone("18_1") + "Version/18.1 Mobile/15E148 Safari/604.1 OPT/5.4.0", "iOS", 18, "Opera", 0 },

        // Apps' pages, other systems, and Opera's other browsers.
        { Phone("Android 14; Pixel 8 Build/UD1A; wv") + "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36", "Android", 14, "", 0 },
        { IPhone("18_7") + "Mobile/15E148", "iOS", 0, "", 0 },
        { IPhone("17_2") + "Mobile/15E148 [FBAN/FBIOS;FBAV/450.0;FBDV/iPhone14,5]", "iOS", 17, "Facebook", 0 },
        {
            Phone("U; Android 13; SM-A515F") + "Version/4.0 Chrome/100.0.4896.58 Mobile Safari/537.36 OPR/80.0.2254.71032",
            "Android", 13, "Opera", 0
        },
        { "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; en) Presto/2.12.423 Version/12.16", "Android", 0, "Opera", 0 },
        { Phone("Android 11; KFTRWI") + "Silk/120.4 like Chrome/120.0.0.0 Safari/537.36", "Fire OS", 0, "Silk", 120 },
        {
            Phone("Android 12; HarmonyOS; NOH-AN00; HMSCore 6.14")
                + "Chrome/114.0.0.0 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
            "HarmonyOS", 0, "Huawei Browser", 15
        },
        { "Mozilla/5.0 (Web0S; Linux/SmartTV)" + Blink + "Chrome/120.0.0.0 Safari/537.36", "webOS", 0, "Chrome", 120 },
        { "", "", 0, "", 0 },
        { "curl/8.5.0", "", 0, "", 0 },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_told_by_its_user_agent_where_that_can_be_believed(
        string userAgent, string system, int systemMajor, string browser, int browserMajor)
        => Assert.Equal(new Agent(Platforms.Web, system, systemMajor, browser, browserMajor), Agent.OfPage(userAgent, null));

    [Theory]
    [InlineData("Windows", "15.0.0", "Windows", 11)]
    [InlineData("Windows", "19.0.0", "Windows", 11)]
    [InlineData("Windows", "13.0.0", "Windows", 11)]
    [InlineData("Windows", "12.0.0", "Windows", 0)]
    [InlineData("Windows", "10.0.0", "Windows", 10)]
    [InlineData("Windows", "1.0.0", "Windows", 10)]
    [InlineData("Windows", "0.3.0", "Windows", 8)]
    [InlineData("Windows", "0.1.0", "Windows", 7)]
    [InlineData("Windows", "0.0.0", "Windows", 0)]
    [InlineData("Windows", "", "Windows", 0)]
    [InlineData("macOS", "15.7.1", "macOS", 15)]
    [InlineData("macOS", "26.1.0", "macOS", 26)]
    [InlineData("macOS", "16.0.0", "macOS", 0)]
    [InlineData("macOS", "10.15.7", "macOS", 10)]
    [InlineData("Android", "14.0.0", "Android", 14)]
    [InlineData("Android", "16", "Android", 16)]
    [InlineData("Chrome OS", "142.0.0", "ChromeOS", 142)]
    [InlineData("Chrome OS", "16433.41.0", "ChromeOS", 0)]
    [InlineData("Linux", "6.8.0", "Linux", 0)]
    [InlineData("Fuchsia", "1.0", "Windows", 0)]
    [InlineData("", "15.0.0", "Windows", 0)]
    [InlineData(null, "15.0.0", "Windows", 0)]
    public void The_version_of_a_system_is_told_by_client_hints(string? platform, string? version, string system, int major)
    {
        var agent = Agent.OfPage(Windows + Chrome, new([], platform, version));

        Assert.Equal((system, major), (agent.System, agent.SystemMajor));
    }

    [Fact]
    public void A_hint_without_a_version_leaves_what_the_user_agent_says()
        => Assert.Equal(14, Agent.OfPage("Mozilla/5.0 (Linux; Android 14; Pixel 8)" + Mobile, new([], "Android", null)).SystemMajor);

    [Fact]
    public void A_system_made_from_android_stays_what_it_is()
    {
        var tablet = Phone("Android 11; KFTRWI") + "Silk/120.4 like Chrome/120.0.0.0 Safari/537.36";

        Assert.Equal(("Fire OS", 0), OfSystem(Agent.OfPage(tablet, new([], "Android", "11.0.0"))));
    }

    [Theory]
    [InlineData("Google Chrome:143.0.7499.40|Chromium:143.0.7499.40|Not A(Brand:24.0.0.0", "Chrome", 143)]
    [InlineData("Not_A Brand:8|Chromium:120|Microsoft Edge:120", "Edge", 120)]
    [InlineData("Chromium:143|Opera GX:127|(Not;A-Brand:99", "Opera", 127)]
    [InlineData("Chromium:136|Samsung Internet:29.0|Not.A/Brand:99", "Samsung Internet", 29)]
    [InlineData("Brave:143|Chromium:143|Not A(Brand:24", "Brave", 143)]
    [InlineData("Chromium:143|YaBrowser:25.10|Not A(Brand:24", "Yandex Browser", 25)]
    [InlineData("Chromium:143|Not A(Brand:24", "Chrome", 143)]
    [InlineData("Somebody's Browser:7|Chromium:143|Not A(Brand:24", "Chrome", 143)]
    [InlineData("Android WebView:143|Chromium:143|Not A(Brand:24", "", 0)]
    [InlineData("Google Chrome:", "Chrome", 142)]
    [InlineData("Microsoft Edge:99999999999999", "Edge", 0)]
    [InlineData("Not A(Brand:24", "Chrome", 142)]
    [InlineData("google chrome:1", "Chrome", 142)]
    public void The_browser_is_told_by_the_brand_that_is_known(string brands, string browser, int major)
    {
        var agent = Agent.OfPage(Windows + Chrome, new(Read(brands), null, null));

        Assert.Equal((browser, major), (agent.Browser, agent.BrowserMajor));
    }

    [Fact]
    public void An_app_that_says_its_name_keeps_it_beside_the_brand_of_its_view()
    {
        var app = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv)" + Blink
            + "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/450.0;]";

        Assert.Equal("Facebook", Agent.OfPage(app, new(Read("Android WebView:143|Chromium:143"), "Android", "14.0.0")).Browser);
    }

    [Theory]
    [InlineData("iOS", "18.1.1", Platforms.Ios, "iOS", 18)]
    [InlineData("iOS", "26.0", Platforms.Ios, "iOS", 26)]
    [InlineData("iPadOS", "17.5", Platforms.Ios, "iPadOS", 17)]
    [InlineData("ios", "16", Platforms.Ios, "iOS", 16)]
    [InlineData("macOS", "14.5", Platforms.MacOs, "macOS", 14)]
    [InlineData("macOS", "16.0", Platforms.MacOs, "macOS", 0)]
    [InlineData("tvOS", "17.0", Platforms.TvOs, "tvOS", 17)]
    [InlineData("visionOS", "2.1", Platforms.VisionOs, "visionOS", 2)]
    [InlineData("Android", "28", Platforms.Android, "Android", 9)]
    [InlineData("Android", "29", Platforms.Android, "Android", 10)]
    [InlineData("Android", "30", Platforms.Android, "Android", 11)]
    [InlineData("Android", "31", Platforms.Android, "Android", 12)]
    [InlineData("Android", "32", Platforms.Android, "Android", 12)]
    [InlineData("Android", "33", Platforms.Android, "Android", 13)]
    [InlineData("Android", "36", Platforms.Android, "Android", 16)]
    [InlineData("Android", "37", Platforms.Android, "Android", 17)]
    [InlineData("Android", "99", Platforms.Android, "Android", 0)]
    [InlineData("Android", "14", Platforms.Android, "Android", 0)]
    [InlineData("Android", "34.0", Platforms.Android, "Android", 0)]
    [InlineData("Android", "", Platforms.Android, "Android", 0)]
    [InlineData("watchOS", "11.0", Platforms.Other, "", 0)]
    [InlineData("Windows", "10", Platforms.Other, "", 0)]
    [InlineData("", "", Platforms.Other, "", 0)]
    [InlineData(null, null, Platforms.Other, "", 0)]
    public void An_app_is_told_by_the_headers_of_its_kit(string? deviceOs, string? version, string platform, string system, int major)
        => Assert.Equal(new Agent(platform, system, major, "", 0), Agent.OfApp(deviceOs, version));

    [Fact]
    public void Whatever_a_stranger_writes_gives_a_family_of_the_fixed_sets_and_a_small_number()
    {
        string[] parts =
        [
            Windows, Mac, Linux, Android, "iPhone; CPU iPhone OS ", "CPU OS 18_", "Android ", "Mac OS X ", "Windows NT ", "Version/",
            "Chrome/", "OPR/", "Safari/", "CriOS/", "Firefox/", " Mobile", "\0", "\ud800", "\udc00", "١٢", "-1", "9999",
            "٣", ".", "_", ";", ")", "",
            new('9', 8192), new('0', 5000), new('x', 8192), new('\ud83d', 3000), new('(', 8192),
        ];
        var random = new Random(16);
        string Any() => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => parts[random.Next(parts.Length)]));
        string Or(string other) => random.Next(2) == 0 ? other : Any();
        for (var i = 0; i < 3000; i++)
        {
            var userAgent = Any();
            var brands = Enumerable.Range(0, random.Next(40)).Select(_ => KeyValuePair.Create(Or("Opera"), Any()));
            var page = Agent.OfPage(userAgent, random.Next(2) == 0 ? null : new([.. brands], Or("Windows"), Any()));
            var app = Agent.OfApp(Or("Android"), Any());
            _ = Agent.IsBot(userAgent);

            Assert.All([page, app], one =>
            {
                Assert.InRange(one.SystemMajor, 0, 999);
                Assert.InRange(one.BrowserMajor, 0, 999);
                Assert.InRange(one.System.Length, 0, 20);
                Assert.InRange(one.Browser.Length, 0, 20);
                Assert.Contains(one.Platform, Platforms.All);
            });
        }
    }

    [Fact]
    public void No_more_is_read_than_a_browser_would_send()
        => Assert.Equal("", Agent.OfPage(new string(' ', 8192) + Windows + Chrome, null).Browser);

    private static string IPhone(string version) => $"Mozilla/5.0 (iPhone; CPU iPhone OS {version} like Mac OS X)" + WebKit;

    private static string Phone(string about) => $"Mozilla/5.0 (Linux; {about})" + Blink;

    private static (string System, int Major) OfSystem(Agent agent) => (agent.System, agent.SystemMajor);

    private static KeyValuePair<string, string>[] Read(string brands)
        => [.. brands.Split('|').Select(brand => KeyValuePair.Create(brand[..brand.IndexOf(':')], brand[(brand.IndexOf(':') + 1)..]))];
}
