namespace OpenPassage.Server.Ready.Estimates;

/// <summary>
/// How a share moves from week to week, in logits: a level, a slope that wanes, a surge, and a yearly wave (<see cref="State"/>). Each
/// week is an ordinary one, one to leave out (bots), or one in which something changed (a browser's release); how likely each is follows
/// from that week and the next ones (Harrison and Stevens' multi-process model). How fast slopes wane and how much weeks scatter is not
/// known: each possibility is tried, and has as much say as it foretold the weeks well.
/// </summary>
internal sealed class ShareCourse
{
    /// <summary>What is e^8, three thousand times, less likely than another possibility is followed no further.</summary>
    private const double Hopeless = 8;

    private readonly List<Possibility> possibilities;
    private readonly DateOnly last;

    private ShareCourse(List<Possibility> possibilities, DateOnly last) =>
        (this.possibilities, this.last) = (possibilities, last);

    /// <param name="weeks">Ascending, with devices in each; one or more.</param>
    public static ShareCourse Of(IReadOnlyList<WeekOfDevices> weeks)
    {
        var room = WeekFilter.Room();
        var filters = Pace.All.Select(pace => new WeekFilter(pace, room)).ToList();
        foreach (var (week, i) in Observe(weeks).Select((week, i) => (week, i)))
        {
            foreach (var filter in filters)
                filter.Pass(week);
            if (i % 4 != 3)
                continue;
            var best = filters.Max(filter => filter.LogWeight);
            filters.RemoveAll(filter => filter.LogWeight < best - Hopeless);
        }
        var all = filters.SelectMany(filter => filter.End()).ToList();
        var most = all.Max(one => one.LogWeight);
        return new ShareCourse(
            [.. all.Where(one => one.LogWeight > most - Hopeless).Select(one => one with { LogWeight = one.LogWeight - most })],
            weeks[^1].Week);
    }

    /// <summary>The share so many weeks after the last one, and its 90 % band.</summary>
    public (double Share, double Low, double High) At(int weeks)
    {
        var mixture = After(weeks);
        return (Logit.ToShare(mixture.Quantile(0.5)), Logit.ToShare(mixture.Quantile(0.05)), Logit.ToShare(mixture.Quantile(0.95)));
    }

    /// <summary>The share alone.</summary>
    public double ShareAt(int weeks) => Logit.ToShare(After(weeks).Quantile(0.5));

    private NormalMixture After(int weeks)
    {
        var (sine, cosine) = Season(last.AddDays(7 * weeks));
        var mixture = new NormalMixture();
        foreach (var one in possibilities)
            one.Foretell(weeks, sine, cosine, mixture);
        return mixture;
    }

    private static List<Observation> Observe(IReadOnlyList<WeekOfDevices> weeks)
    {
        var observations = new List<Observation>();
        foreach (var week in weeks)
        {
            // Weeks that nobody was seen in pass too.
            var at = observations.Count == 0 ? week.Week : weeks[0].Week.AddDays(7 * observations.Count);
            for (; at < week.Week; at = at.AddDays(7))
                observations.Add(Observation.None);
            var (sine, cosine) = Season(week.Week);
            var (logit, variance) = Logit.Of(week.Capable, week.Devices);
            observations.Add(new Observation(logit, variance, sine, cosine));
        }
        return observations;
    }

    private static (double Sine, double Cosine) Season(DateOnly week) => Math.SinCos(2 * Math.PI * week.DayOfYear / 365.25);
}
