using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>A kind of population. All but the last show one difficulty at a time; sites have them all as often as a site might.</summary>
internal sealed record Scenario(string Name, Func<Draw, Ranges, (Population Truth, IReadOnlyList<WeekOfDevices> Weeks)> Make)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("growth to a plateau", (draw, ranges) => Counted(Growing(new(draw, ranges), draw, ranges).Noise(), ranges)),
        new("hardly any growth", (draw, ranges) => Counted(Still(new(draw, ranges), draw).Noise(), ranges)),
        new("a browser's release", (draw, ranges) => Counted(Released(new(draw, ranges, atLeast: 12), draw, ranges).Noise(), ranges)),
        new("seasons", (draw, ranges) =>
            Counted(Growing(new(draw, ranges, atLeast: 20), draw, ranges).Season(draw.Even(ranges.Season)).Noise(), ranges)),
        new("a bot wave", (draw, ranges) => Counted(Growing(new(draw, ranges), draw, ranges).Noise().Wave(), ranges)),
        new("missing weeks", (draw, ranges) => Counted(Growing(new(draw, ranges, atLeast: 12), draw, ranges).Noise().Gaps(), ranges)),
        new("few devices", (draw, ranges) =>
        {
            var population = Growing(new(draw, ranges), draw, ranges).Noise();
            return (population, population.Count(ranges.FewDevices));
        }),
        new("sites", (draw, ranges) => Site(draw, ranges)),
    ];

    private static (Population, IReadOnlyList<WeekOfDevices>) Counted(Population population, Ranges ranges) =>
        (population, population.Count(ranges.Devices));

    private static Population Growing(Population population, Draw draw, Ranges ranges)
    {
        var share = Growth(draw, ranges);
        population.Share(share);
        return population;
    }

    private static Func<int, double> Growth(Draw draw, Ranges ranges)
    {
        // From a tenth to nine tenths is 2 ln 9 of a logistic curve.
        var speed = 2 * Math.Log(9) / draw.EvenInLog(ranges.GrowthTime);
        var (middle, plateau) = (draw.Even(ranges.GrowthMiddle), draw.Even(ranges.Plateau));
        var floor = plateau * draw.Even(ranges.Floor);
        return week => floor + (plateau - floor) * Population.Sigmoid(speed * (week - middle));
    }

    private static Population Still(Population population, Draw draw)
    {
        // Also shares near all and near nothing, which capabilities that every browser has, and that only one has, come to.
        var (logit, drift) = (Population.Logit(draw.Even((0.005, 0.995))), draw.Even((-0.003, 0.003)));
        population.Share(week => Population.Sigmoid(logit + drift * week));
        return population;
    }

    /// <summary>One browser learns it, some weeks before the last: those of its devices that could not by then can soon.</summary>
    private static Population Released(Population population, Draw draw, Ranges ranges)
    {
        var before = draw.Even((0.02, 0.7));
        var drift = draw.Even((0, 0.006));
        var release = draw.Whole(4 - population.History, -1);
        var browser = draw.Chance(0.5) ? 0 : draw.Whole(1, 4);
        var spread = Spread(draw, ranges, browser);
        var gain = Market(draw, ranges)[browser] * draw.Even((0.5, 0.97));
        population.Share(week =>
        {
            var old = Population.Sigmoid(Population.Logit(before) + drift * week);
            return old + (1 - old) * gain * spread(week - release);
        });
        return population;
    }

    private static (Population, IReadOnlyList<WeekOfDevices>) Site(Draw draw, Ranges ranges)
    {
        var population = new Population(draw, ranges);
        var market = Market(draw, ranges);
        // A capability is some years old, or about to come.
        var birth = draw.Even((-260, 26));
        var first = draw.Whole(0, 1); // Chrome or Safari
        var browsers = market.Select((share, browser) =>
        {
            // One in four never learns it; what is neither of the five hardly ever.
            var learns = draw.Chance(browser < 5 ? 0.75 : 0.2) || browser == first;
            var release = birth + (browser == first ? 0 : -ranges.BetweenReleases * Math.Log(1 - draw.Even((0, 1))));
            var (spread, ready, better) =
                (Spread(draw, ranges, browser), Population.Logit(draw.Even((0.6, 0.985))), draw.Even((-0.001, 0.01)));
            return (Share: share, Drift: draw.Even((-0.002, 0.002)), Can: (Func<int, double>)(week =>
                learns ? spread(week - release) * Population.Sigmoid(ready + better * week) : 0));
        }).ToArray();
        population.Share(week =>
        {
            var all = browsers.Sum(one => one.Share * Math.Exp(one.Drift * week));
            return browsers.Sum(one => one.Share * Math.Exp(one.Drift * week) * one.Can(week)) / all;
        });
        population.Season(draw.Even((0, ranges.Season.Item2 / 2))).Noise();
        if (draw.Chance(0.25))
            population.Wave();
        if (draw.Chance(0.25))
            population.Gaps();
        return (population, population.Count(draw.Chance(0.2) ? ranges.FewDevices : ranges.Devices));
    }

    private static double[] Market(Draw draw, Ranges ranges)
    {
        var weights = ranges.Browsers.Select(share => share * Math.Exp(ranges.SitesDiffer * draw.Normal())).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    /// <summary>
    /// What share of a browser's devices has the version, so many weeks after its release: some never update, but are replaced.
    /// </summary>
    private static Func<double, double> Spread(Draw draw, Ranges ranges, int browser)
    {
        var bySystem = browser == 1;
        var fast = draw.EvenInLog(bySystem ? ranges.SystemSpread : ranges.BrowserSpread);
        var willing = bySystem ? draw.Even((0.7, 0.85)) : draw.Even((0.85, 0.95));
        var slow = draw.Even((60, 200));
        return weeks => weeks <= 0 ? 0 : willing * (1 - Math.Exp(-weeks / fast)) + (1 - willing) * (1 - Math.Exp(-weeks / slow));
    }
}
