namespace OpenPassage.Benchmarks.SignIn;

/// <summary>How long an operator waits: from starting the process with an empty data directory to <c>/health/ready</c>.</summary>
internal static class StartUpBenchmark
{
    public static async Task RunAsync()
    {
        var times = new List<double>();
        var memory = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            await using var server = await ServerProcess.StartAsync();
            times.Add(server.StartUp.TotalMilliseconds);
            memory.Add(server.ResidentMiB);
        }
        Console.WriteLine();
        Console.WriteLine($"start-up (process start to ready, empty data directory): median of {times.Count} {Figures.Median(times):F0} ms [{times.Min():F0}–{times.Max():F0}], {Figures.Median(memory):F0} MiB resident");
    }
}
