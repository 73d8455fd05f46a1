namespace OpenPassage.Benchmarks.SignIn;

/// <summary>What the benchmarks of sign-ins print.</summary>
internal static class Tables
{
    /// <param name="what">What is measured, and how many calls it takes.</param>
    /// <param name="one">What one is called.</param>
    /// <param name="many">What many are.</param>
    /// <param name="entries">The servers, in order.</param>
    /// <param name="rounds">How often they were measured.</param>
    /// <param name="turn">How long each time.</param>
    /// <param name="people">Who did it.</param>
    public static void Print(string what, string one, string many, List<Entry> entries, int rounds, TimeSpan turn, int people)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{what}; {Environment.ProcessorCount} cores shared with the generator; " +
            $"medians of {rounds} rounds of {turn.TotalSeconds:F0} s; {people} people");
        Console.WriteLine();
        Console.WriteLine(
            $"| server | clients | {many}/s | lowest–highest | p50 ms | p99 ms | CPU ms a {one}: server | database | generator " +
            "| generator's share of the CPU |");
        Console.WriteLine("|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var clients in entries[0].Runs.Keys)
        {
            foreach (var entry in entries)
                Print(entry.Name, clients, entry.Runs[clients]);
        }
    }

    public static void PrintHalfLoad(List<Entry> entries)
    {
        Console.WriteLine();
        Console.WriteLine("| at half of its own most | sign-ins/s | p50 ms | p99 ms | MiB resident |");
        Console.WriteLine("|:--|--:|--:|--:|--:|");
        foreach (var entry in entries)
        {
            Console.WriteLine(
                $"| {entry.Name} | {entry.HalfLoad!.Rate:F0} | {entry.HalfLoad.P50:F2} | {entry.HalfLoad.P99:F2} " +
                $"| {entry.Load.Server.ResidentMiB:F0} |");
        }
    }

    public static void PrintLimit(Entry sqlite, List<Limit> limits)
    {
        double Median(Func<Limit, double> figure) => Figures.Median(limits.Select(figure));
        Console.WriteLine();
        Console.WriteLine(
            $"a CPU-second of the server alone, database included: {Figures.Median(sqlite.PerCpuSecond):F0} sign-ins on SQLite");
        Console.WriteLine(
            $"its limit: {Median(limit => limit.SignInsPerCpuSecond):F0} " +
            $"= 1 / (P-256 verification {Median(limit => limit.Verify) * 1000:F0} µs " +
            $"+ 4 × empty request {Median(limit => limit.Request) * 1000:F1} µs + 2 × row {Median(limit => limit.Row) * 1000:F1} µs)");
    }

    private static void Print(string name, int clients, List<Run> runs)
    {
        double Median(Func<Run, double> figure) => Figures.Median(runs.Select(figure));
        var cores = Environment.ProcessorCount * 1000.0;
        Console.WriteLine(
            $"| {name} | {clients} | {Median(run => run.Rate):F0} | {runs.Min(run => run.Rate):F0}–{runs.Max(run => run.Rate):F0} " +
            $"| {Median(run => run.P50):F2} | {Median(run => run.P99):F2} | {Median(run => run.ServerCpu / run.Latencies.Count):F3} " +
            $"| {Median(run => run.DatabaseCpu / run.Latencies.Count):F3} | {Median(run => run.GeneratorCpu / run.Latencies.Count):F3} " +
            $"| {Median(run => run.GeneratorCpu / run.Seconds / cores):P0} |");
    }
}
