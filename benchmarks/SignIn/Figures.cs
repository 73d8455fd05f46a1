namespace OpenPassage.Benchmarks.SignIn;

internal static class Figures
{
    public static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 0.5);

    /// <param name="sorted">In ascending order, not empty.</param>
    /// <param name="share">0.99 for the value that 99 of 100 do not exceed.</param>
    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
