namespace OpenPassage.Server.Ready.Estimates;

/// <summary>
/// What is thought of level, slope, surge, and the sine and cosine of the season: a normal distribution, and how likely it is. A surge is
/// what follows a browser's release: a slope of a few weeks.
/// </summary>
internal sealed class State
{
    private const int Size = 5, Level = 0, Slope = 1, Surge = 2, Sine = 3, Cosine = 4;

    /// <summary>What is left of a surge a week later.</summary>
    public const double SurgeWaning = 0.6;

    private readonly double[] mean = new double[Size];
    private readonly double[] covariance = new double[Size * Size];

    public double LogWeight { get; set; }

    /// <summary>Before anything was seen.</summary>
    public static State Start(double logWeight)
    {
        var state = new State { LogWeight = logWeight };
        state.covariance[Level * Size + Level] = 3 * 3;
        state.covariance[Slope * Size + Slope] = 0.04 * 0.04;
        state.covariance[Sine * Size + Sine] = state.covariance[Cosine * Size + Cosine] = 0.06 * 0.06;
        return state;
    }

    public void CopyFrom(State other)
    {
        other.mean.CopyTo(mean, 0);
        other.covariance.CopyTo(covariance, 0);
        LogWeight = other.LogWeight;
    }

    /// <summary>On by a week.</summary>
    public void Move(Pace pace)
    {
        mean[Level] += mean[Slope] + mean[Surge];
        mean[Slope] *= pace.Waning;
        mean[Surge] *= SurgeWaning;
        for (var i = 0; i < Size; i++)
        {
            covariance[Level * Size + i] += covariance[Slope * Size + i] + covariance[Surge * Size + i];
            covariance[Slope * Size + i] *= pace.Waning;
            covariance[Surge * Size + i] *= SurgeWaning;
        }
        for (var i = 0; i < Size; i++)
        {
            covariance[i * Size + Level] += covariance[i * Size + Slope] + covariance[i * Size + Surge];
            covariance[i * Size + Slope] *= pace.Waning;
            covariance[i * Size + Surge] *= SurgeWaning;
        }
        Widen(pace.Level, pace.Slope, surge: 0);
    }

    /// <summary>Adds variances: less is known.</summary>
    public void Widen(double level, double slope, double surge)
    {
        covariance[Level * Size + Level] += level;
        covariance[Slope * Size + Slope] += slope;
        covariance[Surge * Size + Surge] += surge;
    }

    public void Learn(Observation week, double scatter)
    {
        Span<double> gain = stackalloc double[Size];
        for (var i = 0; i < Size; i++)
        {
            gain[i] = covariance[i * Size + Level] + week.Sine * covariance[i * Size + Sine]
                + week.Cosine * covariance[i * Size + Cosine];
        }
        var variance = gain[Level] + week.Sine * gain[Sine] + week.Cosine * gain[Cosine] + week.Variance + scatter;
        var surprise = week.Logit - mean[Level] - week.Sine * mean[Sine] - week.Cosine * mean[Cosine];
        for (var i = 0; i < Size; i++)
        {
            mean[i] += gain[i] / variance * surprise;
            for (var j = 0; j < Size; j++)
                covariance[i * Size + j] -= gain[i] * gain[j] / variance;
        }
        LogWeight -= (Math.Log(variance) + surprise * surprise / variance) / 2;
    }

    /// <summary>One normal distribution for several, with the mean and spread of them all.</summary>
    public void Merge(ReadOnlySpan<State> states)
    {
        var most = double.NegativeInfinity;
        foreach (var one in states)
            most = Math.Max(most, one.LogWeight);
        var all = 0.0;
        foreach (var one in states)
            all += Math.Exp(one.LogWeight - most);
        LogWeight = most + Math.Log(all);
        Array.Clear(mean);
        Array.Clear(covariance);
        foreach (var one in states)
        {
            var weight = Math.Exp(one.LogWeight - LogWeight);
            for (var i = 0; i < Size; i++)
                mean[i] += weight * one.mean[i];
        }
        foreach (var one in states)
        {
            var weight = Math.Exp(one.LogWeight - LogWeight);
            if (weight == 0)
                continue;
            for (var i = 0; i < Size; i++)
            {
                for (var j = 0; j < Size; j++)
                {
                    covariance[i * Size + j] += weight
                        * (one.covariance[i * Size + j] + (one.mean[i] - mean[i]) * (one.mean[j] - mean[j]));
                }
            }
        }
    }

    /// <summary>Mean and variance of what will be seen in a week of that season, sampling aside.</summary>
    public (double Mean, double Variance) Seen(double sine, double cosine)
    {
        ReadOnlySpan<double> seen = [1, 0, 0, sine, cosine];
        var (expected, variance) = (0.0, 0.0);
        for (var i = 0; i < Size; i++)
        {
            expected += seen[i] * mean[i];
            for (var j = 0; j < Size; j++)
                variance += seen[i] * seen[j] * covariance[i * Size + j];
        }
        return (expected, Math.Max(variance, 0));
    }
}
