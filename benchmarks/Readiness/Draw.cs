namespace OpenPassage.Benchmarks.Readiness;

/// <summary>Random numbers that are the same in every run with the same seed.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => random.NextDouble() < probability;

    public int Whole(int least, int most) => random.Next(least, most + 1);

    public double Even((double Least, double Most) range) => range.Least + (range.Most - range.Least) * random.NextDouble();

    /// <summary>As often between 1 and 10 as between 10 and 100.</summary>
    public double EvenInLog((double Least, double Most) range) =>
        Math.Exp(Even((Math.Log(range.Least), Math.Log(range.Most))));

    /// <summary>From the standard normal distribution.</summary>
    public double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>How many of so many can: exactly where few can or few cannot, by the normal distribution elsewhere.</summary>
    public long Binomial(long all, double share)
    {
        if (share > 0.5)
            return all - Binomial(all, 1 - share);
        var (mean, variance) = (all * share, all * share * (1 - share));
        if (variance > 100)
            return Math.Clamp((long)Math.Round(mean + Math.Sqrt(variance) * Normal()), 0, all);
        // From one success to the next: geometric gaps.
        var (found, at) = (0L, 0.0);
        var failure = Math.Log(1 - share);
        while (share > 0 && (at += Math.Floor(Math.Log(1 - random.NextDouble()) / failure) + 1) <= all)
            found++;
        return found;
    }
}
