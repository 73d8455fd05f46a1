using OpenPassage.Ready.Tests.Estimates;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>How often Wilson's interval holds the true share, as a table.</summary>
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
            var covered = Enumerable.Range(1, 499).Select(i => Coverage.Of(i / 500.0, devices)).ToArray();
            Console.WriteLine($"| {devices} | {covered.Average():F3} | {covered.Min():F3} | {covered.Max():F3} |");
        }
        Console.WriteLine();
    }
}
