using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>How often Wilson's interval holds the true share: reckoned over every count that is possible, not drawn.</summary>
internal static class Intervals
{
    public static void Print()
    {
        Console.WriteLine("Wilson's intervals: how often the true share lies inside, of 95 %, over 499 shares from 0.002 to 0.998");
        Console.WriteLine();
        Console.WriteLine("| devices | mean | least | most |");
        Console.WriteLine("|--:|--:|--:|--:|");
        foreach (var devices in new[] { 10, 30, 100, 1_000, 10_000 })
        {
            var covered = Enumerable.Range(1, 499).Select(i => Covered(i / 500.0, devices)).ToArray();
            Console.WriteLine($"| {devices} | {covered.Average():F3} | {covered.Min():F3} | {covered.Max():F3} |");
        }
        Console.WriteLine();
    }

    private static double Covered(double share, int devices)
    {
        var (covered, logPossible) = (0.0, 0.0);
        for (var capable = 0; capable <= devices; capable++)
        {
            if (capable > 0)
                logPossible += Math.Log((devices - capable + 1.0) / capable);
            var interval = Interval.Wilson(capable, devices);
            if (interval.Low <= share && share <= interval.High)
                covered += Math.Exp(logPossible + capable * Math.Log(share) + (devices - capable) * Math.Log(1 - share));
        }
        return covered;
    }
}
