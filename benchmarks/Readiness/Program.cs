// How good forecasts and intervals are, and what collecting reports costs as they grow: "readiness".
using OpenPassage.Benchmarks.Readiness;

var runs = Number("--runs", 150);
var reports = Number("--reports", 1_000_000);

Console.WriteLine("Forecasts of populations whose later shares are known");
Console.WriteLine();
Simulation.Run("The method was made with these", Ranges.Stated, firstSeed: 1_000_000, runs);
var fresh = Simulation.Run("As these are, by other seeds", Ranges.Stated, firstSeed: 3_000_000, runs);
var heldOut = Simulation.Run("With harder ranges, and by other seeds", Ranges.HeldOut, firstSeed: 5_000_000, runs);
Intervals.Print();
double? growth = args.Contains("--no-growth") ? null : await Collecting.RunAsync(reports);

Console.WriteLine($"ratio readiness.forecast.heldout {heldOut.Near:F3} (the same as readiness.forecast, with the harder ranges)");
Console.WriteLine($"ratio readiness.coverage.heldout {heldOut.Covered:F3} (the same as readiness.coverage, with the harder ranges)");
Console.WriteLine($"ratio readiness.forecast {fresh.Near:F3} (share of 3-month points within five points of the later truth)");
Console.WriteLine($"ratio readiness.coverage {fresh.Covered:F3} (share of later truths inside the 90 % band)");
if (growth is { } ratio)
    Console.WriteLine($"ratio readiness.growth {ratio:F2} (CPU time of a report with {reports} stored to that with {Collecting.Few})");

int Number(string option, int otherwise) => Array.IndexOf(args, option) is >= 0 and var at ? int.Parse(args[at + 1]) : otherwise;
