using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>Weeks as a server would have counted them, and the share that was true in each, and will be in the year after.</summary>
internal sealed class Population
{
    /// <summary>Three kinds of months are asked for, the last up to 56 weeks after the last week.</summary>
    private const int Future = 60;

    private readonly Draw draw;
    private readonly Ranges ranges;
    private readonly DateOnly lastWeek;
    private readonly int history;
    private readonly double[] logits;

    /// <summary>Not all that was seen was a device.</summary>
    private readonly SortedDictionary<int, (double More, double Share)> bots = [];

    private readonly HashSet<int> missing = [];

    public Population(Draw draw, Ranges ranges, int atLeast = 8)
    {
        (this.draw, this.ranges) = (draw, ranges);
        history = Math.Max(atLeast, (int)draw.EvenInLog(ranges.History));
        lastWeek = new DateOnly(2026, 1, 5).AddDays(7 * draw.Whole(0, 51));
        logits = new double[history + Future];
    }

    public int History => history;

    /// <summary>Of a week, counted from the last: that one is 0.</summary>
    public void Share(Func<int, double> share)
    {
        for (var i = 0; i < logits.Length; i++)
            logits[i] = Logit(share(i - history + 1));
    }

    public Population Noise()
    {
        var (noise, memory, now) = (draw.EvenInLog(ranges.Noise), draw.Even(ranges.NoiseMemory), 0.0);
        for (var i = 0; i < logits.Length; i++)
        {
            now = memory * now + Math.Sqrt(1 - memory * memory) * noise * draw.Normal();
            logits[i] += now;
        }
        return this;
    }

    public Population Season(double amplitude)
    {
        var phase = draw.Even((0, 2 * Math.PI));
        var holidays = ranges.Holidays * draw.Normal();
        for (var i = 0; i < logits.Length; i++)
        {
            var day = WeekAt(i).DayOfYear;
            logits[i] += amplitude * Math.Sin(2 * Math.PI * day / 365.25 + phase) + (day is > 351 or < 3 ? holidays : 0);
        }
        return this;
    }

    /// <summary>Some weeks in a row; a tenth of the waves are not over yet.</summary>
    public Population Wave()
    {
        var (weeks, more) = (draw.Whole(1, ranges.BotWeeks), draw.EvenInLog(ranges.Bots));
        var first = draw.Chance(0.1) ? history - weeks : draw.Whole(1, history - weeks - 1);
        // What has no screen can nothing; what drives a whole browser says what that browser says.
        var share = draw.Chance(0.7) ? 0 : draw.Even((0.9, 1));
        for (var i = first; i < first + weeks; i++)
            bots[i] = (more * draw.Even((0.7, 1.3)), share);
        return this;
    }

    /// <summary>Here and there, and in half of the populations some in a row; the last week was counted.</summary>
    public Population Gaps()
    {
        var share = draw.Even(ranges.Missing);
        for (var i = 0; i < history - 1; i++)
        {
            if (history - missing.Count > 10 && draw.Chance(share))
                missing.Add(i);
        }
        var outage = draw.Whole(2, ranges.Outage);
        if (draw.Chance(0.5) && history - missing.Count - outage > 10)
            missing.UnionWith(Enumerable.Range(draw.Whole(1, history - outage - 1), outage));
        return this;
    }

    public IReadOnlyList<WeekOfDevices> Count((double, double) devices)
    {
        var (many, growth, busier) = (draw.EvenInLog(devices), draw.Even((-0.01, 0.01)), draw.Even((0, 0.25)));
        var phase = draw.Even((0, 2 * Math.PI));
        var weeks = new List<WeekOfDevices>();
        for (var i = 0; i < history; i++)
        {
            var season = busier * Math.Sin(2 * Math.PI * WeekAt(i).DayOfYear / 365.25 + phase);
            var all = (long)(many * Math.Exp(growth * (i - history + 1) + season + 0.05 * draw.Normal()));
            var capable = draw.Binomial(all, Sigmoid(logits[i]));
            if (bots.TryGetValue(i, out var wave))
            {
                var more = (long)(all * wave.More);
                (all, capable) = (all + more, capable + draw.Binomial(more, wave.Share));
            }
            if (!missing.Contains(i))
                weeks.Add(new WeekOfDevices(WeekAt(i), all, capable));
        }
        return weeks;
    }

    /// <summary>The mean of its weeks: of those whose Monday is in it.</summary>
    public double TrueShare(DateOnly month) => Enumerable.Range(0, logits.Length)
        .Where(i => WeekAt(i).Year == month.Year && WeekAt(i).Month == month.Month)
        .Average(i => Sigmoid(logits[i]));

    private DateOnly WeekAt(int i) => lastWeek.AddDays(7 * (i - history + 1));

    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    public static double Logit(double share)
    {
        var inside = Math.Clamp(share, 1e-4, 1 - 1e-4);
        return Math.Log(inside / (1 - inside));
    }
}
