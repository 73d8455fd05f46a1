using OpenPassage.Server.Ready.Estimates;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>Forecasts of populations whose later shares are known, because they were made before the forecast was asked.</summary>
internal static class Simulation
{
    private const double Near = 0.05;

    /// <summary>Shares of runs: three months' point within five points, and truths of all three months inside the band.</summary>
    public sealed record Outcome(double Near, double Covered);

    public static Outcome Run(string name, Ranges ranges, int firstSeed, int runs)
    {
        Console.WriteLine($"{name}, {runs} populations of each kind");
        Console.WriteLine();
        Console.WriteLine(
            "| population | forecasts | 3 months: within 5 points | error, points | inside the band | its width, points "
                + "| 6 months: error | inside | 12 months: error | inside | past error, points |");
        Console.WriteLine("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        var all = new List<Verdict>();
        foreach (var (scenario, i) in Scenario.All.Select((one, i) => (one, i)))
        {
            var some = Enumerable.Range(0, runs)
                .Select(run => Judge(scenario, ranges, firstSeed + i * 100_000 + run)).OfType<Verdict>().ToList();
            Print(scenario.Name, some);
            all.AddRange(some);
        }
        Print("all", all);
        Console.WriteLine();
        return new Outcome(
            all.Average(one => one.Errors[0] <= Near ? 1 : 0), all.Average(one => one.Inside.Average(inside => inside ? 1 : 0)));
    }

    private static Verdict? Judge(Scenario scenario, Ranges ranges, int seed)
    {
        var (truth, weeks) = scenario.Make(new Draw(seed), ranges);
        var forecast = Forecast.Of(weeks);
        if (forecast is null)
            return null;
        var shares = forecast.Months.Select(month => truth.TrueShare(month.Month)).ToArray();
        return new Verdict(
            [.. forecast.Months.Select((month, i) => Math.Abs(month.Share - shares[i]))],
            [.. forecast.Months.Select((month, i) => month.Low <= shares[i] && shares[i] <= month.High)],
            forecast.Months[0].High - forecast.Months[0].Low,
            forecast.PastError);
    }

    private static void Print(string name, List<Verdict> some)
    {
        string Error(int month) => $"{100 * some.Average(one => one.Errors[month]):F1}";
        string Inside(int month) => $"{some.Average(one => one.Inside[month] ? 1 : 0):F3}";
        Console.WriteLine(
            $"| {name} | {some.Count} | {some.Average(one => one.Errors[0] <= Near ? 1 : 0):F3} | {Error(0)} | {Inside(0)} "
                + $"| {100 * some.Average(one => one.Width):F1} | {Error(1)} | {Inside(1)} | {Error(2)} | {Inside(2)} "
                + $"| {100 * some.Average(one => one.PastError):F1} |");
    }

    private sealed record Verdict(double[] Errors, bool[] Inside, double Width, double PastError);
}
