using OpenPassage.Server.Ready.Agents;
using OpenPassage.Server.Ready.Support;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Ready.Tests.Support;

public sealed class BrowserSupportTests
{
    private const Capabilities Key = Capabilities.SecurityKey;
    private const Capabilities Own = Key | Capabilities.Platform;
    private const Capabilities OwnAndSynced = Own | Capabilities.Synced;

    [Fact]
    public void The_table_says_of_which_day_it_is() => Assert.Equal(new DateOnly(2026, 11, 12), BrowserSupport.Date);

    [Theory]
    [InlineData("chrome webauthn 67")]
    [InlineData("safari webauthn 13")]
    [InlineData("firefox webauthn 60")]
    [InlineData("chrome conditional-get 108")]
    [InlineData("safari conditional-get 16")]
    [InlineData("firefox conditional-get 119")]
    [InlineData("samsunginternet_android conditional-get 21.0")]
    [InlineData("chrome client-capabilities 133")]
    [InlineData("safari client-capabilities 17.4")]
    [InlineData("firefox client-capabilities 135")]
    [InlineData("samsunginternet_android client-capabilities 29.0")]
    [InlineData("chrome json 129")]
    [InlineData("safari json 18.4")]
    [InlineData("firefox json 119")]
    [InlineData("chrome signal 132")]
    [InlineData("safari signal 26")]
    public void The_list_says_what_is_publicly_known(string line) => Assert.Contains(line, List());

    [Fact]
    public void The_list_does_not_say_what_no_browser_has()
    {
        Assert.DoesNotContain(List(), line => line.StartsWith("firefox signal", StringComparison.Ordinal));
        // It asks for security keys only, as far as the data knows.
        Assert.DoesNotContain(List(), line => line.StartsWith("firefox platform", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Chrome", 66, "Windows", 10, Capabilities.None)]
    [InlineData("Chrome", 107, "Windows", 10, Own)]
    [InlineData("Chrome", 108, "Windows", 10, Own | Capabilities.ConditionalUi)]
    [InlineData("Chrome", 142, "Windows", 11, Own | Capabilities.ConditionalUi | Capabilities.ConditionalCreate | Capabilities.CrossDevice)]
    [InlineData("Chrome", 109, "Windows", 7, Key | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Chrome", 109, "Windows", 0, Key | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Chrome", 110, "Windows", 0, Own | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Firefox", 115, "Windows", 10, Own)]
    [InlineData("Firefox", 140, "Windows", 0, Own | Capabilities.ConditionalUi)]
    [InlineData("Firefox", 140, "macOS", 0, Key | Capabilities.ConditionalUi)]
    [InlineData("Firefox", 140, "macOS", 15, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Firefox", 140, "Linux", 0, Key | Capabilities.ConditionalUi)]
    [InlineData("Firefox", 140, "Android", 14, OwnAndSynced | Capabilities.ConditionalUi)]
    [InlineData("Firefox", 120, "Android", 14, Own | Capabilities.ConditionalUi)]
    [InlineData("Firefox", 91, "Android", 12, Capabilities.None)]
    [InlineData("Safari", 12, "macOS", 10, Capabilities.None)]
    [InlineData("Safari", 15, "macOS", 0, Key)]
    [InlineData("Safari", 17, "macOS", 0, Key | Capabilities.ConditionalUi)]
    [InlineData("Safari", 18, "macOS", 0,
        OwnAndSynced | Capabilities.ConditionalUi | Capabilities.ConditionalCreate | Capabilities.CrossDevice)]
    [InlineData("Safari", 17, "iOS", 17, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Safari", 16, "iOS", 0, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Chrome", 110, "iOS", 16, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Safari", 15, "iOS", 15, Key)]
    [InlineData("Samsung Internet", 20, "Android", 13, Own)]
    [InlineData("Samsung Internet", 21, "Android", 13, OwnAndSynced | Capabilities.ConditionalUi)]
    [InlineData("Chrome", 142, "Android", 14, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.ConditionalCreate)]
    [InlineData("Chrome", 141, "Android", 0, OwnAndSynced | Capabilities.ConditionalUi)]
    [InlineData("Chrome", 130, "Android", 0, Key | Capabilities.ConditionalUi)]
    [InlineData("Chrome", 130, "Android", 8, Key | Capabilities.ConditionalUi)]
    [InlineData("Chrome", 130, "ChromeOS", 0, OwnAndSynced | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    [InlineData("Edge", 108, "macOS", 13, Own | Capabilities.ConditionalUi)]
    [InlineData("Opera", 94, "Linux", 0, Key | Capabilities.ConditionalUi)]
    [InlineData("Opera", 95, "Linux", 0, Key | Capabilities.ConditionalUi | Capabilities.CrossDevice)]
    internal void What_a_version_can_do_on_a_system_is_known(
        string browser, int major, string system, int systemMajor, Capabilities can)
        => Assert.Equal(can, BrowserSupport.Of(Web(browser, major, system, systemMajor)));

    [Theory]
    [InlineData("Chrome", 0, "Windows", 11)]
    [InlineData("", 0, "Windows", 11)]
    [InlineData("Brave", 142, "Windows", 11)]
    [InlineData("Edge", 142, "Android", 14)]
    [InlineData("Chrome", 142, "", 0)]
    [InlineData("Chrome", 120, "webOS", 0)]
    [InlineData("Chrome", 142, "iOS", 0)]
    [InlineData("Chrome", 142, "iOS", 15)]
    [InlineData("Facebook", 0, "iOS", 18)]
    [InlineData("", 0, "iOS", 18)]
    [InlineData("", 0, "Android", 14)]
    [InlineData("Chrome", 142, "Windows", 7)]
    public void What_is_not_known_is_not_guessed(string browser, int major, string system, int systemMajor)
        => Assert.Null(BrowserSupport.Of(Web(browser, major, system, systemMajor)));

    [Theory]
    [InlineData("Chrome", "Windows", 0, Key, 67)]
    [InlineData("Chrome", "Windows", 11, Capabilities.ConditionalUi, 108)]
    [InlineData("Chrome", "Windows", 11, Capabilities.ConditionalCreate, 136)]
    [InlineData("Chrome", "Windows", 7, Capabilities.ConditionalUi, 108)]
    [InlineData("Chrome", "Windows", 7, Capabilities.ConditionalCreate, null)]
    [InlineData("Chrome", "Windows", 11, Capabilities.Synced, null)]
    [InlineData("Chrome", "Windows", 11, Capabilities.ImmediateUi, null)]
    [InlineData("Chrome", "Android", 14, Capabilities.Synced, 108)]
    [InlineData("Chrome", "Android", 8, Capabilities.Synced, null)]
    [InlineData("Chrome", "Android", 0, Capabilities.Synced, 108)]
    [InlineData("Chrome", "Android", 0, Capabilities.Platform, 70)]
    [InlineData("Chrome", "Android", 14, Capabilities.ConditionalCreate, 142)]
    [InlineData("Firefox", "macOS", 15, Capabilities.Platform, 122)]
    [InlineData("Firefox", "Windows", 11, Capabilities.ConditionalUi, 119)]
    [InlineData("Firefox", "Windows", 11, Capabilities.ConditionalCreate, null)]
    [InlineData("Safari", "macOS", 0, Capabilities.Synced, 16)]
    [InlineData("Safari", "macOS", 14, Capabilities.Synced, 16)]
    [InlineData("Safari", "iOS", 15, Capabilities.Synced, 16)]
    [InlineData("Safari", "iPadOS", 0, Capabilities.ConditionalCreate, 18)]
    [InlineData("Chrome", "iOS", 15, Capabilities.ConditionalUi, null)]
    [InlineData("Samsung Internet", "Android", 13, Capabilities.ConditionalUi, 21)]
    [InlineData("Brave", "Windows", 11, Key, null)]
    internal void The_first_version_with_it_is_of_the_same_browser_and_system(
        string browser, string system, int systemMajor, Capabilities capability, int? first)
        => Assert.Equal(first, BrowserSupport.FirstWith(Web(browser, 0, system, systemMajor), capability));

    [Fact]
    public void The_first_version_is_asked_for_one_capability()
    {
        var profile = Web("Chrome", 142, "Windows", 11);

        Assert.Throws<ArgumentOutOfRangeException>(() => BrowserSupport.FirstWith(profile, Capabilities.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => BrowserSupport.FirstWith(profile, Own));
    }

    [Theory]
    [InlineData("iOS", "18.1", OwnAndSynced | Capabilities.CrossDevice | Capabilities.ConditionalUi | Capabilities.ConditionalCreate)]
    [InlineData("iPadOS", "16.0", OwnAndSynced | Capabilities.CrossDevice | Capabilities.ConditionalUi)]
    [InlineData("iOS", "15.8", null)]
    [InlineData("macOS", "14.5", OwnAndSynced | Capabilities.CrossDevice)]
    [InlineData("macOS", "12.7", null)]
    [InlineData("visionOS", "1.0", OwnAndSynced | Capabilities.CrossDevice | Capabilities.ConditionalUi)]
    [InlineData("Android", "28", OwnAndSynced)]
    [InlineData("Android", "27", null)]
    [InlineData("Android", "99", null)]
    [InlineData("tvOS", "17.0", null)]
    [InlineData("Windows", "11", null)]
    internal void What_an_app_can_do_goes_by_its_system(string deviceOs, string version, Capabilities? can)
    {
        var profile = Of(Agent.OfApp(deviceOs, version));

        Assert.Equal(can, BrowserSupport.Of(profile));
        Assert.Null(BrowserSupport.FirstWith(profile, Capabilities.Platform));
    }

    [Fact]
    public void Looking_up_takes_no_memory()
    {
        var profile = Web("Opera", 120, "Linux", 0);
        _ = BrowserSupport.FirstWith(profile, Capabilities.ImmediateUi);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = BrowserSupport.Of(profile);
            _ = BrowserSupport.FirstWith(profile, Capabilities.ImmediateUi);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    [Theory]
    [MemberData(nameof(Agents.AgentTests.Pages), MemberType = typeof(Agents.AgentTests))]
    public void The_first_version_is_no_newer_than_one_that_can(
        string userAgent, string system, int systemMajor, string browser, int browserMajor)
    {
        var profile = Of(Agent.OfPage(userAgent, null));
        Assert.Equal(new(Platforms.Web, system, systemMajor, browser, browserMajor, Capabilities.None), profile);

        var can = BrowserSupport.Of(profile) ?? Capabilities.None;
        foreach (var one in Enum.GetValues<Capabilities>().Where(one => one != Capabilities.None && can.HasFlag(one)))
        {
            if (system is not ("iOS" or "iPadOS") || browser == "Safari")
                Assert.InRange(BrowserSupport.FirstWith(profile, one) ?? 0, 1, browserMajor);
        }
    }

    private static Profile Web(string browser, int major, string system, int systemMajor)
        => new(Platforms.Web, system, systemMajor, browser, major, Capabilities.None);

    private static Profile Of(Agent agent)
        => new(agent.Platform, agent.System, agent.SystemMajor, agent.Browser, agent.BrowserMajor, Capabilities.None);

    private static string[] List()
    {
        using var reader = new StreamReader(typeof(BrowserSupport).Assembly.GetManifestResourceStream("lists/BrowserSupport")!);
        return reader.ReadToEnd().Split('\n');
    }
}
