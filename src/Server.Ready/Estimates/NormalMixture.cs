namespace OpenPassage.Server.Ready.Estimates;

/// <summary>Several normal distributions, each as likely as its weight.</summary>
internal sealed class NormalMixture
{
    private readonly List<(double Weight, double Mean, double Deviation)> parts = [];

    public void Add(double weight, double mean, double variance) => parts.Add((weight, mean, Math.Sqrt(variance)));

    /// <summary>Below which so much of it lies.</summary>
    public double Quantile(double part)
    {
        var all = parts.Sum(one => one.Weight);
        var (low, high) = (parts.Min(one => one.Mean - 8 * one.Deviation), parts.Max(one => one.Mean + 8 * one.Deviation));
        for (var i = 0; i < 32; i++)
        {
            var middle = (low + high) / 2;
            var below = 0.0;
            foreach (var one in parts)
                below += one.Weight * Below((middle - one.Mean) / one.Deviation);
            if (below < part * all)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The normal distribution function, to 8 digits (Abramowitz and Stegun 26.2.17).</summary>
    private static double Below(double z)
    {
        if (z > 0)
            return 1 - Below(-z);
        var t = 1 / (1 - 0.2316419 * z);
        var series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}
