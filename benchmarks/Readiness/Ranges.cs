namespace OpenPassage.Benchmarks.Readiness;

/// <summary>
/// Between what populations are drawn. Lengths are weeks, amplitudes and noise are in logits (0.04 is one point at a share of a half).
/// What is known in public:
/// <list type="bullet">
/// <item>Browsers' shares of visits, worldwide (StatCounter, years 2024 to 2026): Chrome 64 to 68 %, Safari 17 to 20, Edge 5, Firefox 2
/// to 3, Samsung 2. Single sites differ a lot.</item>
/// <item>What a browser learns, it learns once, and the others months or years later or not at all (MDN's browser-compat-data):
/// conditional mediation Chrome 108 in 2022, Safari 16 in 2022, Firefox 119 in 2023; getClientCapabilities Chrome 133 in 2025, Safari 17.4
/// in 2024, Firefox 135 in 2025; signals Chrome 132 and Safari 26 in 2025, Firefox not yet.</item>
/// <item>Of browsers that could, these shares do (Corbado's benchmark of 2026): conditional create Chrome 97 %, Safari 95, Edge 7,
/// Firefox 5; signals Chrome 84, Edge 96, Firefox 0; ready at all 89 % of devices, 97 to 99 % of phones.</item>
/// <item>Browsers that update themselves have passed most devices after a month. iOS 18 was on 68 % of iPhones after 18 weeks (Apple,
/// January 2025), and iOS 17 on 66 % a year before.</item>
/// </list>
/// What is not known in public, and is guessed here widely: weekly noise beyond sampling, seasons, bots that nobody stopped, gaps.
/// </summary>
internal sealed record Ranges
{
    /// <summary>Weeks of history; as many populations have 8 to 32 as have 32 to 130.</summary>
    public (double, double) History { get; init; } = (8, 130);

    /// <summary>Devices a week.</summary>
    public (double, double) Devices { get; init; } = (1_000, 300_000);

    public (double, double) FewDevices { get; init; } = (520, 1_500);

    /// <summary>
    /// From a tenth to nine tenths of what growth comes to: half a year, as a system spreads, to five years, as hardware does.
    /// </summary>
    public (double, double) GrowthTime { get; init; } = (26, 260);

    /// <summary>When growth is half over, from the last week on: two years ago to in a half year.</summary>
    public (double, double) GrowthMiddle { get; init; } = (-104, 26);

    public (double, double) Plateau { get; init; } = (0.4, 0.99);

    /// <summary>What could all along, as a part of the plateau.</summary>
    public (double, double) Floor { get; init; } = (0, 0.7);

    public (double, double) Noise { get; init; } = (0.005, 0.05);

    /// <summary>How much of a week's noise is left in the next.</summary>
    public (double, double) NoiseMemory { get; init; } = (0, 0.6);

    public (double, double) Season { get; init; } = (0.05, 0.25);

    /// <summary>Standard deviation of what the two weeks at the year's end are off.</summary>
    public double Holidays { get; init; } = 0.15;

    /// <summary>Bots, as a multiple of the devices.</summary>
    public (double, double) Bots { get; init; } = (0.2, 3);

    public int BotWeeks { get; init; } = 3;

    /// <summary>Share of weeks that are missing here and there.</summary>
    public (double, double) Missing { get; init; } = (0.05, 0.25);

    /// <summary>Weeks in a row that are missing.</summary>
    public int Outage { get; init; } = 8;

    /// <summary>Chrome, Safari, Edge, Firefox, Samsung Internet, others.</summary>
    public double[] Browsers { get; init; } = [0.64, 0.19, 0.06, 0.03, 0.03, 0.05];

    /// <summary>Standard deviation of a site's browsers from those, in logits.</summary>
    public double SitesDiffer { get; init; } = 0.6;

    /// <summary>Weeks until 63 % of those that update themselves have done so.</summary>
    public (double, double) BrowserSpread { get; init; } = (1.5, 4);

    /// <summary>The same where the browser comes with the system.</summary>
    public (double, double) SystemSpread { get; init; } = (6, 14);

    /// <summary>Between the first browser's release and another's, on average.</summary>
    public double BetweenReleases { get; init; } = 60;

    /// <summary>Those above. The method was made with some of their seeds, and is judged by others.</summary>
    public static Ranges Stated { get; } = new();

    /// <summary>
    /// What the method was not made with: shorter histories, faster and slower growth, more noise, more bots, longer gaps, another market.
    /// </summary>
    public static Ranges HeldOut { get; } = new()
    {
        History = (8, 110),
        Devices = (700, 600_000),
        FewDevices = (520, 1_000),
        GrowthTime = (22, 320),
        GrowthMiddle = (-90, 30),
        Plateau = (0.3, 0.97),
        Floor = (0, 0.8),
        Noise = (0.008, 0.065),
        NoiseMemory = (0, 0.7),
        Season = (0.03, 0.3),
        Holidays = 0.2,
        Bots = (0.3, 4),
        BotWeeks = 4,
        Missing = (0.1, 0.35),
        Outage = 12,
        Browsers = [0.5, 0.28, 0.09, 0.06, 0.02, 0.05],
        SitesDiffer = 0.8,
        BrowserSpread = (1, 5),
        SystemSpread = (5, 18),
        BetweenReleases = 45,
    };
}
